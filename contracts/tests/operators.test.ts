// energy-oracle's operators: how they come and go, what they stand for, and what it costs to sign two readings of one hour.
import { Keys, Message } from '@wattconnect/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Arg,
  address,
  CHAIN_ID,
  contractId,
  OPERATORS,
  type Receipt,
  type ReportRow,
  reportRow,
  STRANGER,
  signReport,
  signReports,
  type Tuple,
  World,
} from './world.ts';

const ROOT = new Uint8Array(32).fill(7);
const STX = 1_000_000n;
const SEAT = 100n * STX;
const OPERATOR = address('operator-0');
const EMPTY = contractId('energy-oracle');

let world: World;
let seller: string;
let slot: bigint;

beforeEach(async () => {
  world = await World.create();
  seller = world.home('home-h01', { peakW: 5000n });
  slot = world.slot;
  for (const name of OPERATORS) {
    world.mint(address(name), 1000n * STX);
    world.ok('reputation-system', 'stake', [SEAT], address(name));
  }
});
afterEach(() => {
  const [held, owed] = world.audit().stakes;
  expect(held).toBe(owed);
  world.free();
});

const call = (fn: string, args: Arg[] = [], who = STRANGER): Receipt => world.call('energy-oracle', fn, args, who);
const operators = (): Tuple => world.read('energy-oracle', 'get-operators');
const name = (names: string[], threshold: number): string =>
  `(try! (contract-call? .energy-oracle set-operators (list ${names.map((one) => `'${address(one)}`).join(' ')}) u${threshold}))`;
const holds = (who = OPERATOR): bigint => world.stakeOf(who).holds as bigint;

describe('a rotation', () => {
  it('waits for its delay, and is seated by anybody', () => {
    expect(call('rotate-operators').value).toBe(5206n);
    const receipt = world.dao(name(['operator-3', 'operator-4'], 1));
    const from = BigInt(world.time) + 86_400n;
    const named = [address('operator-3'), address('operator-4')];
    expect(receipt.events).toContainEqual({ topic: 'operators-named', operators: named, threshold: 1n, from });
    expect(world.read('energy-oracle', 'get-rotation')).toEqual({ operators: named, threshold: 1n, from });
    expect(operators()).toEqual({ operators: OPERATORS.map(address), threshold: 3n });
    expect([holds(), holds(address('operator-3'))]).toEqual([1n, 2n]);
    // Until then the ones before sign.
    slot = world.slot - 1n;
    const report = (by: number[], revision: bigint) =>
      call('submit-production', [
        seller,
        slot,
        1n,
        ROOT,
        revision,
        signReport({ seller, slot, exportWh: 1n, root: ROOT, revision }, by),
      ]);
    expect(report([0, 1, 2], 1n).ok).toBe(true);
    world.until(from - 10n);
    expect(call('rotate-operators').value).toBe(5304n);
    expect(call('rotate-operators').events).toContainEqual({
      topic: 'operators-changed',
      operators: named,
      threshold: 1n,
    });
    expect(world.read('energy-oracle', 'get-rotation')).toBeNull();
    expect(call('rotate-operators').value).toBe(5206n);
    expect([holds(), holds(address('operator-3'))]).toEqual([0n, 1n]);
    // Numbers are those of the new list.
    slot = world.slot - 1n;
    expect(report([3], 1n).value).toBe(5500n);
    const [by3] = signReport({ seller, slot, exportWh: 1n, root: ROOT, revision: 1n }, [3]) as Tuple[];
    expect(
      call('submit-production', [seller, slot, 1n, ROOT, 1n, [{ index: 0n, signature: by3!.signature as Uint8Array }]])
        .ok,
    ).toBe(true);
  });

  it.each([
    [86_401n, -1n, 5304n],
    [86_400n, 0n, undefined],
    [86_399n, 1n, undefined],
  ])('named for %s s later is seated %s s from then or not', (delay, seen, code) => {
    world.parameter('rotation-delay', delay);
    world.dao(name(['operator-0'], 1));
    const { from } = world.read('energy-oracle', 'get-rotation');
    world.until((from as bigint) + seen);
    const receipt = call('rotate-operators');
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
  });

  it('is for those who have staked', () => {
    world.home('newcomer', { verified: false });
    expect(world.refusal(name(['operator-0', 'newcomer'], 1))).toBe(5400n);
    world.ok('reputation-system', 'stake', [SEAT - 1n], address('newcomer'));
    expect(world.refusal(name(['operator-0', 'newcomer'], 1))).toBe(5400n);
    world.ok('reputation-system', 'stake', [1n], address('newcomer'));
    world.dao(name(['operator-0', 'newcomer'], 1));
    expect(world.code('reputation-system', 'unstake', [1n], address('newcomer'))).toBe(6202n);
    // Other names before the delay is over take their place, and nobody is held for a seat that never was.
    world.dao(name(['operator-0'], 1));
    expect([holds(address('newcomer')), holds()]).toEqual([0n, 2n]);
    world.ok('reputation-system', 'unstake', [SEAT], address('newcomer'));
  });
});

describe('a rotation when somebody is not held any more', () => {
  // Whoever holds the role of disputes may end holds. Then the books are wrong, and nobody's seat changes by halves.
  it('seats nobody', () => {
    world.dao(
      `(try! (contract-call? .reputation-system set-peer "dispute-resolution" '${STRANGER})) ${name(['operator-1'], 1)}`,
    );
    world.ok('reputation-system', 'release-stake', [OPERATOR], STRANGER);
    world.wait(86_400);
    expect(call('rotate-operators').value).toBe(6203n);
    expect(operators().operators).toEqual(OPERATORS.map(address));
    expect(holds(address('operator-4'))).toBe(1n);
  });
});

describe('an operator', () => {
  it('may leave at once, and the threshold stays', () => {
    expect(call('resign').value).toBe(5003n);
    world.dao(name(['operator-0', 'operator-1'], 2));
    const left = call('resign', [], OPERATOR);
    const seats = [EMPTY, ...OPERATORS.slice(1).map(address)];
    expect(left.value).toEqual({ operator: OPERATOR, operators: seats, threshold: 3n });
    expect(left.events.at(-1)).toEqual({ topic: 'seat-vacated', operator: OPERATOR, operators: seats, threshold: 3n });
    expect(world.read('energy-oracle', 'get-rotation').operators).toEqual([EMPTY, address('operator-1')]);
    expect(holds()).toBe(0n);
    expect(call('resign', [], OPERATOR).value).toBe(5003n);
    slot = world.slot - 1n;
    const report = (by: number[]) =>
      call('submit-production', [
        seller,
        slot,
        1n,
        ROOT,
        1n,
        signReport({ seller, slot, exportWh: 1n, root: ROOT, revision: 1n }, by),
      ]);
    // Nobody signs for an empty seat, and the others keep their numbers.
    expect(report([0, 1, 2]).value).toBe(5500n);
    expect(report([1, 2, 3]).ok).toBe(true);
    world.wait(86_400);
    call('rotate-operators');
    expect([holds(), holds(address('operator-1')), holds(address('operator-2'))]).toEqual([0n, 1n, 0n]);
    world.ok('reputation-system', 'unstake', [SEAT], OPERATOR);
  });
});

describe('a contract', () => {
  it('that waits for its seat gives it up in its own name, whoever signs', () => {
    world.deploy('office', '(define-public (leave) (contract-call? .energy-oracle resign))');
    const office = contractId('office');
    world.dao(
      `(try! (contract-call? .governance-dao set-parameter "operator-stake" u0))
       (try! (contract-call? .energy-oracle set-operators (list '${OPERATOR} '${office}) u1))`,
    );
    expect(world.ok('office', 'leave', [], OPERATOR).value).toMatchObject({ operator: office });
    expect(world.read('energy-oracle', 'get-rotation').operators).toEqual([OPERATOR, EMPTY]);
    expect(operators().operators).toEqual(OPERATORS.map(address));
    expect([holds(office), holds()]).toEqual([0n, 2n]);
    // Nor has it the seat of who signs.
    expect(world.call('office', 'leave', [], OPERATOR).value).toBe(5003n);
  });
});

describe('two readings of one hour', () => {
  const row = (exportWh: bigint, change: Partial<ReportRow> = {}): ReportRow => ({
    seller,
    exportWh,
    root: ROOT,
    revision: 1n,
    ...change,
  });
  const batch = (rows: ReportRow[], by = 0, at = 0n): Tuple => ({
    single: false,
    rows: rows.map(reportRow),
    row: at,
    signature: (signReports(slot, rows, [by]) as Tuple[])[0]!.signature!,
  });
  const single = (of: ReportRow, by = 0): Tuple => ({
    single: true,
    rows: [reportRow(of)],
    row: 0n,
    signature: (signReport({ ...of, slot }, [by]) as Tuple[])[0]!.signature!,
  });
  const prove = (first: Tuple, second: Tuple, who = STRANGER, operator = OPERATOR): Receipt =>
    call('prove-contradiction', [operator, slot, first, second], who);

  it('cost half of the stake, a tenth of it for the finder, and the seat', () => {
    const [finder, treasury] = [world.balance(STRANGER), world.balance(contractId('governance-dao'))];
    const receipt = prove(batch([row(1n)]), single(row(2n)));
    const proved = { operator: OPERATOR, seller, slot, revision: 1n, finder: STRANGER };
    expect(receipt.value).toEqual(proved);
    expect(receipt.events.map(({ topic }) => topic)).toEqual([
      'stake-slashed',
      'stake-released',
      'seat-vacated',
      'contradiction-proved',
    ]);
    expect(receipt.events.at(-1)).toEqual({ topic: 'contradiction-proved', ...proved });
    expect(world.balance(STRANGER) - finder).toBe(5n * STX);
    expect(world.balance(contractId('governance-dao')) - treasury).toBe(45n * STX);
    expect(world.stakeOf(OPERATOR)).toMatchObject({ amount: 50n * STX, holds: 0n });
    expect(operators().operators).toEqual([EMPTY, ...OPERATORS.slice(1).map(address)]);
    // Once; another hour's would cost again what is left.
    expect(prove(batch([row(1n)]), single(row(2n))).value).toBe(5205n);
    expect(prove(single(row(3n)), batch([row(2n)])).value).toBe(5205n);
    slot += 1n;
    expect(prove(single(row(1n)), single(row(2n))).ok).toBe(true);
    expect(world.stakeOf(OPERATOR).amount).toBe(25n * STX);
  });

  it('pay the contract that shows them, whoever signs', () => {
    const shown = world.throughDecoy(
      'energy-oracle',
      'prove-contradiction',
      [OPERATOR, slot, single(row(1n)), single(row(2n))],
      STRANGER,
    );
    const finder = contractId('decoy-of-all');
    expect(JSON.parse(shown)).toMatchObject({ ok: true, value: { finder } });
    expect(world.balance(finder)).toBe(5n * STX);
  });

  it('cost also who has left the seat and takes the stake out', () => {
    call('resign', [], OPERATOR);
    world.ok('reputation-system', 'unstake', [60n * STX], OPERATOR);
    expect(prove(single(row(1n)), single(row(1n, { root: new Uint8Array(32) }))).ok).toBe(true);
    expect(world.stakeOf(OPERATOR)).toMatchObject({ amount: 0n, leaving: 50n * STX });
    world.wait(604_800);
    expect(world.ok('reputation-system', 'withdraw-stake', [], OPERATOR).value).toMatchObject({ moved: 50n * STX });
  });

  it('empty a seat that waits, too', () => {
    world.dao(name(['operator-0', 'operator-1'], 1));
    expect(prove(single(row(1n)), single(row(2n))).ok).toBe(true);
    expect(world.read('energy-oracle', 'get-rotation').operators).toEqual([EMPTY, address('operator-1')]);
    expect(holds()).toBe(0n);
  });

  it('are no contradiction when they agree, or are of another household or revision', () => {
    const other = world.home('home-h02');
    const long = batch([row(9n, { seller: other }), row(1n)], 0, 1n);
    for (const [first, second] of [
      [single(row(1n)), single(row(1n))],
      [batch([row(1n)]), long],
      [single(row(1n)), single(row(2n, { revision: 2n }))],
      [single(row(1n)), single(row(2n, { seller: other }))],
      // A row that was never signed.
      [single(row(1n)), { ...batch([row(2n)]), row: 1n }],
    ] as const)
      expect(prove(first, second).value).toBe(5106n);
    expect(world.stakeOf(OPERATOR).amount).toBe(SEAT);
  });

  it('need the operator’s own signatures, of what was signed', () => {
    const bad = [
      single(row(2n), 1),
      { ...single(row(2n)), single: false },
      { ...batch([row(2n)]), single: true },
      { ...single(row(2n)), rows: [reportRow(row(3n))] },
      { ...single(row(2n)), signature: new Uint8Array(64) },
      { ...single(row(2n)), signature: new Uint8Array(65).fill(255) },
    ];
    for (const one of bad) {
      expect(prove(single(row(1n)), one).value).toBe(5500n);
      expect(prove(one, single(row(1n))).value).toBe(5500n);
    }
    // What a household signs, if it signs such things, is its own affair: it never had a seat.
    const home = (of: ReportRow): Tuple => ({ ...single(of), signature: signedBy('home-h01', of) });
    expect(prove(home(row(1n)), home(row(2n)), STRANGER, seller).value).toBe(5003n);
  });

  it('do not pay who proves its own', () => {
    const before = world.balance(OPERATOR) + (world.stakeOf(OPERATOR).amount as bigint);
    expect(prove(single(row(1n)), single(row(2n)), OPERATOR).ok).toBe(true);
    expect(world.balance(OPERATOR) + (world.stakeOf(OPERATOR).amount as bigint)).toBe(before - 45n * STX);
  });
});

function signedBy(key: string, of: ReportRow): Uint8Array {
  const bytes = Message.encodeProduction({ ...of, slot });
  const domain: Message.Domain = { chainId: CHAIN_ID, contract: EMPTY, purpose: 'production' };
  return Message.sign(domain, bytes, Keys.development(key));
}
