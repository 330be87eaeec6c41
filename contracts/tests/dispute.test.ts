// dispute-resolution: a contested delivery waits for the final figures, and always ends.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { address, CELL, contractId, type Receipt, STRANGER, type Tuple, unreachedCodes, World } from './world.ts';

const DISPUTES = contractId('dispute-resolution');
const EVIDENCE = new Uint8Array(32).fill(5);
const BOND = 100_000n;
/** As long a jury may be called after the challenge window. */
const CALL_WINDOW = 86_400;

let world: World;
let seller: string;
let buyer: string;
let slot: bigint;
let trade: bigint;

const start = async (offset = 0) => {
  world?.free();
  world = await World.create({ offset });
  seller = world.home('home-h01');
  buyer = world.home('home-h02');
  slot = world.slot + 8n;
  trade = world.trade(seller, buyer, slot, 4000n);
};
beforeEach(() => start());
afterEach(() => {
  const { stx, kwh, bonds } = world.audit();
  expect([stx[0], kwh[0], bonds[0]]).toEqual([stx[1], kwh[1], bonds[1]]);
});
afterAll(() => {
  world.free();
  // What concerns answers and juries is met in jury.test.ts.
  const here = [
    'NOT-PARTY',
    'INDIRECT-CALL',
    'CLAIM',
    'UNKNOWN-TRADE',
    'TRADE-NOT-OPEN',
    'SLOT-CLOSED',
    'UNKNOWN-DISPUTE',
  ];
  here.push('RESOLVED', 'SLOT-OPEN', 'NOT-SETTLED', 'NO-FEE', 'TOO-EARLY', 'CALL-WINDOW-OPEN', 'BOND');
  expect(unreachedCodes('dispute-resolution')).toEqual(
    unreachedCodes('dispute-resolution', { but: here.map((name) => `ERR-${name}`) }),
  );
});

const end = () => (slot + 1n) * 3600n;
const open = (who = buyer, claim = 1000n, id = trade): Receipt =>
  world.call('dispute-resolution', 'open-dispute', [id, claim, EVIDENCE], who);
const resolve = (id = 1n): Receipt => world.call('dispute-resolution', 'resolve-automatic', [id], STRANGER);
const escrow = (fn: string, args: Parameters<World['call']>[2], who = STRANGER): Receipt =>
  world.call('trade-escrow', fn, args, who);
const event = (receipt: Receipt, topic: string): Tuple | undefined => receipt.events.find((one) => one.topic === topic);

describe('open-dispute', () => {
  it('holds the trade back and keeps the bond', () => {
    world.until(end());
    world.report(seller, slot, 4000n);
    const before = world.balance(buyer);
    const receipt = open();
    const opened = {
      id: 1n,
      trade,
      claimant: buyer,
      claim: 1000n,
      'evidence-hash': EVIDENCE,
      bond: BOND,
      revision: 1n,
      at: BigInt(world.time),
    };
    expect(receipt.value).toEqual(opened);
    expect(receipt.events.filter(({ topic }) => topic !== 'stake-held')).toEqual([
      { topic: 'trade-disputed', id: trade },
      { topic: 'dispute-opened', ...opened },
    ]);
    expect(before - world.balance(buyer)).toBe(BOND);
    expect(world.read('dispute-resolution', 'get-dispute-of', [trade])).toBe(1n);
    expect(world.read('dispute-resolution', 'get-dispute-count')).toBe(1n);
    expect(world.tradeRow(trade).status).toBe(6n);
    expect(open().value).toBe(7201n);
    expect(open(seller).value).toBe(7201n);
    // Neither side takes its stake out meanwhile.
    for (const who of [seller, buyer]) expect(world.stakeOf(who).holds).toBe(1n);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    expect(escrow('settle', [trade]).value).toBe(4201n);
    expect(escrow('settle-slot', [seller, slot, [trade]]).value).toBe(4208n);
  });

  it('is for the parties, about what was traded, and with money', () => {
    expect(open().value).toBe(7300n);
    world.until(end());
    expect(open(STRANGER).value).toBe(7000n);
    expect(open(buyer, 4001n).value).toBe(7100n);
    expect(open(buyer, 0n, 99n).value).toBe(7200n);
    world.ok('trade-escrow', 'deposit', [world.balance(buyer) - BOND + 1n], buyer);
    expect(open().value).toBe(7400n);
    expect(open(seller, 4000n).ok).toBe(true);
  });

  it('cannot be opened through another contract', () => {
    world.deploy(
      'decoy',
      `(define-public (help) (contract-call? .dispute-resolution open-dispute u${trade} u1 0x${'00'.repeat(32)}))`,
    );
    world.until(end());
    const before = world.balance(buyer);
    expect(world.call('decoy', 'help', [], buyer).value).toBe(7001n);
    expect(world.balance(buyer)).toBe(before);
    expect(world.tradeRow(trade).status).toBe(0n);
  });

  it('is possible from the slot end, until the slot is closed', async () => {
    for (const [offset, moment, code] of [
      [9, -1n, 7300n],
      [0, 0n, undefined],
    ] as const) {
      await start(offset);
      world.until(end() + moment);
      const receipt = open();
      expect(receipt.ok ? undefined : receipt.value).toBe(code);
    }
    trade = world.trade(seller, buyer, world.slot + 6n, 1000n);
    slot = world.slot + 6n;
    world.deliver(seller, slot, 1000n);
    expect(open().value).toBe(7202n);
    escrow('settle', [trade]);
    expect(open().value).toBe(7201n);
  });
});

describe('resolve-automatic', () => {
  it('gives the bond back when the operators correct the report', () => {
    world.until(end());
    world.report(seller, slot, 4000n);
    open();
    world.report(seller, slot, 1000n, 2n);
    expect(resolve().value).toBe(7205n);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    const before = world.balance(buyer);
    const receipt = resolve();
    const resolved = { id: 1n, trade, how: 1n, upheld: true, revision: 2n, 'bond-returned': true };
    expect(receipt.value).toEqual(resolved);
    expect(event(receipt, 'dispute-resolved')).toEqual({ topic: 'dispute-resolved', ...resolved });
    expect(world.balance(buyer) - before).toBe(BOND);
    // By the final figures: a quarter was delivered.
    expect(event(receipt, 'trade-settled')).toMatchObject({ id: trade, delivered: 1000n, status: 7n });
    expect(world.tradeRow(trade).status).toBe(7n);
    expect(world.read('dispute-resolution', 'get-dispute', [1n])).toMatchObject({ status: 1n });
    for (const who of [seller, buyer]) expect(world.stakeOf(who).holds).toBe(0n);
    expect(resolve().value).toBe(7204n);
    expect(resolve(9n).value).toBe(7203n);
  });

  it('sends the bond to the treasury when the report stands', () => {
    world.until(end());
    world.report(seller, slot, 4000n);
    world.report(seller, slot, 3000n, 2n);
    open();
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    expect(resolve().value).toBe(7305n);
    world.wait(CALL_WINDOW);
    const receipt = resolve();
    expect(receipt.value).toEqual({ id: 1n, trade, how: 0n, upheld: false, revision: 2n, 'bond-returned': false });
    expect(receipt.transfers).toEqual([{ amount: BOND, sender: DISPUTES, recipient: contractId('governance-dao') }]);
    expect(event(receipt, 'trade-settled')).toMatchObject({ delivered: 3000n, status: 7n });
    expect(world.read('dispute-resolution', 'get-dispute', [1n])).toMatchObject({ status: 2n });
  });

  it('is not won by disputing before there is a report', () => {
    world.until(end());
    open();
    world.report(seller, slot, 4000n);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    world.wait(CALL_WINDOW);
    expect(resolve().value).toMatchObject({ upheld: false, revision: 1n, 'bond-returned': false });
  });

  it('costs nobody anything when the oracle stays silent', () => {
    world.until(end());
    open();
    world.giveUp(seller, slot);
    const before = world.balance(buyer);
    const receipt = resolve();
    expect(receipt.value).toEqual({ id: 1n, trade, how: 4n, upheld: false, revision: 0n, 'bond-returned': true });
    escrow('payout', [buyer]);
    expect(world.balance(buyer) - before).toBe(BOND + (world.tradeRow(trade).locked as bigint));
    expect(world.tradeRow(trade).status).toBe(7n);
  });

  it('leaves the dust of the slot to whatever is settled last', () => {
    const rest = world.home('home-h03');
    const other = world.ok(
      'marketplace',
      'accept-offer',
      [world.offer(seller, slot, 3000n), 1n, 3000n, 10n ** 12n],
      rest,
    ).value.trade as bigint;
    world.until(end());
    world.report(seller, slot, 1003n);
    open();
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    escrow('settle', [other]);
    expect(world.account(seller)['due-wh']).toBe(0n);
    world.wait(CALL_WINDOW);
    const receipt = resolve();
    expect(event(receipt, 'slot-dust')).toMatchObject({ wh: 1n });
    expect(world.slotRow(seller, slot)).toMatchObject({ settled: 7000n, handed: 1003n });
  });

  it('takes a row out of a batch and not the batch with it', () => {
    const other = world.trade(seller, buyer, slot, 1000n);
    world.until(end());
    world.report(seller, slot, 5000n);
    open();
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    const receipt = escrow('settle-slot', [seller, slot, [trade, other]]);
    expect(receipt.value).toMatchObject({ trades: 1n });
    expect(event(receipt, 'row-refused')).toEqual({ topic: 'row-refused', row: 0n, code: 4201n });
  });
});

describe('rate', () => {
  const HASH = new Uint8Array(32).fill(9);
  const rate = (who: string, stars = 4n, id = trade): Receipt =>
    world.call('dispute-resolution', 'rate', [id, stars, HASH], who);
  const sum = (who: string) => world.read('reputation-system', 'get-rating-sum', [who]);

  it('says of the other side how it was', () => {
    world.deliver(seller, slot, 4000n);
    escrow('settle', [trade]);
    expect(rate(buyer).events).toMatchObject([{ topic: 'rated', trade, by: buyer, of: seller, stars: 4n }]);
  });

  it.each([
    [4000n, 1n],
    [1000n, 2n],
    [0n, 3n],
  ])('is for the parties of a trade that is settled, whatever came: %s Wh', (exportWh, status) => {
    expect(rate(buyer).value).toBe(7206n);
    world.deliver(seller, slot, exportWh);
    expect(rate(buyer).value).toBe(7206n);
    escrow('settle', [trade]);
    expect(world.tradeRow(trade).status).toBe(status);
    expect(rate(STRANGER).value).toBe(7000n);
    expect(rate(buyer, 4n, 9n).value).toBe(7200n);
    expect([rate(buyer, 0n).value, rate(buyer, 6n).value]).toEqual([6104n, 6104n]);
    expect(rate(buyer).value).toMatchObject({ trade, by: buyer, of: seller, stars: 4n, counted: true });
    expect(rate(seller, 1n).value).toMatchObject({ by: seller, of: buyer, stars: 1n });
    expect(rate(buyer).value).toBe(6205n);
    expect([sum(seller), sum(buyer)]).toEqual([
      { stars: 4n, ratings: 1n },
      { stars: 1n, ratings: 1n },
    ]);
  });

  it('is given by a party itself, and not by whoever makes it sign', () => {
    world.deliver(seller, slot, 4000n);
    escrow('settle', [trade]);
    for (const who of [seller, buyer])
      expect(JSON.parse(world.throughDecoy('dispute-resolution', 'rate', [trade, 1n, HASH], who, true))).toMatchObject({
        ok: false,
        value: 'u7000',
      });
    expect(rate(buyer).ok).toBe(true);
  });

  it('of a contract that bought is its own, whoever signs', () => {
    const club = contractId('club');
    world.deploy(
      'club',
      `(define-public (join)
         (begin
           (try! (stx-transfer? u1000000 tx-sender current-contract))
           (try! (contract-call? .user-registry register u1 u${CELL.home} 0x${'00'.repeat(32)}))
           (contract-call? .user-registry register-meter 0x${'77'.repeat(32)} u1)))
       (define-public (buy (offer uint))
         (as-contract? ((with-stx u1000000)) (try! (contract-call? .marketplace accept-offer offer u1 u1000 u1000000))))
       (define-public (rate (trade uint)) (contract-call? .dispute-resolution rate trade u2 0x${'09'.repeat(32)}))`,
    );
    world.ok('club', 'join', [], seller);
    world.ok('user-registry', 'verify-meter', [club, 1n, 0n], address('meter-reader'));
    const bought = world.ok('club', 'buy', [world.offer(seller, slot, 1000n)], STRANGER).value.trade as bigint;
    world.deliver(seller, slot, 5000n);
    escrow('settle', [bought]);
    // Also when the other side signs: it does not speak for itself then.
    expect(world.ok('club', 'rate', [bought], seller).value).toMatchObject({ by: club, of: seller, stars: 2n });
    expect(rate(seller, 5n, bought).value).toMatchObject({ by: seller, of: club });
    escrow('payout', [club]);
    expect(world.kwhOf(club)).toBe(1000n);
  });

  it('is for a trade that was disputed, and not for one that never was delivered or was cancelled', () => {
    world.until(end());
    world.report(seller, slot, 4000n);
    open();
    expect(rate(buyer).value).toBe(7206n);
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    world.wait(CALL_WINDOW);
    resolve();
    expect(rate(buyer).ok).toBe(true);
    slot = world.slot + 8n;
    const [silent, cancelled] = [world.trade(seller, buyer, slot, 1000n), world.trade(seller, buyer, slot, 1000n)];
    escrow('cancel', [cancelled], buyer);
    world.giveUp(seller, slot);
    escrow('settle', [silent]);
    for (const id of [silent, cancelled]) expect(rate(buyer, 5n, id).value).toBe(7206n);
  });

  it('is not for trades that cost nothing to make up', () => {
    for (const key of ['commission-bps', 'grid-bps-cell']) world.parameter(key, 0n);
    slot = world.slot + 8n;
    trade = world.trade(seller, buyer, slot, 1000n);
    world.deliver(seller, slot, 1000n);
    escrow('settle', [trade]);
    expect(rate(buyer).value).toBe(7207n);
  });
});

describe('a dispute contract that was replaced', () => {
  it('strands neither the trade nor the bond', () => {
    const replace = world.prepare(`(try! (contract-call? .trade-escrow set-peer "dispute-resolution" '${STRANGER}))`);
    slot = world.slot + 8n;
    trade = world.trade(seller, buyer, slot, 4000n);
    world.until(end());
    world.report(seller, slot, 4000n);
    open();
    replace();
    world.wait(3600);
    escrow('finalize', [seller, slot]);
    world.wait(CALL_WINDOW);
    expect(resolve().value).toBe(4001n);
    world.until(end() + 2_592_000n - 10n);
    expect(escrow('settle', [trade]).value).toBe(4201n);
    expect(escrow('settle', [trade]).value).toMatchObject({ delivered: 4000n, status: 7n });
    // Late as it is, nobody is paid twice.
    expect(escrow('settle', [trade]).value).toBe(4201n);
    expect(resolve().value).toMatchObject({ upheld: false });
    expect(world.balance(DISPUTES)).toBe(0n);
  });
});
