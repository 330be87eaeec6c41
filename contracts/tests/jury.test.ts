// dispute-resolution: answers and juries. Whoever wins, every microSTX of bonds and fees ends where it belongs, and every dispute ends.
import { Settlement } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Attack, onBothTwins } from './twins.ts';
import {
  type Arg,
  address,
  ascii,
  CELL,
  contractId,
  lastWorld,
  type Receipt,
  STRANGER,
  type Tuple,
  unreachedCodes,
  type Weakening,
  World,
} from './world.ts';

const EVIDENCE = new Uint8Array(32).fill(5);
const STX = 1_000_000n;
const BOND = 100_000n;
const FEE = 50_000n;
const SLASH = 5n * STX;
const DAY = 86_400n;
const JURORS = ['home-h03', 'home-h04', 'home-h05', 'home-h06', 'home-h07'];

type Setup = { world: World; seller: string; buyer: string; jurors: string[]; again: () => void };

/** Two parties, and some households of Silver with a juror's stake in the pool. */
async function setup(
  parameters: [key: string, value: bigint][] = [],
  { weaken = [], names = JURORS }: { weaken?: Weakening[]; names?: string[] } = {},
): Promise<Setup> {
  const world = await World.create({ weaken });
  const [seller, buyer] = [world.home('home-h01'), world.home('home-h02')];
  const jurors = world.court(names);
  if (parameters.length > 0)
    world.dao(
      parameters
        .map(([key, value]) => `(try! (contract-call? .governance-dao set-parameter "${key}" u${value}))`)
        .join('\n'),
    );
  return { world, seller, buyer, jurors, again: world.remember() };
}

let scene: Setup;
let world: World;
let slot: bigint;
let trade: bigint;

beforeAll(async () => {
  scene = await setup();
});
afterEach(() => {
  // Those of attacks are given back already.
  if (lastWorld() !== world) return;
  const { stx, kwh, bonds, stakes } = world.audit();
  expect([stx[0], kwh[0], bonds[0], stakes[0]]).toEqual([stx[1], kwh[1], bonds[1], stakes[1]]);
});
afterAll(() => {
  world.free();
  const elsewhere = ['TRADE-NOT-OPEN', 'CLAIM', 'UNKNOWN-TRADE', 'NOT-SETTLED', 'NO-FEE', 'TOO-EARLY'];
  expect(unreachedCodes('dispute-resolution', { but: elsewhere.map((name) => `ERR-${name}`) })).toEqual([]);
});

const of = (fn: string, args: Arg[], who = STRANGER): Receipt => world.call('dispute-resolution', fn, args, who);
const ok = (fn: string, args: Arg[], who = STRANGER): Receipt & { value: Tuple } =>
  world.ok('dispute-resolution', fn, args, who);
const resolve = (): Receipt => of('resolve-automatic', [1n]);
const jury = (): Tuple => world.read('dispute-resolution', 'get-jury', [1n]);
const seated = (): string[] => jury().jurors as string[];
const held = (): bigint => world.read<bigint>('dispute-resolution', 'get-bonds');
const SALT = new Uint8Array(32).fill(8);
const ballot = (who: string, uphold: boolean, salt = SALT): Uint8Array =>
  world.read('dispute-resolution', 'get-ballot-hash', [1n, who, uphold, salt]);
const due = (who: string): bigint => world.account(who).due as bigint;
const score = (who: string): bigint => world.read('reputation-system', 'get-score', [who]);

/** A trade of 4 kWh, reported as 3, that the buyer says brought 1; final. */
function dispute({ answer, final = true }: { answer?: 'agree' | 'contest'; final?: boolean } = {}): void {
  scene.again();
  ({ world } = scene);
  slot = world.slot + 8n;
  trade = world.trade(scene.seller, scene.buyer, slot, 4000n);
  world.until((slot + 1n) * 3600n);
  world.report(scene.seller, slot, 3000n);
  ok('open-dispute', [trade, 1000n, EVIDENCE], scene.buyer);
  if (answer) ok('respond', [1n, answer === 'agree', EVIDENCE], scene.seller);
  if (!final) return;
  world.wait(3600);
  world.ok('trade-escrow', 'finalize', [scene.seller, slot], STRANGER);
}
function call(): void {
  ok('call-jury', [1n], scene.buyer);
  ok('draw-jury', [1n]);
}
/** The jurors vote as listed; undefined commits and never reveals, null does nothing. */
function vote(votes: (boolean | null | undefined)[]): void {
  const who = seated();
  votes.forEach((uphold, at) => {
    if (uphold !== null) ok('commit-vote', [1n, ballot(who[at]!, uphold ?? true)], who[at]!);
  });
  world.until(jury()['commit-until'] as bigint);
  votes.forEach((uphold, at) => {
    if (typeof uphold === 'boolean') ok('reveal-vote', [1n, uphold, SALT], who[at]!);
  });
  world.until(jury()['ends-at'] as bigint);
}
/** Money and energy follow the oracle's figures, three of four kWh unless told otherwise, and not what somebody claimed. */
function expectTheMeter(receipt: Receipt, delivered = 3000n): void {
  expect(receipt.events.find(({ topic }) => topic === 'trade-judged')).toBeUndefined();
  const settled = receipt.events.find(({ topic }) => topic === 'trade-settled')!;
  expect(settled).toMatchObject({ delivered, status: 7n });
  expect([due(scene.seller), due(scene.buyer)]).toEqual([settled.paid, settled.refund]);
  expect(settled.paid).toBeGreaterThan(0n);
}
/** What everybody has, in wallets and in what escrow owes. */
const wealth = (who: string): bigint => world.balance(who) + due(who);

describe('a dispute', () => {
  it('goes from claim and answer to jury, votes and verdict', () => {
    dispute({ answer: 'contest' });
    call();
    vote([true, true, false]);
    expect(ok('conclude-jury', [1n]).value).toMatchObject({ how: 3n, upheld: true });
    expect(held()).toBe(0n);
  });
});

describe('an answer', () => {
  it('is given by the other side, once', () => {
    dispute({ final: false });
    expect(of('respond', [9n, true, EVIDENCE], scene.seller).value).toBe(7203n);
    expect(of('respond', [1n, true, EVIDENCE], scene.buyer).value).toBe(7002n);
    expect(of('respond', [1n, true, EVIDENCE]).value).toBe(7002n);
    const before = world.balance(scene.seller);
    const receipt = ok('respond', [1n, false, EVIDENCE], scene.seller);
    const answered = { id: 1n, respondent: scene.seller, agree: false, 'evidence-hash': EVIDENCE, bond: BOND };
    expect(receipt.events).toEqual([{ topic: 'dispute-answered', ...answered, at: BigInt(world.time) }]);
    expect([before - world.balance(scene.seller), held()]).toEqual([BOND, 2n * BOND]);
    expect(world.read('dispute-resolution', 'get-dispute', [1n])).toMatchObject({ answer: 2n, 'answer-bond': BOND });
    expect(of('respond', [1n, true, EVIDENCE], scene.seller).value).toBe(7212n);
  });

  it('that contests has a bond, and comes before the slot is closed', () => {
    dispute({ final: false });
    world.deploy(
      'decoy',
      `(define-public (gift) (contract-call? .dispute-resolution respond u1 false 0x${'00'.repeat(32)}))`,
    );
    expect(world.call('decoy', 'gift', [], scene.seller).value).toBe(7001n);
    world.ok('trade-escrow', 'deposit', [world.balance(scene.seller) - BOND + 1n], scene.seller);
    expect(of('respond', [1n, false, EVIDENCE], scene.seller).value).toBe(7400n);
    dispute();
    expect(of('respond', [1n, false, EVIDENCE], scene.seller).value).toBe(7202n);
    expect(of('respond', [1n, true, EVIDENCE], scene.seller).ok).toBe(true);
  });

  it('that agrees settles by the claim, with fees and energy by the meter', () => {
    dispute({ answer: 'agree' });
    const before = [scene.seller, scene.buyer].map(wealth);
    const receipt = resolve();
    expect(receipt.value).toEqual({ id: 1n, trade, how: 2n, upheld: true, revision: 1n, 'bond-returned': true });
    const row = world.tradeRow(trade) as Record<string, bigint>;
    const money = Settlement.verdict(row as never, 3000n, 1000n);
    expect(receipt.events.find(({ topic }) => topic === 'trade-judged')).toEqual({
      topic: 'trade-judged',
      id: trade,
      seller: scene.seller,
      buyer: scene.buyer,
      slot,
      wh: 1000n,
      paid: money.paid,
      fee: money.fee,
      grid: money.grid,
      refund: money.refund,
    });
    expect(money.paid + money.fee + money.grid + money.refund).toBe(row.locked);
    expect(receipt.events.find(({ topic }) => topic === 'trade-settled')).toMatchObject({
      delivered: 3000n,
      paid: 0n,
      refund: 0n,
      status: 7n,
    });
    expect(row.status).toBe(7n);
    expect([scene.seller, scene.buyer].map((who, at) => wealth(who) - before[at]!)).toEqual([
      money.paid,
      money.refund + BOND,
    ]);
    expect(world.account(scene.buyer)['due-wh']).toBe(3000n);
    expect([held(), resolve().value]).toEqual([0n, 7204n]);
    expect(of('respond', [1n, true, EVIDENCE], scene.seller).value).toBe(7204n);
  });

  it('is given back with the bond when the operators correct the report', () => {
    dispute({ answer: 'contest', final: false });
    world.report(scene.seller, slot, 2000n, 2n);
    world.wait(3600);
    world.ok('trade-escrow', 'finalize', [scene.seller, slot], STRANGER);
    expect(of('call-jury', [1n], scene.buyer).value).toBe(7219n);
    const receipt = resolve();
    expect(receipt.transfers).toEqual([
      { amount: BOND, sender: contractId('dispute-resolution'), recipient: scene.buyer },
      { amount: BOND, sender: contractId('dispute-resolution'), recipient: scene.seller },
    ]);
    // The correction says 2 of 4 kWh, and so does the money: nobody agreed to the claim of 1.
    expectTheMeter(receipt, 2000n);
  });

  it('wins the claimant’s bond when the report stands and nobody calls a jury', () => {
    dispute({ answer: 'contest' });
    world.wait(Number(DAY));
    const before = world.balance(scene.seller);
    expect(resolve().value).toMatchObject({ how: 0n, upheld: false, 'bond-returned': false });
    expect(world.balance(scene.seller) - before).toBe(2n * BOND);
  });
});

describe('a jury', () => {
  it('is called by a party, for its fee, once', () => {
    dispute({ final: false });
    expect(of('call-jury', [1n], scene.buyer).value).toBe(7205n);
    dispute();
    expect(of('call-jury', [9n], scene.buyer).value).toBe(7203n);
    expect(of('call-jury', [1n]).value).toBe(7000n);
    world.deploy('decoy', '(define-public (gift) (contract-call? .dispute-resolution call-jury u1))');
    expect(world.call('decoy', 'gift', [], scene.buyer).value).toBe(7001n);
    for (const fn of ['draw-jury', 'conclude-jury']) expect(of(fn, [9n]).value).toBe(7203n);
    for (const [fn, args] of [
      ['draw-jury', [1n]],
      ['conclude-jury', [1n]],
      ['commit-vote', [1n, SALT]],
      ['reveal-vote', [1n, true, SALT]],
    ] as [string, Arg[]][])
      expect(of(fn, args).value, fn).toBe(7214n);
    const poor = world.balance(scene.buyer) - 3n * FEE + 1n;
    world.ok('trade-escrow', 'deposit', [poor], scene.buyer);
    expect(of('call-jury', [1n], scene.buyer).value).toBe(7401n);
    world.ok('trade-escrow', 'withdraw', [1n], scene.buyer);
    const receipt = ok('call-jury', [1n], scene.buyer);
    expect(receipt.value).toMatchObject({ id: 1n, caller: scene.buyer, size: 3n, fee: FEE });
    expect(receipt.transfers).toEqual([
      { amount: 3n * FEE, sender: scene.buyer, recipient: contractId('dispute-resolution') },
    ]);
    expect(held()).toBe(BOND + 3n * FEE);
    expect(world.read('dispute-resolution', 'get-dispute', [1n])).toMatchObject({ status: 3n, answer: 0n });
    expect(of('call-jury', [1n], scene.seller).value).toBe(7213n);
    expect(resolve().value).toBe(7213n);
    expect(of('respond', [1n, true, EVIDENCE], scene.seller).value).toBe(7213n);
  });

  it('is called in time, where there is something to judge and enough who may', () => {
    dispute({ answer: 'agree' });
    expect(of('call-jury', [1n], scene.buyer).value).toBe(7219n);
    dispute();
    const { 'closes-at': closes } = world.read('energy-oracle', 'get-report', [scene.seller, slot]);
    world.until((closes as bigint) + DAY - 10n);
    expect(resolve().value).toBe(7305n);
    expect(of('call-jury', [1n], scene.seller).value).toBe(7306n);
    // From that very second on nobody has to wait any more for a jury that cannot come.
    dispute();
    world.until((closes as bigint) + DAY);
    expect(resolve().value).toMatchObject({ how: 0n, upheld: false });
    expect(of('call-jury', [1n], scene.seller).value).toBe(7204n);
    dispute();
    ok('leave-pool', [], scene.jurors[0]!);
    expect(of('call-jury', [1n], scene.seller).value).toBe(7215n);
  });

  it('is not drawn in the block that calls it, and then by nobody’s choice', () => {
    dispute();
    const [called, drawn] = world.block([
      ['dispute-resolution', 'call-jury', [1n], scene.buyer],
      ['dispute-resolution', 'draw-jury', [1n], scene.buyer],
    ]);
    expect([called!.ok, drawn!.value]).toEqual([true, 7307n]);
    const again = world.remember();
    ok('draw-jury', [1n]);
    const first = seated();
    expect(new Set(first).size).toBe(3);
    for (const who of first) {
      expect(scene.jurors).toContain(who);
      expect(world.read('dispute-resolution', 'get-juror', [who]).seats).toBe(1n);
    }
    expect(of('draw-jury', [1n]).value).toBe(7216n);
    again();
    world.wait(600);
    ok('draw-jury', [1n], scene.seller);
    expect(seated()).toEqual(first);
  });

  it('has nobody in it who fell or is a party', () => {
    dispute();
    ok('call-jury', [1n], scene.buyer);
    // Of five three are left: these it must be.
    for (const at of [1, 3]) world.ok('user-registry', 'deactivate', [], scene.jurors[at]!);
    ok('draw-jury', [1n]);
    expect([...seated()].sort()).toEqual([0, 2, 4].map((at) => scene.jurors[at]!).sort());
  });

  it('is drawn from the pool that knew nothing of its block: nobody joins or leaves between its call and its draw', () => {
    dispute();
    const [one, other] = scene.jurors as [string, string];
    ok('leave-pool', [], one);
    ok('enrol-juror', [], one);
    ok('call-jury', [1n], scene.buyer);
    const waiting = () => world.read('dispute-resolution', 'get-undrawn');
    expect(waiting()).toBe(1n);
    const again = world.remember();
    expect(of('leave-pool', [], one).value).toBe(7220n);
    ok('draw-jury', [1n]);
    const outside = scene.jurors.find((who) => !seated().includes(who))!;
    expect(waiting()).toBe(0n);
    ok('leave-pool', [], outside);
    // Who wants to come in waits for the draw as well, or for the end of a jury that nobody draws.
    dispute();
    ok('leave-pool', [], one);
    ok('leave-pool', [], other);
    expect(of('call-jury', [1n], scene.buyer).value).toBe(7215n);
    for (const who of [one, other]) ok('enrol-juror', [], who);
    again();
    world.ok('user-registry', 'deactivate', [], other);
    world.until(jury()['ends-at'] as bigint);
    expect(of('leave-pool', [], other).value).toBe(7220n);
    ok('conclude-jury', [1n]);
    expect(waiting()).toBe(0n);
    ok('leave-pool', [], other);
    ok('leave-pool', [], one);
    ok('enrol-juror', [], one);
  });

  it('that cannot be drawn costs nothing, and the report stands', () => {
    dispute();
    ok('call-jury', [1n], scene.buyer);
    const before = world.balance(scene.buyer);
    for (const who of scene.jurors.slice(0, 3)) world.ok('user-registry', 'deactivate', [], who);
    expect(ok('draw-jury', [1n]).value).toMatchObject({ jurors: [] });
    expect([world.balance(scene.buyer) - before, held()]).toEqual([3n * FEE, BOND]);
    expect(of('draw-jury', [1n]).value).toBe(7204n);
    expect(of('call-jury', [1n], scene.seller).value).toBe(7213n);
    expect(jury().failed).toBe(true);
    world.wait(Number(DAY));
    expect(resolve().value).toMatchObject({ how: 0n, upheld: false });
  });

  it('that nobody draws ends, and everybody has its money back', () => {
    dispute({ answer: 'contest' });
    ok('call-jury', [1n], scene.buyer);
    const before = [scene.seller, scene.buyer].map((who) => world.balance(who));
    expect(of('conclude-jury', [1n]).value).toBe(7304n);
    world.until(jury()['ends-at'] as bigint);
    expect(ok('conclude-jury', [1n]).value).toMatchObject({ how: 3n, upheld: false, 'bond-returned': true });
    expect([scene.seller, scene.buyer].map((who, at) => world.balance(who) - before[at]!)).toEqual([
      BOND,
      BOND + 3n * FEE,
    ]);
    expect(world.tradeRow(trade).status).toBe(7n);
    // What is over stays over, also when nobody is left to judge.
    for (const who of scene.jurors) ok('leave-pool', [], who);
    expect(of('draw-jury', [1n]).value).toBe(7204n);
  });

  it('is never made up by those who quarrel, though they stand in the pool', () => {
    const others = scene;
    try {
      others.again();
      const { jurors } = others;
      const [one, other, idle] = jurors as [string, string, string];
      others.world.ok('user-registry', 'apply-for-certification', [1000n, 10_000n, ascii('solar')], one);
      others.world.ok('user-registry', 'certify-producer', [one], address('certifier'));
      scene = { ...others, seller: one, buyer: other, again: others.world.remember() };
      dispute();
      ok('call-jury', [1n], other);
      const again = world.remember();
      expect([...(ok('draw-jury', [1n]).value.jurors as string[])].sort()).toEqual(jurors.slice(2).sort());
      again();
      world.ok('user-registry', 'deactivate', [], idle);
      expect(ok('draw-jury', [1n]).value.jurors).toEqual([]);
    } finally {
      scene = others;
    }
  });
});

describe('a vote', () => {
  it('is committed by the jurors, once, and revealed as it was', () => {
    dispute();
    call();
    const [juror, other] = seated() as [string, string];
    expect(of('commit-vote', [1n, SALT], scene.buyer).value).toBe(7003n);
    const hash = ballot(juror, true);
    expect(ok('commit-vote', [1n, hash], juror).events).toEqual([{ topic: 'vote-committed', id: 1n, juror, hash }]);
    expect(of('commit-vote', [1n, hash], juror).value).toBe(7217n);
    // Whoever copies another's cannot open it.
    ok('commit-vote', [1n, hash], other);
    expect(of('reveal-vote', [1n, true, SALT], juror).value).toBe(7302n);
    world.until(jury()['commit-until'] as bigint);
    expect(of('commit-vote', [1n, hash], seated()[2]!).value).toBe(7301n);
    expect(of('reveal-vote', [1n, true, SALT], seated()[2]!).value).toBe(7218n);
    expect(of('reveal-vote', [1n, true, SALT], STRANGER).value).toBe(7003n);
    expect(of('reveal-vote', [1n, true, SALT], other).value).toBe(7101n);
    expect(of('reveal-vote', [1n, false, SALT], juror).value).toBe(7101n);
    expect(ok('reveal-vote', [1n, true, SALT], juror).events).toEqual([
      { topic: 'vote-revealed', id: 1n, juror, uphold: true },
    ]);
    expect(of('reveal-vote', [1n, true, SALT], juror).value).toBe(7218n);
    expect(world.read('dispute-resolution', 'get-ballot', [1n, juror])).toEqual({ hash, revealed: true, uphold: true });
    expect(jury()).toMatchObject({ upheld: 1n, rejected: 0n });
    world.until(jury()['ends-at'] as bigint);
    expect(of('reveal-vote', [1n, true, SALT], other).value).toBe(7303n);
  });

  it.each([86_401n, 86_400n, 86_399n])('has its times to the second: %s s', async (period) => {
    scene.world.free();
    scene = await setup([['jury-period', period]]);
    dispute();
    call();
    const [juror, other] = seated() as [string, string];
    const { 'commit-until': until, 'ends-at': end } = jury() as Record<string, bigint>;
    // Calls come every ten seconds: one second before, at, or after each end.
    const off = 86_400n - period;
    ok('commit-vote', [1n, ballot(juror, true)], juror);
    world.until(until! + off);
    expect(of('commit-vote', [1n, SALT], other).ok).toBe(off < 0n);
    dispute();
    call();
    const again = seated()[0]!;
    ok('commit-vote', [1n, ballot(again, true)], again);
    world.until((jury()['commit-until'] as bigint) + off);
    expect(of('reveal-vote', [1n, true, SALT], again).ok).toBe(off >= 0n);
    world.until((jury()['ends-at'] as bigint) + 2n * off);
    expect(of('conclude-jury', [1n]).ok).toBe(off >= 0n);
    expect(end! - until!).toBe(period);
  });
});

describe('a jury without a fee', () => {
  it('is called, votes and ends like any other', async () => {
    scene.world.free();
    scene = await setup([['jury-fee', 0n]]);
    dispute();
    expect(ok('call-jury', [1n], scene.buyer).transfers).toEqual([]);
    ok('draw-jury', [1n]);
    vote([true, true, false]);
    expect(ok('conclude-jury', [1n]).value).toMatchObject({ upheld: true });
    expect(held()).toBe(0n);
  });
});

describe('a verdict', () => {
  beforeAll(async () => {
    scene.world.free();
    scene = await setup();
  });

  it('for the claim moves money and bonds, and leaves the energy where the meter says', () => {
    dispute({ answer: 'contest' });
    call();
    const jurors = seated();
    const [seller, buyer] = [scene.seller, scene.buyer];
    const before = [seller, buyer, ...jurors].map(wealth);
    const trust = [seller, buyer].map(score);
    vote([true, true, false]);
    const receipt = ok('conclude-jury', [1n]);
    expect(receipt.value).toEqual({ id: 1n, trade, how: 3n, upheld: true, revision: 1n, 'bond-returned': true });
    expect(receipt.events.find(({ topic }) => topic === 'jury-concluded')).toEqual({
      topic: 'jury-concluded',
      id: 1n,
      verdict: true,
      upheld: 2n,
      rejected: 1n,
      paid: 2n * FEE,
      returned: FEE,
    });
    const money = Settlement.verdict(world.tradeRow(trade) as never, 3000n, 1000n);
    expect([seller, buyer, ...jurors].map((who, at) => wealth(who) - before[at]!)).toEqual([
      money.paid,
      money.refund + 2n * BOND + FEE,
      FEE,
      FEE,
      0n,
    ]);
    expect([seller, buyer].map((who, at) => score(who) - trust[at]!)).toEqual([-500n, 0n]);
    const [lost] = receipt.events.filter(({ topic }) => topic === 'score-changed');
    expect(lost).toMatchObject({ who: seller, cause: 7n, ref: 1n });
    expect(world.account(buyer)['due-wh']).toBe(3000n);
    expect([held(), world.tradeRow(trade).status]).toEqual([0n, 7n]);
    expect(of('conclude-jury', [1n]).value).toBe(7204n);
    for (const who of [seller, buyer]) expect(world.stakeOf(who).holds).toBe(0n);
    for (const who of jurors) expect(world.read('dispute-resolution', 'get-juror', [who]).seats).toBe(0n);
  });

  it('for the claim of one whom nobody contradicted costs no trust', () => {
    dispute();
    call();
    const before = score(scene.seller);
    vote([true, true, true]);
    ok('conclude-jury', [1n]);
    expect(score(scene.seller)).toBe(before);
  });

  it.each([true, false])('for the meter gives the bond to whoever contested, or to the treasury (%s)', (contested) => {
    dispute(contested ? { answer: 'contest' } : {});
    call();
    const dao = contractId('governance-dao');
    const before = [scene.seller, dao].map((who) => world.balance(who));
    const trust = score(scene.buyer);
    vote([false, false, null]);
    const slashed = seated()[2]!;
    const receipt = ok('conclude-jury', [1n]);
    expect(receipt.value).toMatchObject({ how: 3n, upheld: false, 'bond-returned': false });
    expectTheMeter(receipt);
    expect(world.stakeOf(slashed)).toMatchObject({ amount: 45n * STX, holds: 1n });
    expect([scene.seller, dao].map((who, at) => world.balance(who) - before[at]!)).toEqual(
      contested ? [2n * BOND, SLASH] : [0n, SLASH + BOND],
    );
    expect(trust - score(scene.buyer)).toBe(500n);
  });

  it.each([
    [[true, false, null], 2],
    [[true, undefined, null], 1],
    [[null, null, null], 0],
  ] as const)('needs more than half of all: %s', (votes, paid) => {
    dispute({ answer: 'contest' });
    call();
    const before = [scene.seller, scene.buyer].map((who) => world.balance(who));
    vote([...votes]);
    const receipt = ok('conclude-jury', [1n]);
    expect(receipt.value).toMatchObject({ upheld: false, 'bond-returned': true });
    expect(receipt.events.find(({ topic }) => topic === 'jury-concluded')).toMatchObject({
      verdict: null,
      paid: BigInt(paid) * FEE,
    });
    expect([scene.seller, scene.buyer].map((who, at) => world.balance(who) - before[at]!)).toEqual([
      BOND,
      BOND + BigInt(3 - paid) * FEE,
    ]);
    const slashed = receipt.events.filter(({ topic }) => topic === 'stake-slashed');
    expect(slashed.map(({ by, moved }) => [by, moved])).toEqual(
      Array(3 - paid).fill([contractId('dispute-resolution'), SLASH]),
    );
    expectTheMeter(receipt);
  });

  it('that comes after escrow gave up waiting still ends the bonds', () => {
    dispute({ answer: 'contest' });
    call();
    vote([true, true, true]);
    world.until((slot + 1n) * 3600n + 30n * DAY);
    world.ok('trade-escrow', 'settle', [trade], STRANGER);
    const before = world.balance(scene.buyer);
    expect(ok('conclude-jury', [1n]).value).toMatchObject({ upheld: true });
    expect(world.balance(scene.buyer) - before).toBe(2n * BOND);
    expect(held()).toBe(0n);
  });

  it('waits for no reputation: what that contract refuses is told', () => {
    dispute({ answer: 'contest' });
    call();
    vote([true, true, null]);
    const again = world.remember();
    world.dao(`(try! (contract-call? .reputation-system set-peer "dispute-resolution" '${STRANGER}))`);
    const receipt = ok('conclude-jury', [1n]);
    expect(receipt.events.filter(({ topic }) => topic === 'reputation-refused').map(({ code }) => code)).toEqual([
      6001n,
      6001n,
      6001n,
      6001n,
    ]);
    expect([held(), world.tradeRow(trade).status]).toEqual([0n, 7n]);
    again();
  });
});

describe('the pool', () => {
  it('is for verified households of Silver by their score, with a stake', () => {
    dispute({ final: false });
    expect(of('enrol-juror', [], scene.buyer).value).toBe(7208n);
    world.ok('reputation-system', 'stake', [500n * STX], scene.buyer);
    expect(of('enrol-juror', [], scene.buyer).value).toBe(7208n);
    const [juror] = scene.jurors as [string];
    expect(of('enrol-juror', [], juror).value).toBe(7209n);
    expect(world.code('reputation-system', 'unstake', [1n], juror)).toBe(6202n);
    ok('leave-pool', [], juror);
    expect(of('leave-pool', [], juror).value).toBe(7210n);
    world.ok('reputation-system', 'unstake', [1n], juror);
    expect(of('enrol-juror', [], juror).value).toBe(7208n);
    world.ok('reputation-system', 'stake', [1n], juror);
    expect(ok('enrol-juror', [], juror).value).toEqual({ juror, jurors: 5n });
    ok('leave-pool', [], juror);
    world.ok('user-registry', 'deactivate', [], juror);
    expect(of('enrol-juror', [], juror).value).toBe(7208n);
    expect(world.read('dispute-resolution', 'is-eligible', [STRANGER])).toBe(false);
  });

  it('is for who has 7000 points and a meter that was seen, to the point', () => {
    dispute({ final: false });
    const [juror] = scene.jurors as [string];
    const enrol = () => of('enrol-juror', [], scene.seller);
    world.ok('reputation-system', 'stake', [50n * STX], scene.seller);
    const peer = (role: string) => `(try! (contract-call? .reputation-system set-peer "${role}" '${STRANGER})) `;
    world.dao(
      `${peer('user-registry')}${peer('trade-escrow')}(try! (contract-call? .governance-dao set-parameter "meter-bonus-bps" u3700))`,
    );
    world.ok('reputation-system', 'record-meter', [scene.seller, 99n, 3n], STRANGER);
    expect(score(scene.seller)).toBe(7000n);
    expect(enrol().ok).toBe(true);
    ok('leave-pool', [], scene.seller);
    // A penalty of 500 for a five-hundredth.
    world.ok('reputation-system', 'record-cancellation', [scene.seller, 1n, 1n, 500n], STRANGER);
    expect([score(scene.seller), enrol().value]).toEqual([6999n, 7208n]);
    // Whoever puts in another meter has its score still, and waits for the reader.
    ok('leave-pool', [], juror);
    world.ok('user-registry', 'register-meter', [new Uint8Array(32).fill(99), 1n], juror);
    expect([score(juror) >= 7000n, of('enrol-juror', [], juror).value]).toEqual([true, 7208n]);
  });

  it('has no gaps when somebody leaves, and holds who sits', () => {
    dispute();
    const [first, second, , , last] = scene.jurors as [string, string, string, string, string];
    ok('leave-pool', [], second);
    const at = (who: string) => world.read('dispute-resolution', 'get-juror', [who]).at;
    expect([at(first), at(second), at(last), world.read('dispute-resolution', 'get-pool-size')]).toEqual([
      0n,
      null,
      1n,
      4n,
    ]);
    ok('leave-pool', [], last);
    expect([at(last), at(scene.jurors[3]!)]).toEqual([null, 1n]);
    for (const who of [second, last]) ok('enrol-juror', [], who);
    expect([at(second), at(last)]).toEqual([3n, 4n]);
    call();
    expect(of('leave-pool', [], seated()[0]!).value).toBe(7211n);
  });
});

describe('a contract in the pool', () => {
  const HOUSE = contractId('house');
  /** Anybody may make it act: it does as it is told. */
  const SOURCE = `
    (define-public (join)
      (begin
        (try! (contract-call? .user-registry register u1 u${CELL.home} 0x${'00'.repeat(32)}))
        (contract-call? .user-registry register-meter 0x${'77'.repeat(32)} u1)))
    (define-public (pledge)
      (begin
        (try! (stx-transfer? u50000000 tx-sender current-contract))
        (as-contract? ((with-stx u50000000)) (try! (contract-call? .reputation-system stake u50000000)))))
    (define-public (unpledge) (contract-call? .reputation-system unstake u50000000))
    (define-public (withdraw) (contract-call? .reputation-system withdraw-stake))
    (define-public (enrol) (contract-call? .dispute-resolution enrol-juror))
    (define-public (leave) (contract-call? .dispute-resolution leave-pool))
    (define-public (commit (hash (buff 32))) (contract-call? .dispute-resolution commit-vote u1 hash))
    (define-public (reveal (uphold bool) (salt (buff 32)))
      (contract-call? .dispute-resolution reveal-vote u1 uphold salt))`;
  const house = (fn: string, args: Arg[] = [], by = STRANGER): Receipt & { value: Tuple } =>
    world.ok('house', fn, args, by);

  // Wallets of several owners and smart wallets are contracts: their seat, their vote and their stake are theirs, whoever signs.
  it('judges for itself, whoever signs', () => {
    dispute();
    const [signer, ...others] = scene.jurors as [string, ...string[]];
    world.deploy('house', SOURCE);
    house('join');
    world.ok('user-registry', 'verify-meter', [HOUSE, 3n, 0n], address('meter-reader'));
    house('pledge', [], scene.buyer);
    const row = () => world.read('dispute-resolution', 'get-juror', [HOUSE]);
    const holds = () => world.stakeOf(HOUSE).holds;
    // Not by who signs: a stranger may not judge, and a juror is in the pool already.
    expect(house('enrol').value).toEqual({ juror: HOUSE, jurors: 6n });
    expect([row(), holds()]).toEqual([{ at: 5n, seats: 0n }, 1n]);
    expect(house('leave').value).toEqual({ juror: HOUSE, jurors: 5n });
    expect([row(), holds()]).toEqual([{ at: null, seats: 0n }, 0n]);
    expect(house('enrol', [], signer).value).toEqual({ juror: HOUSE, jurors: 6n });
    expect([row(), holds(), world.stakeOf(signer).holds]).toEqual([{ at: 5n, seats: 0n }, 1n, 1n]);
    // One leaves, and the contract takes its place in the pool: nobody is drawn by a place that was given up.
    ok('leave-pool', [], others[0]!);
    expect(row().at).toBe(1n);
    ok('call-jury', [1n], scene.buyer);
    expect(of('enrol-juror', [], others[0]!).value).toBe(7220n);
    // Of five three are left: these it must be.
    for (const who of others.slice(2)) world.ok('user-registry', 'deactivate', [], who);
    ok('draw-jury', [1n]);
    expect([...seated()].sort()).toEqual([signer, others[1]!, HOUSE].sort());
    const hash = ballot(HOUSE, true);
    expect(house('commit', [hash]).value).toEqual({ id: 1n, juror: HOUSE, hash });
    expect(world.read('dispute-resolution', 'get-ballot', [1n, HOUSE])).toEqual({
      hash,
      revealed: false,
      uphold: false,
    });
    world.until(jury()['commit-until'] as bigint);
    expect(house('reveal', [true, SALT]).value).toEqual({ id: 1n, juror: HOUSE, uphold: true });
    world.until(jury()['ends-at'] as bigint);
    ok('conclude-jury', [1n]);
    expect([world.balance(HOUSE), row().seats]).toEqual([FEE, 0n]);
    for (const fn of ['leave', 'unpledge']) house(fn);
    world.wait(604_800);
    expect(house('withdraw').value).toMatchObject({ who: HOUSE, moved: 50n * STX });
    expect(world.balance(HOUSE)).toBe(FEE + 50n * STX);
  });
});

describe('attacks on juries', () => {
  type Scene = { world: World };
  /** A dispute that is final, on contracts weakened so. */
  const begin = async (weaken: Weakening[]): Promise<Scene> => {
    lastWorld()?.free();
    scene = await setup([], { weaken, names: [...JURORS, 'home-h08'] });
    dispute();
    return { world };
  };
  const weaker = (guard: string, instead: string): Weakening[] => [['dispute-resolution', guard, instead]];
  const without = (guard: string): Weakening[] => weaker(guard, 'true');
  const commit = (who: string): void => void ok('commit-vote', [1n, ballot(who, true)], who);
  const revealing = (): void => world.until(jury()['commit-until'] as bigint);
  const PENDING = '(asserts! (is-eq (var-get undrawn) u0) ERR-DRAW-PENDING)';

  const attacks: Attack<Scene>[] = [
    {
      name: 'leaving the pool when its block says who would be drawn',
      class: 'disputes',
      code: 7220n,
      guards: weaker(`(asserts! (is-eq (get seats row) u0) ERR-SEATED) ${PENDING}`, 'true'),
      run: () => {
        ok('call-jury', [1n], scene.buyer);
        return of('leave-pool', [], scene.jurors[0]!);
      },
    },
    {
      name: 'joining the pool when its block says who would be drawn',
      class: 'disputes',
      code: 7220n,
      guards: weaker(`(asserts! (is-none (get at row)) ERR-ENROLLED) ${PENDING}`, 'true'),
      run: () => {
        ok('leave-pool', [], scene.jurors[0]!);
        ok('call-jury', [1n], scene.buyer);
        return of('enrol-juror', [], scene.jurors[0]!);
      },
    },
    {
      name: 'leaving with its stake while it judges',
      class: 'disputes',
      code: 7211n,
      guards: without('(asserts! (is-eq (get seats row) u0) ERR-SEATED)'),
      run: () => {
        call();
        return of('leave-pool', [], seated()[0]!);
      },
    },
    {
      name: 'drawing again until the jury suits',
      class: 'disputes',
      code: 7216n,
      // The twin has only one jury that waits, and so nothing to count down.
      guards: weaker(
        '(asserts! (is-eq (len (get jurors jury)) u0) ERR-DRAWN) (var-set undrawn (- (var-get undrawn) u1))',
        'true',
      ),
      run: () => {
        call();
        return of('draw-jury', [1n]);
      },
    },
    {
      name: 'judging without being drawn',
      class: 'authority',
      code: 7003n,
      guards: weaker('(is-some (index-of? (get jurors jury) contract-caller))', 'true'),
      run: () => {
        call();
        return of('commit-vote', [1n, ballot(scene.buyer, true)], scene.buyer);
      },
    },
    {
      name: 'committing when others have revealed',
      class: 'clock',
      code: 7301n,
      guards: without('(asserts! (< stacks-block-time (get commit-until jury)) ERR-COMMIT-CLOSED)'),
      run: () => {
        call();
        revealing();
        return of('commit-vote', [1n, SALT], seated()[0]!);
      },
    },
    {
      name: 'changing a ballot',
      class: 'double-vote',
      code: 7217n,
      guards: weaker('(asserts! (map-insert ballots', '(asserts! (map-set ballots'),
      run: () => {
        call();
        const [juror] = seated() as [string];
        commit(juror);
        return of('commit-vote', [1n, ballot(juror, false)], juror);
      },
    },
    {
      name: 'revealing what was not committed to',
      class: 'disputes',
      code: 7101n,
      guards: without(
        '(asserts! (is-eq (get hash ballot) (get-ballot-hash id contract-caller uphold salt)) ERR-BALLOT)',
      ),
      run: () => {
        call();
        const [juror] = seated() as [string];
        commit(juror);
        revealing();
        return of('reveal-vote', [1n, false, SALT], juror);
      },
    },
    {
      name: 'revealing while others may still commit',
      class: 'clock',
      code: 7302n,
      guards: without('(asserts! (>= now (get commit-until jury)) ERR-COMMIT-OPEN)'),
      run: () => {
        call();
        const [juror] = seated() as [string];
        commit(juror);
        return of('reveal-vote', [1n, true, SALT], juror);
      },
    },
    {
      name: 'one vote that counts twice',
      class: 'double-vote',
      code: 7218n,
      guards: without('(asserts! (not (get revealed ballot)) ERR-NOT-COMMITTED)'),
      run: () => {
        call();
        const [juror] = seated() as [string];
        commit(juror);
        revealing();
        ok('reveal-vote', [1n, true, SALT], juror);
        return of('reveal-vote', [1n, true, SALT], juror);
      },
    },
    {
      name: 'ending a jury before the others have revealed',
      class: 'clock',
      code: 7304n,
      guards: without('(asserts! (>= stacks-block-time (get ends-at jury)) ERR-JURY-OPEN)'),
      run: () => {
        call();
        return of('conclude-jury', [1n]);
      },
    },
    {
      name: 'a stranger who calls a jury',
      class: 'authority',
      code: 7000n,
      guards: without(
        '(asserts! (or (is-eq contract-caller (get claimant dispute)) (is-eq contract-caller (get respondent dispute))) ERR-NOT-PARTY)',
      ),
      run: () => of('call-jury', [1n], scene.jurors[0]!),
    },
    {
      name: 'a juror without standing',
      class: 'sybils',
      code: 7208n,
      guards: without('(asserts! (is-eligible contract-caller) ERR-NOT-ELIGIBLE)'),
      run: () => of('enrol-juror', [], scene.seller),
    },
  ];
  onBothTwins(begin, attacks);
});
