// Ways out: whatever the DAO or its guardian does in the middle of open trades, nobody's money or energy stays behind.
import { Keys, Message } from '@wattconnect/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { deploymentPlan } from '../src/sources.ts';
import {
  type Arg,
  address,
  ascii,
  auctionRow,
  CELL,
  CHAIN_ID,
  contractId,
  posting,
  type Receipt,
  STRANGER,
  signEntry,
  type Tuple,
  utf8,
  type Weakening,
  World,
} from './world.ts';

const DOLLAR = contractId('test-dollar');
const MUCH = 10n ** 12n;
const HASH = new Uint8Array(32);
const DAY = 86_400;
const OPEN = 0n;
const [PARTIAL, CANCELLED, TIMED_OUT, DISPUTED, RESOLVED, CONFIRMED] = [2n, 4n, 5n, 6n, 7n, 8n];

/** The second version of a contract: the same code under another name, in touch with the others of `renamed` in their second. */
function deployTwin(world: World, name: string, renamed: string[] = []): string {
  const { source } = deploymentPlan('devnet').contracts.find((one) => one.name === name)!;
  world.deploy(
    `${name}-v2`,
    renamed.reduce((text, other) => text.replaceAll(new RegExp(`\\.${other}(?![-\\w])`, 'g'), `.${other}-v2`), source),
  );
  return contractId(`${name}-v2`);
}
const role = (contract: string, name: string, who: string) =>
  `(try! (contract-call? .${contract} set-peer "${name}" '${who})) `;

type Scene = {
  world: World;
  seller: string;
  silent: string;
  buyer: string;
  slot: bigint;
  trades: Record<
    'cancelled' | 'wallet' | 'vault' | 'asset' | 'confirmed' | 'disputed' | 'unheard' | 'unheardAsset',
    bigint
  >;
  offer: bigint;
};
type Change = {
  name: string;
  when: 'traded' | 'reported';
  /** What the DAO decides; it began to vote before the trades were made. */
  decision?: (world: World) => string;
  act?: (scene: Scene) => void;
  /** The seller's slot becomes final, or has to be given up. */
  ends: 'final' | 'void';
};

const CHANGES: Change[] = [
  { name: 'nothing', when: 'traded', ends: 'final' },
  {
    name: 'a pause of everything',
    when: 'traded',
    act: ({ world }) => world.ok('governance-dao', 'set-paused', [7n], address('guardian')),
    ends: 'final',
  },
  {
    name: 'another marketplace',
    when: 'traded',
    // The token's role follows when nothing can be given back to the old one any more: it takes refunds with it.
    decision: (world) => role('trade-escrow', 'marketplace', deployTwin(world, 'marketplace')),
    ends: 'final',
  },
  {
    name: 'another court in the middle of a dispute',
    when: 'reported',
    decision: (world) => role('trade-escrow', 'dispute-resolution', deployTwin(world, 'dispute-resolution')),
    ends: 'final',
  },
  {
    name: 'another reputation',
    when: 'reported',
    decision: () => role('reputation-system', 'trade-escrow', STRANGER),
    ends: 'final',
  },
  {
    name: 'another registry',
    when: 'traded',
    decision: (world) => role('governance-dao', 'user-registry', deployTwin(world, 'user-registry')),
    ends: 'final',
  },
  {
    name: 'another escrow before the report',
    when: 'traded',
    decision: (world) => role('energy-oracle', 'trade-escrow', deployTwin(world, 'trade-escrow')),
    ends: 'void',
  },
  {
    name: 'another escrow after the report',
    when: 'reported',
    decision: (world) => role('energy-oracle', 'trade-escrow', deployTwin(world, 'trade-escrow')),
    ends: 'void',
  },
  {
    name: 'another oracle after the report',
    when: 'reported',
    decision: (world) => role('energy-token', 'energy-oracle', deployTwin(world, 'energy-oracle')),
    ends: 'void',
  },
  {
    name: 'an asset that is allowed no more, and households in bad standing',
    when: 'traded',
    decision: () =>
      '(try! (contract-call? .trade-escrow set-asset .test-dollar (unwrap-panic (contract-hash? .test-dollar)) false u1 u1))',
    act: ({ world, seller, buyer }) => {
      world.ok('user-registry', 'revoke-certification', [seller, utf8('gone')], address('certifier'));
      for (const who of [seller, buyer]) world.ok('user-registry', 'deactivate', [], who);
    },
    ends: 'final',
  },
];

/** Trades of every kind and state, energy on sale, a purchase that can be given back, a dispute, and a vote on something else. */
async function play({ decision, act, when }: Change): Promise<Scene> {
  const world = await World.create();
  const seller = world.home('home-h01');
  const buyer = world.home('home-h02');
  const silent = world.home('home-h03');
  world.call('test-dollar', 'mint', [1_000_000n, buyer], STRANGER);
  world.ok('trade-escrow', 'deposit-asset', [DOLLAR, 1_000_000n], buyer);
  world.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
  world.deliver(seller, world.slot, 9000n);
  const decided = decision && world.prepare(decision(world));

  const slot = world.slot + 8n;
  const inAsset = (who: string): bigint => {
    const terms = [DOLLAR, slot, 1000n, 1000n, 0n, 20_000n, 20_000n, slot * 3600n - 14_400n];
    const { id } = world.ok('marketplace', 'create-offer-in', terms, who).value;
    return world.ok('marketplace', 'accept-offer-in', [DOLLAR, id!, 1n, 1000n, MUCH], buyer).value.trade as bigint;
  };
  const request = [1000n, 1000n, 300_000n, 2n, slot, slot, slot * 3600n - 14_400n];
  world.ok('marketplace', 'create-request', request, buyer);
  const trades = {
    cancelled: world.trade(seller, buyer, slot, 1000n),
    wallet: world.trade(seller, buyer, slot, 1500n),
    vault: world.ok('marketplace', 'fill-request', [1n, slot, 1000n, 200_000n], seller).value.trade as bigint,
    asset: inAsset(seller),
    confirmed: world.trade(seller, buyer, slot, 1000n),
    disputed: world.trade(seller, buyer, slot, 1000n),
    unheard: world.trade(silent, buyer, slot, 1000n),
    unheardAsset: inAsset(silent),
  };
  world.ok('marketplace', 'create-request', request, buyer);
  const offer = world.offer(seller, slot, 1000n);
  world.ok('marketplace', 'add-energy-for-sale', [4000n, 200_000n], seller);
  world.ok('marketplace', 'buy-energy-from-user', [seller, 2000n, 200_000n], buyer);
  world.ok('governance-dao', 'propose-parameter', [ascii('min-wh'), 2000n], buyer);
  const scene = { world, seller, silent, buyer, slot, trades, offer };

  const change = () => {
    decided?.();
    act?.(scene);
  };
  if (when === 'traded') change();
  world.ok('trade-escrow', 'cancel', [trades.cancelled], buyer);
  world.until((slot + 1n) * 3600n);
  expect(world.report(seller, slot, 2750n).ok).toBe(true);
  world.ok('trade-escrow', 'confirm-receipt', [trades.confirmed], buyer);
  world.ok('dispute-resolution', 'open-dispute', [trades.disputed, 0n, HASH], buyer);
  if (when === 'reported') change();
  return scene;
}

const status = (world: World, id: bigint) => world.tradeRow(id).status;

/** Everybody takes out what is theirs. Only calls that nobody can refuse; the events of all of them. */
function leave({ world, seller, silent, buyer, slot, trades, offer }: Scene, ends: Change['ends']): Tuple[] {
  const events: Tuple[] = [];
  const ok = (contract: string, fn: string, args: Arg[], who = STRANGER): Receipt => {
    const receipt = world.ok(contract, fn, args, who);
    events.push(...receipt.events);
    return receipt;
  };
  const end = (slot + 1n) * 3600n;

  // Listings cost nothing and end; energy that was not sold comes back; a purchase is given back in part, the rest is paid.
  ok('marketplace', 'cancel-offer', [offer], seller);
  ok('marketplace', 'cancel-request', [2n], buyer);
  ok('marketplace', 'refund-energy', [1n, 500n], buyer);
  ok(
    'marketplace',
    'remove-energy-from-sale',
    [world.read('marketplace', 'get-energy-for-sale', [seller]).wh!],
    seller,
  );
  world.wait(3600);
  if (ends === 'final') ok('trade-escrow', 'finalize', [seller, slot]);
  else {
    expect(world.call('trade-escrow', 'finalize', [seller, slot], STRANGER).ok).toBe(false);
    expect(world.code('trade-escrow', 'void-slot', [seller, slot], STRANGER)).toBe(4303n);
  }
  world.until(end + 259_200n);
  if (ends === 'void') ok('trade-escrow', 'void-slot', [seller, slot]);
  ok('trade-escrow', 'void-slot', [silent, slot]);
  const resolved = world.call('dispute-resolution', 'resolve-automatic', [1n], STRANGER);
  events.push(...resolved.events);
  if (!resolved.ok) {
    // A court without its role holds the trade back, but not for ever.
    expect(world.code('trade-escrow', 'settle', [trades.disputed], STRANGER)).toBe(4201n);
    world.until(end + 30n * BigInt(DAY));
    ok('trade-escrow', 'settle', [trades.disputed]);
    ok('dispute-resolution', 'resolve-automatic', [1n]);
  }
  for (const { id, row } of world.trades())
    if (row.status === OPEN || row.status === CONFIRMED) ok('trade-escrow', 'settle', [id]);
  ok('marketplace', 'release-proceeds', [1n]);
  ok('governance-dao', 'conclude', [world.read<bigint>('governance-dao', 'get-proposal-count')]);

  for (const who of [seller, silent, buyer]) {
    const { due, 'due-wh': wh, vault } = world.account(who);
    if (due !== 0n || wh !== 0n) ok('trade-escrow', 'payout', [who]);
    if (vault !== 0n) ok('trade-escrow', 'withdraw', [vault!], who);
    const inAsset = world.read('trade-escrow', 'get-asset-account', [who, DOLLAR]);
    if (inAsset.due !== 0n) ok('trade-escrow', 'payout-asset', [DOLLAR, who]);
    if (inAsset.vault !== 0n) ok('trade-escrow', 'withdraw-asset', [DOLLAR, inAsset.vault!], who);
  }
  // What was confirmed has brought fees in STX in any case.
  ok('trade-escrow', 'sweep-fees', []);
  if (ends === 'final') ok('trade-escrow', 'sweep-asset-fees', [DOLLAR]);
  return events;
}

let world: World | undefined;
afterEach(() => world?.free());

describe('whoever has traded leaves whole after', () => {
  it.each(CHANGES)('$name', async (change) => {
    const scene = await play(change);
    ({ world } = scene);
    const { trades, seller, silent, buyer, slot } = scene;
    const { stx, kwh, spot, bonds } = world.audit();
    expect([stx[0], kwh[0], spot[0], spot[2], bonds[0]]).toEqual([stx[1], kwh[1], spot[1], spot[3], bonds[1]]);
    const report = world.read('energy-oracle', 'get-report', [seller, slot]);
    expect(report['export-wh']).toBe(2750n);

    const confirmed = Object.fromEntries(Object.entries(trades).map(([kind, id]) => [kind, status(world!, id)]));
    expect(confirmed).toMatchObject({ cancelled: CANCELLED, confirmed: CONFIRMED, disputed: DISPUTED, wallet: OPEN });
    const rows = new Map(world.trades().map(({ id, row }) => [id, row]));
    const inTheMarket = { seller: world.kwhOf(seller), buyer: world.kwhOf(buyer) };
    const events = leave(scene, change.ends);

    // Every trade has ended, and not a unit of what it had locked is missing.
    const last = change.ends === 'final' ? PARTIAL : TIMED_OUT;
    expect(Object.fromEntries(Object.entries(trades).map(([kind, id]) => [kind, status(world!, id)]))).toEqual({
      cancelled: CANCELLED,
      wallet: last,
      vault: last,
      asset: last,
      confirmed: last,
      disputed: RESOLVED,
      unheard: TIMED_OUT,
      unheardAsset: TIMED_OUT,
    });
    for (const { id, row } of world.trades()) {
      if (id === trades.cancelled || id === trades.confirmed) continue;
      const done = events.filter((one) => one.topic === 'trade-settled' && one.id === id);
      expect(done).toHaveLength(1);
      const { paid, fee, grid, refund } = done[0] as Record<string, bigint>;
      expect(paid! + fee! + grid! + refund!).toBe(row.locked);
      if (change.ends === 'void') expect(refund).toBe(rows.get(id)!.locked);
    }

    // Nothing stays behind in any of our contracts.
    for (const contract of ['trade-escrow', 'marketplace', 'dispute-resolution'])
      expect([world.balance(contractId(contract)), world.kwhOf(contractId(contract))], contract).toEqual([0n, 0n]);
    expect(world.read('test-dollar', 'get-balance', [contractId('trade-escrow')])).toBe(0n);
    expect(world.balance(contractId('governance-dao'))).toBe(world.read('governance-dao', 'get-treasury'));

    // Half of what was promised has been made. Where the slot was given up it is all the producer's, through the next escrow.
    if (change.ends === 'final') expect(world.kwhOf(buyer) - inTheMarket.buyer).toBe(2750n - 500n);
    else {
      expect(world.kwhOf(buyer) - inTheMarket.buyer).toBe(-500n);
      if (change.name.includes('escrow')) {
        world.ok('trade-escrow-v2', 'finalize', [seller, slot], STRANGER);
        expect(world.kwhOf(seller) - inTheMarket.seller).toBe(2000n + 500n + 2750n);
      }
    }
    expect(world.kwhOf(silent)).toBe(0n);
  });
});

describe('a marketplace that was replaced', () => {
  it('opens nothing any more, and the next one opens trades beside the old ones', async () => {
    const scene = await play(CHANGES.find(({ name }) => name === 'another marketplace')!);
    ({ world } = scene);
    const { seller, buyer } = scene;
    expect(world.code('marketplace', 'release-proceeds', [1n], STRANGER)).toBe(3306n);
    world.dao(role('energy-token', 'marketplace', contractId('marketplace-v2')));
    expect(world.code('marketplace', 'refund-energy', [1n, 500n], buyer)).toBe(3305n);
    world.ok('marketplace', 'release-proceeds', [1n], STRANGER);
    const slot = world.slot + 8n;
    const old = world.offer(seller, slot, 3000n);
    expect(world.code('marketplace', 'accept-offer', [old, 1n, 1000n, MUCH], buyer)).toBe(4001n);
    const request = [1000n, 1000n, 300_000n, 2n, slot, slot, slot * 3600n - 14_400n];
    world.ok('marketplace', 'create-request', request, buyer);
    expect(world.code('marketplace', 'match-request', [old, 3n, 1000n], STRANGER)).toBe(4001n);
    expect(world.code('marketplace', 'cancel-trade', [scene.trades.wallet], buyer)).toBe(4001n);
    expect(world.code('marketplace', 'add-energy-for-sale', [1000n, 200_000n], seller)).toBe(3401n);

    const next = [slot, 3000n, 1000n, 0n, 200_000n, 200_000n, slot * 3600n - 14_400n];
    const { id } = world.ok('marketplace-v2', 'create-offer', next, seller).value;
    const { trade } = world.ok('marketplace-v2', 'accept-offer', [id!, 1n, 3000n, MUCH], buyer).value;
    expect(trade).toBe(scene.trades.unheardAsset + 1n);
    world.ok('marketplace-v2', 'add-energy-for-sale', [1000n, 200_000n], seller);
    world.deliver(seller, slot, 3000n);
    expect(world.ok('trade-escrow', 'settle', [trade!], STRANGER).value).toMatchObject({
      delivered: 3000n,
      status: 1n,
    });
  });
});

describe('a household that has something everywhere', () => {
  it('leaves with all of it while everything is paused and it may not sell', async () => {
    world = await World.create();
    const at = world;
    const [leaver] = at.court(['home-h05', 'home-h06', 'home-h07']) as [string];
    const [seller, buyer] = [at.home('home-h01'), at.home('home-h02')];
    for (const key of ['fine-from', 'suspend-from']) at.parameter(key, 2n);
    at.parameter('gate-opening', 172_800n);
    at.ok('user-registry', 'apply-for-certification', [1000n, 10_000n, ascii('solar')], leaver);
    at.ok('user-registry', 'certify-producer', [leaver], address('certifier'));
    const before = at.balance(leaver) + (at.stakeOf(leaver).amount as bigint);

    // Money in both vaults, a stake beyond the juror's seat, and a standing bid of which some is used.
    at.ok('reputation-system', 'stake', [20_000_000n], leaver);
    at.ok('trade-escrow', 'deposit', [10_000_000n], leaver);
    at.call('test-dollar', 'mint', [1_000_000n, leaver], STRANGER);
    at.ok('trade-escrow', 'deposit-asset', [DOLLAR, 1_000_000n], leaver);
    const slot = at.slot + 36n;
    const failing = [slot - 28n, slot - 4n];
    const intent = {
      ...{ maker: leaver, cell: CELL.home, wh: 9000n, price: 220_000n, cap: 5_000_000n, nonce: 9n },
      expiry: (slot + 40n) * 3600n,
    };
    const [from, to] = [slot - 2n, slot + 40n];
    const signature = Message.sign(
      { chainId: CHAIN_ID, contract: contractId('marketplace'), purpose: 'standing' },
      Message.encodeStanding({ ...intent, minWh: 1000n, slotFrom: from, slotTo: to, asset: null }),
      Keys.development('home-h05'),
    );
    const standing = { ...intent, 'min-wh': 1000n, 'slot-from': from, 'slot-to': to };
    const fill = (of: bigint, wh: bigint) =>
      at.call('marketplace', 'fill-standing', [standing, signature, of, wh, 200_000n], seller);
    const used = fill(slot, 2000n).value as Tuple;
    const disputed = at.trade(seller, leaver, slot, 1000n);
    const sold = failing.map((of) => at.trade(leaver, buyer, of, 1000n));
    for (const of of failing) at.deliver(leaver, of, 0n);
    expect(at.account(leaver)['suspended-until']).not.toBe(0n);
    const fine = 1_000_000n;

    // A dispute with a bond, about a report that is corrected.
    at.until((slot + 1n) * 3600n);
    expect(at.report(seller, slot, 3000n).ok).toBe(true);
    at.ok('dispute-resolution', 'open-dispute', [disputed, 500n, HASH], leaver);
    expect(at.report(seller, slot, 1500n, 2n).ok).toBe(true);
    const last = at.slot + 8n;
    expect(fill(last, 1000n).ok).toBe(true);
    at.ok('governance-dao', 'set-paused', [7n], address('guardian'));

    const ok = (contract: string, fn: string, args: Arg[], who = leaver): Receipt => at.ok(contract, fn, args, who);
    ok('user-registry', 'cancel-signed-below', [10n]);
    ok('user-registry', 'deactivate', []);
    ok('dispute-resolution', 'leave-pool', []);
    at.wait(3600);
    ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    const resolved = ok('dispute-resolution', 'resolve-automatic', [1n], STRANGER);
    expect(resolved.value).toMatchObject({ upheld: true, 'bond-returned': true });
    ok('trade-escrow', 'settle', [used.trade!], STRANGER);
    for (const id of sold) ok('trade-escrow', 'settle', [id], STRANGER);
    // Nobody reports the last hour.
    at.until((last + 1n) * 3600n + 259_200n);
    ok('trade-escrow', 'void-slot', [seller, last], STRANGER);
    for (const { id, row } of at.trades()) if (row.status === OPEN) ok('trade-escrow', 'settle', [id], STRANGER);
    ok('trade-escrow', 'payout', [leaver], STRANGER);
    ok('trade-escrow', 'withdraw', [at.account(leaver).vault!]);
    ok('trade-escrow', 'withdraw-asset', [DOLLAR, 1_000_000n]);
    ok('reputation-system', 'unstake', [at.stakeOf(leaver).amount!]);
    at.wait(604_800);
    ok('reputation-system', 'withdraw-stake', []);

    // All is there but what it has bought and its fine: half of what was promised came.
    const half = [2000n, 1000n].map((wh) => ({ paid: wh * 100n, fee: wh * 5n, grid: wh * 2n }));
    const spent = half.reduce((sum, { paid, fee, grid }) => sum + paid + fee + grid, 0n);
    expect(before - at.balance(leaver)).toBe(spent + fine);
    expect(at.kwhOf(leaver)).toBe(1500n);
    expect(at.read('test-dollar', 'get-balance', [leaver])).toBe(1_000_000n);
    expect(at.account(leaver)).toMatchObject({ vault: 0n, due: 0n, 'due-wh': 0n });
    expect(at.stakeOf(leaver)).toMatchObject({ amount: 0n, leaving: 0n, holds: 0n });
    expect(at.balance(contractId('dispute-resolution'))).toBe(0n);
  });
});

describe('a jury that was drawn', () => {
  const SALT = new Uint8Array(32).fill(8);

  it.each([
    { name: 'everything is paused and all of them leave the community', another: false },
    { name: 'escrow listens to another court', another: true },
  ])('is paid and lets everybody go while $name', async ({ another }) => {
    world = await World.create();
    const at = world;
    const [seller, buyer] = [at.home('home-h01'), at.home('home-h02')];
    const jurors = at.court(['home-h03', 'home-h04', 'home-h05', 'home-h06', 'home-h07']);
    const change = at.prepare(role('trade-escrow', 'dispute-resolution', deployTwin(at, 'dispute-resolution')));
    const everybody = [seller, buyer, ...jurors];
    const operator = at.read<string>('trade-escrow', 'get-grid-operator');
    const owners = [...everybody, operator, contractId('governance-dao'), contractId('reputation-system')];
    const wealth = () => owners.reduce((sum, who) => sum + at.balance(who), 0n);
    const before = wealth();
    const ok = (contract: string, fn: string, args: Arg[], who = STRANGER): Receipt => at.ok(contract, fn, args, who);

    const slot = at.slot + 8n;
    const end = (slot + 1n) * 3600n;
    const trade = at.trade(seller, buyer, slot, 4000n);
    at.until(end);
    expect(at.report(seller, slot, 3000n).ok).toBe(true);
    ok('dispute-resolution', 'open-dispute', [trade, 1000n, HASH], buyer);
    ok('dispute-resolution', 'respond', [1n, false, HASH], seller);
    at.wait(3600);
    ok('trade-escrow', 'finalize', [seller, slot]);
    ok('dispute-resolution', 'call-jury', [1n], buyer);
    ok('dispute-resolution', 'draw-jury', [1n]);
    const jury = at.read('dispute-resolution', 'get-jury', [1n]);
    const seated = jury.jurors as string[];
    expect(seated).toHaveLength(3);
    for (const who of seated) expect(at.code('dispute-resolution', 'leave-pool', [], who)).toBe(7211n);

    if (another) change();
    else {
      ok('governance-dao', 'set-paused', [7n], address('guardian'));
      for (const who of everybody) ok('user-registry', 'deactivate', [], who);
    }
    // Two find for the buyer, the third says nothing.
    const ballot = (who: string) => at.read<Uint8Array>('dispute-resolution', 'get-ballot-hash', [1n, who, true, SALT]);
    for (const who of seated.slice(0, 2)) ok('dispute-resolution', 'commit-vote', [1n, ballot(who)], who);
    at.until(jury['commit-until'] as bigint);
    for (const who of seated.slice(0, 2)) ok('dispute-resolution', 'reveal-vote', [1n, true, SALT], who);
    at.until(jury['ends-at'] as bigint);
    if (another) {
      expect(at.code('dispute-resolution', 'conclude-jury', [1n], STRANGER)).toBe(4001n);
      at.until(end + 30n * BigInt(DAY));
      ok('trade-escrow', 'settle', [trade]);
    }
    expect(ok('dispute-resolution', 'conclude-jury', [1n]).value).toMatchObject({ how: 3n, upheld: true });
    // The verdict divides what is locked; where escrow did not hear of it, what was metered does.
    expect(status(at, trade)).toBe(RESOLVED);
    expect(at.account(seller).due).toBe(another ? 600_000n : 200_000n);
    // Whoever was drawn and said nothing pays for it.
    for (const who of jurors) expect(at.stakeOf(who).amount).toBe(who === seated[2] ? 45_000_000n : 50_000_000n);

    for (const who of jurors) ok('dispute-resolution', 'leave-pool', [], who);
    for (const who of everybody) {
      const { due, 'due-wh': wh } = at.account(who);
      if (due !== 0n || wh !== 0n) ok('trade-escrow', 'payout', [who]);
    }
    ok('trade-escrow', 'sweep-fees', []);
    for (const who of jurors) ok('reputation-system', 'unstake', [at.stakeOf(who).amount!], who);
    at.wait(604_800);
    for (const who of jurors) ok('reputation-system', 'withdraw-stake', [], who);

    expect(wealth()).toBe(before);
    for (const contract of ['trade-escrow', 'marketplace', 'dispute-resolution', 'reputation-system'])
      expect([at.balance(contractId(contract)), at.kwhOf(contractId(contract))], contract).toEqual([0n, 0n]);
    expect(at.kwhOf(buyer)).toBe(3000n);
    for (const who of jurors) expect(at.stakeOf(who)).toMatchObject({ amount: 0n, leaving: 0n, holds: 0n });
  });
});

describe('what an auction holds', () => {
  it.each([
    { name: 'everything is paused and both leave', another: false },
    { name: 'another marketplace takes over', another: true },
  ])('is free again when the gate has closed, though $name', async ({ another }) => {
    world = await World.create();
    const at = world;
    const homes = ['home-h01', 'home-h02'];
    const [seller, buyer] = homes.map((name) => at.home(name)) as [string, string];
    const change = at.prepare(role('trade-escrow', 'marketplace', deployTwin(at, 'marketplace')));
    at.somebody('stranger');
    const [before, poster] = [at.balance(buyer), at.balance(STRANGER)];
    at.ok('trade-escrow', 'deposit', [10_000_000n], buyer);
    const slot = at.slot + 8n;
    const gate = slot * 3600n - 14_400n;
    const order = (maker: string, price: bigint) => ({
      maker,
      slot,
      wh: 3000n,
      price,
      nonce: 1n,
      expiry: slot * 3600n,
    });
    const entries = [
      signEntry('offer', order(seller, 180_000n), homes[0]!),
      signEntry('bid', order(buyer, 300_000n), homes[1]!),
    ];
    const rows = posting(entries, slot)!.rows.map(auctionRow);
    const district = CELL.home >> 30n;
    at.until(gate - 3590n);
    at.ok('marketplace', 'post-auction', [slot, district, rows], STRANGER);
    const withdraw = (amount: bigint) => at.call('trade-escrow', 'withdraw', [amount], buyer);
    const held = (at.account(buyer).hold as Tuple).amount as bigint;
    expect(held).toBeGreaterThan(900_000n);
    expect(withdraw(10_000_000n - held + 1n).value).toBe(4404n);

    if (another) change();
    else {
      at.ok('governance-dao', 'set-paused', [7n], address('guardian'));
      for (const who of [seller, buyer]) at.ok('user-registry', 'deactivate', [], who);
    }
    at.until(gate - 1790n);
    expect(at.code('marketplace', 'execute-auction', [slot, district, rows], STRANGER)).toBe(another ? 4001n : 3206n);
    expect(withdraw(10_000_000n - held).ok).toBe(true);
    // To the second: nothing of it leaves before the gate closes, all of it from then on.
    at.until(gate - 10n);
    expect(withdraw(1n).value).toBe(4404n);
    at.until(gate);
    expect(withdraw(held).ok).toBe(true);
    at.ok('marketplace', 'return-bond', [slot, district], STRANGER);
    expect([at.balance(buyer), at.balance(STRANGER)]).toEqual([before, poster]);
    for (const contract of ['trade-escrow', 'marketplace']) expect(at.balance(contractId(contract))).toBe(0n);
  });
});

/** A slot with a report whose window is still open long after the slot, because the DAO has shortened all times since. */
async function shortened(
  weaken: Weakening[] = [],
  also: (at: World) => string = () => '',
): Promise<Scene & { trade: bigint }> {
  const world = await World.create({ weaken });
  const [seller, buyer] = [world.home('home-h01'), world.home('home-h02')];
  const set = (key: string, value: number) =>
    `(try! (contract-call? .governance-dao set-parameter "${key}" u${value})) `;
  world.dao(set('timeout', 2_592_000) + set('challenge-window', 172_800));
  const run = world.prepare(
    set('challenge-window', 600) + set('report-max-age', 3600) + set('timeout', 7200) + also(world),
  );
  const slot = world.slot + 8n;
  const trade = world.trade(seller, buyer, slot, 1000n);
  world.until((slot + 1n) * 3600n);
  expect(world.report(seller, slot, 1000n).ok).toBe(true);
  run();
  world.wait(7200);
  return { world, seller, silent: seller, buyer, slot, trades: {} as Scene['trades'], offer: 0n, trade };
}

describe('a slot with a report', () => {
  const WINDOW: Weakening = ['trade-escrow', '(>= now (get closes-at report))', 'true'];
  const FINAL: Weakening = ['trade-escrow', 'done false code', 'done true code'];

  it('is not given up while the report may still be revised', async () => {
    const scene = await shortened();
    ({ world } = scene);
    expect(world.code('trade-escrow', 'void-slot', [scene.seller, scene.slot], STRANGER)).toBe(4209n);
    world.wait(172_800);
    expect(world.code('trade-escrow', 'void-slot', [scene.seller, scene.slot], STRANGER)).toBe(4209n);
    world.ok('trade-escrow', 'finalize', [scene.seller, scene.slot], STRANGER);
    expect(world.ok('trade-escrow', 'settle', [scene.trade], STRANGER).value).toMatchObject({ paid: 200_000n });
  });

  it('that can never become final is given up when its window ends, to the second', async () => {
    const scene = await shortened([], (at) => role('energy-oracle', 'trade-escrow', deployTwin(at, 'trade-escrow')));
    const { seller, slot, trade } = scene;
    ({ world } = scene);
    const end = world.read('energy-oracle', 'get-report', [seller, slot])['closes-at'] as bigint;
    world.until(end - 10n);
    expect(world.code('trade-escrow', 'void-slot', [seller, slot], STRANGER)).toBe(4209n);
    world.ok('trade-escrow', 'void-slot', [seller, slot], STRANGER);
    expect(world.ok('trade-escrow', 'settle', [trade], STRANGER).value).toMatchObject({ refund: 214_000n });
  });

  it.each([
    ['the end of its window', WINDOW, 0],
    ['the try to make it final', FINAL, 172_800],
  ] as const)('would be robbed from its seller without %s', async (_, guard, wait) => {
    const scene = await shortened([guard]);
    ({ world } = scene);
    if (wait > 0) world.wait(wait);
    world.ok('trade-escrow', 'void-slot', [scene.seller, scene.slot], STRANGER);
    expect(world.ok('trade-escrow', 'settle', [scene.trade], STRANGER).value).toMatchObject({ paid: 0n });
  });
});
