// governance-dao: proposals, votes, delegation, timelock, guardian, treasury and members.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parameters } from '../src/index.ts';
import {
  ABROAD,
  address,
  ascii,
  contractId,
  DEPLOYER,
  GENESIS,
  type Receipt,
  STRANGER,
  type Tuple,
  unreachedCodes,
  World,
} from './world.ts';

const DAO = contractId('governance-dao');
const DAY = 86_400;
const BOND = 1_000_000n;
const YEAR = 31_536_000;
const EXECUTION_WINDOW = 2_592_000;

let world: World;
let members: string[];

const start = async (offset = 0, count = 5) => {
  world?.free();
  world = await World.create({ offset });
  members = Array.from({ length: count }, (_, n) => world.home(`home-h0${n + 1}`, { certified: false }));
};
beforeEach(() => start());
afterEach(() => {
  // The treasury never counts what belongs to proposers.
  expect(world.read<bigint>('governance-dao', 'get-treasury')).toBeGreaterThanOrEqual(0n);
});
afterAll(() => {
  world.free();
  expect(unreachedCodes('governance-dao')).toEqual([]);
});

const dao = (fn: string, args: Parameters<World['call']>[2], who: string): Receipt =>
  world.call('governance-dao', fn, args, who);
const propose = (who = members[0]!, key = 'commission-bps', value = 600n): Receipt =>
  dao('propose-parameter', [ascii(key), value], who);
const vote = (who: string, choice = 1n, id = 1n): Receipt => dao('vote', [id, choice], who);
const conclude = (id = 1n): Receipt => dao('conclude', [id], STRANGER);
const execute = (id = 1n): Receipt => dao('execute-parameter', [id], STRANGER);
const row = (id = 1n): Tuple => world.read('governance-dao', 'get-proposal', [id]);
const parameter = (key: string): bigint => world.read('governance-dao', 'get-parameter', [ascii(key)]);
/** A change that passes, executable from the time returned. */
const pass = (key = 'commission-bps', value = 600n): { id: bigint; from: number } => {
  const id = (propose(members[0], key, value).value as Tuple).id as bigint;
  for (const who of members) vote(who, 1n, id);
  world.wait(DAY);
  const { 'executable-at': from } = conclude(id).value as Tuple;
  return { id, from: Number(from) };
};

describe('propose', () => {
  it('takes the bond and fixes quorum, threshold and timelock', () => {
    const treasury = world.read<bigint>('governance-dao', 'get-treasury');
    const receipt = propose();
    const opened = {
      id: 1n,
      proposer: members[0],
      kind: 1n,
      key: 'commission-bps',
      value: 600n,
      contract: null,
      'opens-at': BigInt(world.time),
      'closes-at': BigInt(world.time + DAY),
      quorum: 2n,
      bond: BOND,
    };
    expect(receipt.value).toEqual(opened);
    expect(receipt.events).toEqual([{ topic: 'proposal-created', ...opened }]);
    expect(receipt.transfers).toEqual([{ amount: BOND, sender: members[0], recipient: DAO }]);
    expect(world.read('governance-dao', 'get-treasury')).toBe(treasury);
    expect(row()).toMatchObject({ 'threshold-bps': 5000n, timelock: BigInt(DAY), status: 0n, for: 0n });
    expect(world.read('governance-dao', 'get-proposal-count')).toBe(1n);
  });

  it('accepts each parameter at its bounds and nothing beyond, from members only', () => {
    expect(propose(members[0], 'no-such-thing').value).toBe(8100n);
    for (const [key, { min, max }] of Object.entries(parameters)) {
      expect(world.read('governance-dao', 'get-bounds', [ascii(key)])).toMatchObject({ min, max });
      expect(propose(members[0], key, max + 1n).value, key).toBe(8101n);
      if (min > 0n) expect(propose(members[0], key, min - 1n).value, key).toBe(8101n);
      for (const value of [min, max]) {
        const receipt = propose(members[0], key, value);
        if (!receipt.ok) expect(receipt.value, `${key} ${value}`).toBe(8102n);
      }
    }
    expect(propose(STRANGER).value).toBe(8004n);
  });

  it('refuses what contradicts another parameter, by one', () => {
    for (const [key, good, bad] of [
      ['price-floor', 515_000n, 515_001n],
      ['price-floor', 140_000n, 139_999n],
      ['feed-in-tariff', 140_000n, 140_001n],
      ['price-ceiling', 140_000n, 139_999n],
      // With 2 % for the wires of a cell, 552,000 at most.
      ['price-ceiling', 541_177n, 541_178n],
      ['retail-tariff', 525_300n, 525_299n],
      ['grid-bps-cell', 718n, 719n],
      ['min-production-kwh', 1_000_000n, undefined],
      ['max-production-kwh', 100n, 99n],
      ['gate-closure', 86_399n, 86_400n],
      ['gate-opening', 14_401n, 14_400n],
      ['timeout', 176_401n, 176_400n],
      ['report-max-age', 255_599n, 255_600n],
      ['challenge-window', 86_399n, 86_400n],
    ] as const) {
      expect(propose(members[0], key, good).ok, key).toBe(true);
      if (bad !== undefined) expect(propose(members[0], key, bad).value, key).toBe(8102n);
    }
  });

  it('needs the wallet itself and the bond', () => {
    world.deploy(
      'decoy',
      '(define-public (go) (contract-call? .governance-dao propose-parameter "commission-bps" u1000))',
    );
    const before = world.balance(members[0]!);
    expect(world.call('decoy', 'go', [], members[0]!).value).toBe(8005n);
    expect(world.balance(members[0]!)).toBe(before);
    world.ok('trade-escrow', 'deposit', [before - BOND + 1n], members[0]!);
    expect(propose().value).toBe(8401n);
    world.ok('trade-escrow', 'withdraw', [1n], members[0]!);
    expect(propose().ok).toBe(true);
  });

  it('asks for the floor of votes where the members are few', async () => {
    world.parameter('quorum-floor', 4n);
    expect((propose().value as Tuple).quorum).toBe(4n);
    for (const who of members.slice(0, 3)) vote(who, 1n, 2n);
    world.wait(DAY);
    expect(conclude(2n).value).toMatchObject({ passed: false, for: 3n, 'bond-returned': true });
  });
});

describe('vote', () => {
  it('counts once a member, for, against or abstaining', () => {
    propose();
    expect(vote(members[0]!, 3n).value).toBe(8104n);
    expect(vote(members[0]!, 1n, 2n).value).toBe(8201n);
    expect(vote(STRANGER).value).toBe(8004n);
    const receipt = vote(members[0]!);
    expect(receipt.value).toEqual({ id: 1n, voter: members[0], choice: 1n, for: 1n, against: 0n, abstain: 0n });
    expect(receipt.events).toEqual([{ topic: 'vote-cast', ...(receipt.value as Tuple) }]);
    expect(vote(members[0]!, 0n).value).toBe(8203n);
    vote(members[1]!, 0n);
    expect(vote(members[2]!, 2n).value).toMatchObject({ for: 1n, against: 1n, abstain: 1n });
    expect(world.read('governance-dao', 'get-vote', [1n, members[1]!])).toBe(0n);
    expect(world.read('governance-dao', 'get-vote', [1n, members[3]!])).toBeNull();
  });

  it('is for those who were members before the proposal, without a break', () => {
    world.ok('user-registry', 'deactivate', [], members[4]!);
    propose();
    const late = world.home('home-h09', { certified: false });
    expect(vote(late).value).toBe(8300n);
    expect(vote(members[4]!).value).toBe(8004n);
    world.ok('user-registry', 'reactivate', [], members[4]!);
    expect(vote(members[4]!).value).toBe(8300n);
    world.ok('user-registry', 'deactivate', [], members[3]!);
    expect(vote(members[3]!).value).toBe(8004n);
    // Nor for who became one in the very block of the proposal.
    const change = [ascii('commission-bps'), 700n];
    const results = world.block([
      ['user-registry', 'reactivate', [], members[3]!],
      ['governance-dao', 'propose-parameter', change, members[3]!],
      ['governance-dao', 'propose-parameter', change, members[0]!],
    ]);
    expect(results.map(({ ok, value }) => ok || value)).toEqual([true, 8300n, true]);
    expect(vote(members[3]!, 1n, 2n).value).toBe(8300n);
    expect(vote(members[1]!, 1n, 2n).ok).toBe(true);
  });

  it('closes exactly with the voting period, and counting starts there', async () => {
    for (const [moment, voted, counted] of [
      [-1, undefined, 8302n],
      [0, 8301n, undefined],
      [1, 8301n, undefined],
    ] as const) {
      // The proposal and the vote are not in the same ten seconds: the period is made to end where the clock can be.
      await start(0);
      world.parameter('voting-period', BigInt(DAY - moment));
      propose();
      const id = 2n;
      world.until(Number(row(id)['closes-at']) + moment);
      expect(vote(members[1]!, 1n, id)).toMatchObject(voted ? { value: voted } : { ok: true });
      await start(0);
      world.parameter('voting-period', BigInt(DAY - moment));
      propose();
      world.until(Number(row(id)['closes-at']) + moment);
      expect(conclude(id)).toMatchObject(counted ? { value: counted } : { ok: true });
    }
  });
});

describe('delegation', () => {
  it('lets one member vote for others, each once', () => {
    const [a, b, c, d] = members as [string, string, string, string];
    expect(dao('delegate', [a], a).value).toBe(8109n);
    expect(dao('undelegate', [], a).value).toBe(8206n);
    const receipt = dao('delegate', [a], b);
    expect(receipt.events).toEqual([{ topic: 'delegation-changed', delegator: b, delegate: a }]);
    dao('delegate', [a], c);
    expect(world.read('governance-dao', 'get-delegate', [b])).toBe(a);
    propose();
    // d has delegated to nobody: its row is named, and nothing is counted.
    expect(dao('vote-for', [1n, 1n, [b, d]], a).value).toBe(18_006n);
    expect(row().for).toBe(0n);
    expect(dao('vote-for', [1n, 1n, [b, c, b]], a).value).toBe(28_203n);
    expect(dao('vote-for', [1n, 1n, [b, c]], a).value).toEqual({ id: 1n, choice: 1n, votes: 2n });
    expect(vote(b, 0n).value).toBe(8203n);
    expect(row()).toMatchObject({ for: 2n, against: 0n });
    // The delegate's own vote is its own.
    expect(vote(a).ok).toBe(true);
  });

  it('ends when it is taken back, and never gives a vote to somebody who has none', () => {
    const [a, b, c] = members as [string, string, string];
    dao('delegate', [a], b);
    dao('delegate', [a], c);
    propose();
    expect(dao('undelegate', [], b).events).toEqual([{ topic: 'delegation-changed', delegator: b, delegate: null }]);
    expect(dao('vote-for', [1n, 1n, [b]], a).value).toBe(8006n);
    vote(c, 0n);
    expect(dao('vote-for', [1n, 1n, [c]], a).value).toBe(8203n);
    const late = world.home('home-h09', { certified: false });
    dao('delegate', [a], late);
    dao('delegate', [a], STRANGER);
    expect(dao('vote-for', [1n, 1n, [late]], a).value).toBe(8300n);
    expect(dao('vote-for', [1n, 1n, [STRANGER]], a).value).toBe(8004n);
  });

  it('of a contract is its own, whoever signs', () => {
    const [a, b] = members as [string, string];
    const box = contractId('letter-box');
    world.deploy(
      'letter-box',
      `(define-public (trust (who principal)) (contract-call? .governance-dao delegate who))
       (define-public (end) (contract-call? .governance-dao undelegate))`,
    );
    dao('delegate', [b], a);
    const delegates = () => [a, box].map((who) => world.read('governance-dao', 'get-delegate', [who]));
    // To the very one who signs: it delegates nothing to itself.
    expect(world.ok('letter-box', 'trust', [a], a).value).toEqual({ delegator: box, delegate: a });
    expect(delegates()).toEqual([b, a]);
    expect(world.ok('letter-box', 'end', [], a).value).toEqual({ delegator: box, delegate: null });
    expect(delegates()).toEqual([b, null]);
  });
});

describe('conclude', () => {
  const outcome = (votes: bigint[]): Tuple => {
    const id = (propose().value as Tuple).id as bigint;
    votes.forEach((choice, n) => {
      vote(members[n]!, choice, id);
    });
    world.wait(DAY);
    return conclude(id).value as Tuple;
  };

  it('passes with the quorum and more for than against', () => {
    const before = world.balance(members[0]!);
    const done = outcome([1n, 1n, 0n]);
    expect(done).toEqual({
      id: 1n,
      passed: true,
      for: 2n,
      against: 1n,
      abstain: 0n,
      'executable-at': BigInt(world.time + DAY),
      'bond-returned': true,
    });
    expect(world.balance(members[0]!)).toBe(before);
    expect(conclude().value).toBe(8202n);
    expect(conclude(9n).value).toBe(8201n);
  });

  it('fails by a tie, below the quorum, and by abstaining alone', () => {
    expect(outcome([1n, 0n])).toMatchObject({ passed: false, 'bond-returned': true, 'executable-at': 0n });
    expect(outcome([1n])).toMatchObject({ passed: false });
    expect(outcome([1n, 2n])).toMatchObject({ passed: true });
    expect(outcome([2n, 2n, 2n])).toMatchObject({ passed: false, 'bond-returned': false });
    expect(world.code('governance-dao', 'execute-parameter', [1n], STRANGER)).toBe(8204n);
    expect(row().status).toBe(2n);
  });

  it('gives the bond back for what passed, however few were for it', () => {
    world.parameter('quorum-floor', 5n);
    const id = (propose().value as Tuple).id as bigint;
    members.forEach((who, n) => {
      vote(who, n === 0 ? 1n : 2n, id);
    });
    world.wait(DAY);
    expect(conclude(id).value).toMatchObject({ passed: true, for: 1n, abstain: 4n, 'bond-returned': true });
  });

  it('keeps the bond of a proposal that nearly nobody wanted, for the treasury', () => {
    const before = world.read<bigint>('governance-dao', 'get-treasury');
    expect(outcome([0n, 0n, 0n, 0n, 0n])).toMatchObject({ passed: false, 'bond-returned': false });
    expect(world.read('governance-dao', 'get-treasury')).toBe(before + BOND);
    // One of five is less than a quarter, one of four is not.
    expect(outcome([1n, 0n, 0n, 0n, 0n])['bond-returned']).toBe(false);
    expect(outcome([1n, 0n, 0n, 0n])['bond-returned']).toBe(true);
  });
});

describe('execute', () => {
  it('waits for the timelock and no longer than the window', async () => {
    for (const [moment, code] of [
      [-1, 8303n],
      [0, undefined],
      [1, undefined],
      [EXECUTION_WINDOW - 1, undefined],
      [EXECUTION_WINDOW, 8304n],
      [EXECUTION_WINDOW + 1, 8304n],
    ] as const) {
      await start();
      const shift = ((moment % 10) + 10) % 10;
      world.parameter('timelock', BigInt(DAY + (10 - shift)));
      const { id, from } = pass();
      world.until(from + moment);
      expect(execute(id), `${moment}`).toMatchObject(code ? { value: code } : { ok: true });
    }
  });

  it('writes the value, a new version of the terms, and only once', () => {
    const v = world.read('governance-dao', 'get-parameters').v as bigint;
    const { id, from } = pass();
    world.until(from);
    const receipt = execute(id);
    expect(receipt.events).toEqual([
      { topic: 'parameter-changed', key: 'commission-bps', before: 500n, after: 600n, v: v + 1n },
      { topic: 'proposal-executed', id },
    ]);
    expect(parameter('commission-bps')).toBe(600n);
    expect(world.read('governance-dao', 'get-parameters')).toMatchObject({ v: v + 1n, 'commission-bps': 600n });
    expect(world.read('governance-dao', 'get-parameters-at', [v])).toMatchObject({ 'commission-bps': 500n });
    expect(world.read('governance-dao', 'get-parameters-at', [v + 1n])).toMatchObject({ 'commission-bps': 600n });
    expect(execute(id).value).toBe(8204n);
    expect(execute(99n).value).toBe(8201n);
  });

  it('checks the bounds again, since others may have moved', () => {
    const floor = pass('price-floor', 500_000n);
    const ceiling = pass('price-ceiling', 400_000n);
    world.until(ceiling.from);
    expect(execute(floor.id).ok).toBe(true);
    expect(execute(ceiling.id).value).toBe(8102n);
    expect(parameter('price-ceiling')).toBe(515_000n);
  });

  it('runs the contract that was voted on and no other', () => {
    const source = (body: string) =>
      `(impl-trait .proposal-trait.proposal-trait)
       (define-public (execute (sender principal)) (begin ${body} (ok true)))`;
    world.deploy('wanted', source('(try! (contract-call? .governance-dao set-parameter "commission-bps" u700))'));
    world.deploy('unwanted', source('(try! (contract-call? .governance-dao set-parameter "commission-bps" u1000))'));
    dao('propose-contract', [contractId('wanted')], members[0]!);
    for (const who of members) vote(who);
    world.wait(DAY);
    conclude();
    expect(row()).toMatchObject({ kind: 2n, contract: contractId('wanted'), status: 1n });
    world.wait(DAY);
    const run = (name: string) => dao('execute-contract', [1n, contractId(name)], STRANGER);
    expect(execute().value).toBe(8105n);
    expect(run('unwanted').value).toBe(8105n);
    expect(world.call('wanted', 'execute', [STRANGER], STRANGER).value).toBe(8000n);
    expect(run('wanted').ok).toBe(true);
    expect(row().status).toBe(3n);
    expect(parameter('commission-bps')).toBe(700n);
    // Its power ended with it.
    expect(world.call('wanted', 'execute', [STRANGER], STRANGER).value).toBe(8000n);
    expect(run('wanted').value).toBe(8204n);
    pass();
    expect(dao('execute-contract', [2n, contractId('wanted')], STRANGER).value).toBe(8105n);
  });
});

describe('a proposal that would run another', () => {
  it('is refused by the VM, and changes nothing', () => {
    const source = (body: string) =>
      `(impl-trait .proposal-trait.proposal-trait)
       (define-public (execute (sender principal)) (begin ${body} (ok true)))`;
    world.deploy('inner', source('(try! (contract-call? .governance-dao set-parameter "commission-bps" u1000))'));
    dao('propose-contract', [contractId('inner')], members[0]!);
    for (const who of members) vote(who);
    world.wait(DAY);
    conclude();
    expect(() => world.dao('(try! (contract-call? .governance-dao execute-contract u1 .inner))')).toThrow(
      'CircularReference',
    );
    expect(parameter('commission-bps')).toBe(500n);
  });
});

describe('guardian', () => {
  const guardian = address('guardian');

  it('vetoes what has passed, until its sunset', async () => {
    const { id, from } = pass();
    expect(dao('veto', [id], STRANGER).value).toBe(8002n);
    expect(dao('veto', [9n], guardian).value).toBe(8201n);
    propose();
    expect(dao('veto', [2n], guardian).value).toBe(8204n);
    expect(dao('veto', [id], guardian).events).toEqual([{ topic: 'proposal-vetoed', id }]);
    expect(row(id).status).toBe(4n);
    world.until(from);
    expect(execute(id).value).toBe(8204n);
    expect(dao('veto', [id], guardian).value).toBe(8204n);
  });

  it('has no power from its sunset on', async () => {
    for (const [moment, code] of [
      [-1, undefined],
      [0, 8305n],
      [1, 8305n],
    ] as const) {
      await start();
      const sunset = GENESIS + 30 * DAY - moment;
      world.dao(`(try! (contract-call? .governance-dao set-guardian '${guardian} u${sunset}))`);
      expect(world.read('governance-dao', 'get-guardian')).toEqual({ guardian, sunset: BigInt(sunset) });
      world.until(GENESIS + 30 * DAY);
      expect(dao('set-paused', [7n], guardian)).toMatchObject(code ? { value: code } : { ok: true });
    }
  });

  it('pauses entry and only entry', () => {
    expect(dao('set-paused', [1n], STRANGER).value).toBe(8002n);
    expect(dao('set-paused', [8n], guardian).value).toBe(8106n);
    expect(dao('set-paused', [5n], guardian).events).toEqual([{ topic: 'paused-changed', bits: 5n, by: guardian }]);
    for (const [bit, up] of [
      [1n, true],
      [2n, false],
      [4n, true],
      [6n, true],
    ] as const)
      expect(world.read('governance-dao', 'is-paused', [bit])).toBe(up);
    // The DAO itself can lift it.
    const { events } = world.dao('(try! (contract-call? .governance-dao set-paused u0))');
    const [lifted] = events.filter(({ topic }) => topic === 'paused-changed');
    expect(lifted).toMatchObject({ bits: 0n, by: expect.stringContaining('.test-proposal-') });
    expect(world.read('governance-dao', 'is-paused', [7n])).toBe(false);
  });

  it('serves a year at most', () => {
    const serve = (seconds: number) =>
      `(try! (contract-call? .governance-dao set-guardian '${STRANGER} (+ stacks-block-time u${seconds})))`;
    expect(world.refusal(serve(YEAR + 1))).toBe(8107n);
    world.dao(serve(YEAR));
    expect(world.read('governance-dao', 'get-guardian')).toMatchObject({ guardian: STRANGER });
    expect(dao('set-paused', [1n], guardian).value).toBe(8002n);
  });
});

describe('treasury', () => {
  it('pays by proposal, never more than it has, never from bonds', () => {
    const to = address('shop');
    world.home('home-h08');
    const treasury = world.read<bigint>('governance-dao', 'get-treasury');
    expect(treasury).toBe(1000n);
    // The bond of the running proposal is in the balance and not in the treasury.
    for (const [amount, code] of [
      [0n, 8108n],
      [treasury + 1n, 8400n],
    ] as const)
      expect(world.refusal(`(try! (contract-call? .governance-dao pay-treasury u${amount} '${to}))`)).toBe(code);
    expect(world.refusal(`(try! (contract-call? .governance-dao pay-treasury u1 '${ABROAD}))`)).toBe(8110n);
    propose();
    expect(world.read('governance-dao', 'get-treasury')).toBe(treasury);
    const receipt = world.dao(`(try! (contract-call? .governance-dao pay-treasury u${treasury} '${to}))`);
    expect(receipt.transfers).toEqual([{ amount: treasury, sender: DAO, recipient: to }]);
    expect(receipt.events).toContainEqual({ topic: 'treasury-paid', to, amount: treasury });
    expect(world.read('governance-dao', 'get-treasury')).toBe(0n);
  });
});

describe('roles', () => {
  it('give nobody else any power', () => {
    for (const [fn, args] of [
      ['set-parameter', [ascii('commission-bps'), 0n]],
      ['set-peer', [ascii('user-registry'), STRANGER]],
      ['set-guardian', [STRANGER, 0n]],
      ['pay-treasury', [1n, STRANGER]],
    ] as const)
      for (const who of [STRANGER, DEPLOYER, members[0]!, address('guardian')])
        expect(dao(fn, [...args], who).value, fn).toBe(8000n);
    expect(dao('set-member', [STRANGER, true], STRANGER).value).toBe(8003n);
    expect(world.refusal(`(try! (contract-call? .governance-dao set-peer "nobody" '${STRANGER}))`)).toBe(8103n);
    expect(world.read('governance-dao', 'get-peer', [ascii('user-registry')])).toBe(contractId('user-registry'));
    expect(world.read('governance-dao', 'get-peer', [ascii('nobody')])).toBeNull();
  });

  it('of the registry: members come and go, counted once', () => {
    world.dao(`(try! (contract-call? .governance-dao set-peer "user-registry" '${STRANGER}))`);
    const set = (active: boolean) => dao('set-member', [address('shop'), active], STRANGER).value as Tuple;
    expect(world.read('governance-dao', 'get-member-count')).toBe(5n);
    expect(set(true)).toEqual({ member: address('shop'), active: true, since: BigInt(world.time), members: 6n });
    const since = BigInt(world.time);
    expect(set(true)).toMatchObject({ since, members: 6n });
    expect(set(false)).toMatchObject({ active: false, since, members: 5n });
    expect(set(false)).toMatchObject({ members: 5n });
    expect(set(true).since).toBeGreaterThan(since);
    expect(world.read('governance-dao', 'get-member', [address('shop')])).toMatchObject({ active: true });
  });
});

describe('construct', () => {
  it('is for the deployer, once', async () => {
    expect(world.read('governance-dao', 'is-constructed')).toBe(true);
    const again = [contractId('bootstrap-devnet')];
    expect(dao('construct', again, STRANGER).value).toBe(8001n);
    expect(dao('construct', again, DEPLOYER).value).toBe(8200n);
  });

  it('leaves nobody any role before it, not even the deployer', async () => {
    world.free();
    world = await World.create({ construct: false });
    expect(world.read('governance-dao', 'is-constructed')).toBe(false);
    for (const [contract, fn, args, code] of [
      ['energy-token', 'mint-export', [1n, DEPLOYER, 0n, DEPLOYER, 1n], 2001n],
      ['energy-token', 'hand-over', [1n, DEPLOYER], 2001n],
      ['reputation-system', 'record-signup', [DEPLOYER], 6001n],
      ['reputation-system', 'record-delivery', [DEPLOYER, 1n, 1n, 1n, null, false], 6001n],
      ['energy-oracle', 'close-report', [DEPLOYER, 1n, 1n, DEPLOYER], 5001n],
      ['trade-escrow', 'mark-disputed', [1n], 4001n],
      ['trade-escrow', 'cancel-for', [1n, DEPLOYER], 4001n],
      ['governance-dao', 'set-member', [DEPLOYER, true], 8003n],
    ] as const)
      expect(world.call(contract, fn, [...args], DEPLOYER).value, fn).toBe(code);
  });

  it('is not for whoever makes the deployer sign', async () => {
    world.free();
    world = await World.create({ construct: false });
    world.deploy('decoy', '(define-public (gift) (contract-call? .governance-dao construct .bootstrap-devnet))');
    expect(world.call('decoy', 'gift', [], DEPLOYER).value).toBe(8001n);
    expect(world.read('governance-dao', 'is-constructed')).toBe(false);
  });

  it('acts for itself and for the proposal that it executes, and for nobody else', () => {
    const acts = (who: string) => world.read<boolean>('governance-dao', 'is-dao-call', [who]);
    expect([acts(contractId('governance-dao')), acts(DEPLOYER), acts(contractId('bootstrap-devnet'))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
