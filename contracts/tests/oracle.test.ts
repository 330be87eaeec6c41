// energy-oracle: who may say what a meter measured, when, how often; and what one reading proves.
import { createHash } from 'node:crypto';
import { Bytes, Keys, Merkle, Message } from '@wattconnect/protocol';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Arg,
  address,
  ascii,
  CELL,
  CHAIN_ID,
  contractId,
  OPERATORS,
  type ReportRow,
  readings,
  reportRow,
  STRANGER,
  signReport,
  signReports,
  unreachedCodes,
  World,
} from './world.ts';

const ROOT = new Uint8Array(32).fill(7);
const DOMAIN: Message.Domain = { chainId: CHAIN_ID, contract: contractId('energy-oracle'), purpose: 'production' };

let world: World;
let seller: string;
let slot: bigint;

beforeEach(async () => {
  world = await World.create();
  seller = world.home('home-h01', { peakW: 5000n });
  slot = world.slot;
});
afterEach(() => world.free());

const end = () => (slot + 1n) * 3600n;
const submit = (exportWh: bigint, revision: bigint, signatures: Arg, of = { seller, slot, root: ROOT }) =>
  world.call(
    'energy-oracle',
    'submit-production',
    [of.seller, of.slot, exportWh, of.root, revision, signatures],
    STRANGER,
  );
const signed = (exportWh: bigint, revision: bigint, by?: number[]) =>
  signReport({ seller, slot, exportWh, root: ROOT, revision }, by);
const report = (exportWh: bigint, revision: bigint) => submit(exportWh, revision, signed(exportWh, revision));
const getReport = () => world.read('energy-oracle', 'get-report', [seller, slot]);

describe('submit-production', () => {
  it('takes a report of three of five operators from anybody', () => {
    world.until(end());
    const receipt = report(4999n, 1n);
    const expected = { seller, slot, 'export-wh': 4999n, root: ROOT, revision: 1n, at: end() };
    expect(receipt.value).toEqual(expected);
    expect(receipt.events).toEqual([{ topic: 'production-reported', ...expected }]);
    expect(getReport()).toEqual({
      'export-wh': 4999n,
      revision: 1n,
      root: ROOT,
      cell: CELL.home,
      'first-at': end(),
      'closes-at': end() + 3600n,
      final: false,
      curtailed: false,
    });
  });

  it('is found by both of its names', () => {
    expect(world.read('energy-oracle', 'get-production', [seller, slot])).toBeNull();
    world.until(end());
    report(4999n, 1n);
    expect(world.read('energy-oracle', 'get-production', [seller, slot])).toEqual(getReport());
  });

  it('takes more signatures than needed, and any three operators', () => {
    world.until(end());
    expect(submit(1n, 1n, signed(1n, 1n, [0, 1, 2, 3, 4])).ok).toBe(true);
    expect(submit(2n, 2n, signed(2n, 2n, [1, 3, 4])).ok).toBe(true);
  });

  it('is signed over the same bytes as in TypeScript', () => {
    const bytes = Message.encodeProduction({ seller, slot, exportWh: 12n, root: ROOT, revision: 3n });
    expect(world.read('energy-oracle', 'get-production-hash', [seller, slot, 12n, ROOT, 3n])).toEqual(
      Message.hash(DOMAIN, bytes),
    );
    const rows: ReportRow[] = [1n, 2n].map((n) => ({
      seller: address(`home-${n}`),
      exportWh: n,
      root: ROOT,
      revision: n,
    }));
    expect(world.read('energy-oracle', 'get-productions-hash', [slot, rows.map(reportRow)])).toEqual(
      Message.hash({ ...DOMAIN, purpose: 'productions' }, Message.encodeProductions({ slot, rows })),
    );
  });

  it('refuses too few, repeated, unordered and unknown signers', () => {
    world.until(end());
    const code = (by: number[]) => submit(1n, 1n, signed(1n, 1n, by)).value;
    expect(code([0, 1])).toBe(5502n);
    expect(code([])).toBe(5502n);
    expect(code([0, 1, 1])).toBe(5501n);
    expect(code([2, 1, 0])).toBe(5501n);
    const [first, second, third] = signed(1n, 1n) as { index: bigint; signature: Uint8Array }[];
    // The same operator under another's number, and a number that nobody has.
    expect(submit(1n, 1n, [first!, second!, { index: 2n, signature: first!.signature }]).value).toBe(5500n);
    expect(submit(1n, 1n, [first!, second!, { index: 5n, signature: third!.signature }]).value).toBe(5500n);
  });

  it('refuses forged, malleable and short signatures', () => {
    world.until(end());
    const good = signed(1n, 1n) as { index: bigint; signature: Uint8Array }[];
    const withLast = (signature: Uint8Array) => submit(1n, 1n, [...good.slice(0, 2), { index: 2n, signature }]).value;
    const last = good[2]!.signature;
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = BigInt(`0x${Bytes.toHex(last.subarray(32, 64))}`);
    const highS = Uint8Array.from(last);
    highS.set(Bytes.fromHex((order - s).toString(16).padStart(64, '0')), 32);
    highS[64] = last[64]! ^ 1;
    expect(withLast(highS)).toBe(5500n);
    expect(withLast(last.subarray(0, 64))).toBe(5500n);
    expect(withLast(new Uint8Array(65))).toBe(5500n);
    const badRecovery = Uint8Array.from(last);
    badRecovery[64] = 9;
    expect(withLast(badRecovery)).toBe(5500n);
    const bytes = Message.encodeProduction({ seller, slot, exportWh: 1n, root: ROOT, revision: 1n });
    expect(withLast(Message.sign(DOMAIN, bytes, Keys.development('stranger')))).toBe(5500n);
    expect(withLast(last)).toMatchObject({ revision: 1n });
  });

  it('takes the greatest S that is low, and not its twin that is greater by one', () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const number = (bytes: Uint8Array) => BigInt(`0x${Bytes.toHex(bytes)}`);
    const bytes = (of: bigint) => Bytes.fromHex(of.toString(16).padStart(64, '0'));
    slot = world.slot + 100n;
    const hash = Message.hash(
      DOMAIN,
      Message.encodeProduction({ seller, slot, exportWh: 1n, root: ROOT, revision: 1n }),
    );
    // Whose key gives this S to this message: s = (hash + r x key) / nonce.
    const nonce = Keys.development('nonce');
    const [parity, ...x] = Keys.publicKey(nonce) as unknown as [number, ...number[]];
    const r = Uint8Array.from(x);
    const s = order / 2n;
    let inverse = 1n;
    for (let left = order - 2n, square = number(r); left > 0n; left >>= 1n, square = (square * square) % order)
      if (left & 1n) inverse = (inverse * square) % order;
    const key = ((((s * number(Keys.secret(nonce)) - number(hash)) * inverse) % order) + order) % order;
    const signature = (of: bigint, recovery: number): Arg => [
      { index: 0n, signature: Uint8Array.from([...r, ...bytes(of), recovery]) },
    ];
    world.dao(
      `(try! (contract-call? .governance-dao set-parameter "operator-stake" u0))
       (try! (contract-call? .energy-oracle set-operators (list '${Keys.address(Bytes.toHex(bytes(key)))}) u1))`,
    );
    world.wait(86_400);
    world.ok('energy-oracle', 'rotate-operators', [], STRANGER);
    world.until(end());
    expect(submit(1n, 1n, signature(s + 1n, 3 - parity)).value).toBe(5500n);
    expect(submit(1n, 1n, signature(s, parity - 2)).value).toMatchObject({ revision: 1n });
  });

  it('refuses a signature for another value, chain, contract or purpose', () => {
    world.until(end());
    expect(submit(2n, 1n, signed(1n, 1n)).value).toBe(5500n);
    expect(submit(1n, 1n, signed(1n, 1n), { seller, slot: slot - 1n, root: ROOT }).value).toBe(5500n);
    expect(submit(1n, 1n, signed(1n, 1n), { seller, slot, root: new Uint8Array(32) }).value).toBe(5500n);
    const elsewhere: Message.Domain[] = [
      { ...DOMAIN, chainId: 1 },
      { ...DOMAIN, contract: contractId('marketplace') },
      { ...DOMAIN, purpose: 'productions' },
      { ...DOMAIN, purpose: 'offer' },
    ];
    for (const domain of elsewhere)
      expect(
        submit(1n, 1n, signReport({ seller, slot, exportWh: 1n, root: ROOT, revision: 1n }, [0, 1, 2], domain)).value,
      ).toBe(5500n);
  });

  it('counts a report once', () => {
    world.until(end());
    expect(report(10n, 1n).ok).toBe(true);
    expect(report(10n, 1n).value).toBe(5101n);
    expect(report(11n, 1n).value).toBe(5101n);
    expect(report(11n, 3n).value).toBe(5101n);
    expect(report(0n, 0n).value).toBe(5101n);
  });

  it('knows the household and its peak power', () => {
    world.until(end());
    expect(report(5001n, 1n).value).toBe(5100n);
    expect(report(5000n, 1n).ok).toBe(true);
    expect(world.report(STRANGER, slot, 0n).value).toBe(5200n);
  });
});

describe('time', () => {
  it('takes a report from the slot end until it is too old', async () => {
    const at = async (moment: (end: bigint) => bigint, offset: number) => {
      world.free();
      world = await World.create({ offset });
      world.home('home-h01');
      world.until(moment(end()));
      return report(1n, 1n).value;
    };
    const maxAge = 172_800n;
    expect(await at((end) => end - 1n, 9)).toBe(5300n);
    expect(await at((end) => end, 0)).toMatchObject({ revision: 1n });
    expect(await at((end) => end + maxAge, 0)).toMatchObject({ revision: 1n });
    expect(await at((end) => end + maxAge + 1n, 1)).toBe(5301n);
  });

  it('takes revisions inside the window, which runs from the first report and does not move', () => {
    world.until(end() + 40n);
    report(10n, 1n);
    world.wait(1800);
    expect(report(11n, 2n).ok).toBe(true);
    expect(getReport()).toMatchObject({ 'export-wh': 11n, revision: 2n, 'closes-at': end() + 3640n });
    world.until(end() + 3630n);
    expect(report(12n, 3n).ok).toBe(true);
    expect(report(13n, 4n).value).toBe(5302n);
    expect(getReport()).toMatchObject({ 'export-wh': 12n, revision: 3n });
  });

  it('closes the window at its last second: T-1 still open, T closed', async () => {
    for (const [window, revises, closes] of [
      [3609n, true, 5303n],
      [3610n, true, 5303n],
      [3611n, true, 5303n],
    ] as const) {
      world.free();
      world = await World.create();
      seller = world.home('home-h01');
      world.parameter('challenge-window', window);
      slot = world.slot;
      world.until(end());
      report(10n, 1n);
      world.until(end() + 3600n);
      expect(report(11n, 2n).ok).toBe(revises);
      // This runs at +3610: one second after the end, at the end, one second before it.
      const closed = window <= 3610n;
      const finalize = world.call('trade-escrow', 'finalize', [seller, slot], STRANGER);
      if (closed) expect(finalize.ok).toBe(true);
      else expect(finalize.value).toBe(closes);
    }
  });

  it('keeps the window of the first report when the parameter changes', () => {
    const change = world.prepare('(try! (contract-call? .governance-dao set-parameter "challenge-window" u600))');
    slot = world.slot;
    world.until(end());
    report(10n, 1n);
    change();
    world.until(end() + 700n);
    expect(world.code('trade-escrow', 'finalize', [seller, slot], STRANGER)).toBe(5303n);
    expect(report(11n, 2n).ok).toBe(true);
  });
});

describe('submit-productions', () => {
  it('takes fifty households under one quorum', () => {
    const sellers = [seller, ...Array.from({ length: 49 }, (_, n) => world.home(`home-x${n}`))];
    slot = world.slot;
    world.until(end());
    const rows = sellers.map((who, n) => ({ seller: who, exportWh: BigInt(n), root: ROOT, revision: 1n }));
    const receipt = world.ok(
      'energy-oracle',
      'submit-productions',
      [slot, rows.map(reportRow), signReports(slot, rows)],
      STRANGER,
    );
    expect(receipt.value).toEqual({ slot, rows: 50n, accepted: 50n });
    expect(receipt.events.filter((event) => event.topic === 'production-reported')).toHaveLength(50);
    expect(receipt.events.at(-1)).toEqual({ topic: 'productions-reported', slot, rows: 50n, accepted: 50n });
    expect(world.read('energy-oracle', 'get-report', [sellers[49]!, slot])).toMatchObject({ 'export-wh': 49n });
    expect(receipt.cost.read_count / 50).toBeLessThanOrEqual(6.2);
  });

  it('skips rows that cannot be taken and says why', () => {
    const other = world.home('home-h02', { peakW: 100_000n });
    slot = world.slot;
    world.until(end());
    report(1n, 1n);
    const rows = [
      { seller, exportWh: 9n, root: ROOT, revision: 1n },
      { seller: STRANGER, exportWh: 9n, root: ROOT, revision: 1n },
      { seller: other, exportWh: 9n, root: ROOT, revision: 1n },
      { seller: other, exportWh: 9n, root: ROOT, revision: 1n },
    ];
    const args: Arg[] = [slot, rows.map(reportRow), signReports(slot, rows)];
    const receipt = world.ok('energy-oracle', 'submit-productions', args, STRANGER);
    expect(receipt.value).toMatchObject({ accepted: 1n });
    expect(receipt.events.filter((event) => event.topic === 'row-refused')).toEqual([
      { topic: 'row-refused', row: 0n, code: 5101n },
      { topic: 'row-refused', row: 1n, code: 5200n },
      { topic: 'row-refused', row: 3n, code: 5101n },
    ]);
    // Again: nothing is left to take.
    expect(world.code('energy-oracle', 'submit-productions', args, STRANGER)).toBe(5203n);
  });

  it('refuses a batch before the slot end and without a quorum', () => {
    const rows = [{ seller, exportWh: 9n, root: ROOT, revision: 1n }];
    const by = (who: number[]) =>
      world.code(
        'energy-oracle',
        'submit-productions',
        [slot, rows.map(reportRow), signReports(slot, rows, who)],
        STRANGER,
      );
    expect(by([0, 1, 2])).toBe(5300n);
    expect(by([0, 4])).toBe(5502n);
    // A signature for a single report is none for a batch.
    expect(
      world.code('energy-oracle', 'submit-productions', [slot, rows.map(reportRow), signed(9n, 1n)], STRANGER),
    ).toBe(5500n);
  });
});

describe('submit-consumption', () => {
  type Read = { household: string; slot: bigint; importWh: bigint; root: Uint8Array; revision: bigint };
  const sign = (read: Read, by = [0, 1, 2], purpose: Message.Purpose = 'consumption'): Arg =>
    by.map((index) => ({
      index: BigInt(index),
      signature: Message.sign(
        { ...DOMAIN, purpose },
        Message.encodeConsumption(read),
        Keys.development(`operator-${index}`),
      ),
    }));
  const take = (importWh: bigint, revision: bigint, change: Partial<Read> = {}, signatures?: Arg) => {
    const read = { household: seller, slot, importWh, root: ROOT, revision, ...change };
    const args = [read.household, read.slot, importWh, read.root, revision, signatures ?? sign(read)];
    return world.call('energy-oracle', 'submit-consumption', args, STRANGER);
  };

  it('takes what operators sign, and its revisions inside the window', () => {
    world.until(end());
    const receipt = take(700n, 1n);
    expect(take(700n, 1n, { slot: slot + 1n }).value).toBe(5300n);
    const expected = { household: seller, slot, 'import-wh': 700n, root: ROOT, revision: 1n, at: end() };
    expect(receipt.events).toEqual([{ topic: 'consumption-reported', ...expected }]);
    expect([take(700n, 1n).value, take(700n, 3n).value]).toEqual([5101n, 5101n]);
    expect(take(0n, 2n).ok).toBe(true);
    expect(take(200_000n, 3n).ok).toBe(true);
    expect(take(200_001n, 4n).value).toBe(5107n);
    const closes = end() + 3600n;
    expect(world.read('energy-oracle', 'get-consumption', [seller, slot])).toEqual({
      'import-wh': 200_000n,
      revision: 3n,
      root: ROOT,
      'closes-at': closes,
    });
    world.until(closes - 10n);
    expect(take(1n, 4n).ok).toBe(true);
    expect(take(1n, 5n).value).toBe(5302n);
    // It mints nothing, and is no report of production.
    expect([world.read('energy-token', 'get-total-supply'), getReport()]).toEqual([0n, null]);
  });

  it.each([
    ['before the hour has ended', -1n, 5300n],
    ['when the hour ends', 0n, undefined],
    ['just after it', 1n, undefined],
    ['just before it is too old', 172_799n, undefined],
    ['when it is nearly too old', 172_800n, undefined],
    ['when it is too old', 172_801n, 5301n],
  ])('takes the first report in its time, to the second: %s', async (_, after, code) => {
    world.free();
    world = await World.create({ offset: Number(((after % 10n) + 10n) % 10n) });
    seller = world.home('home-h01');
    world.until(end() + after);
    const receipt = take(1n, 1n);
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
  });

  it.each([
    [3601n, undefined],
    [3600n, 5302n],
    [3599n, 5302n],
  ])('takes a revision in its window, to the second: %s s, seen 3600 s after the first report', (window, code) => {
    world.parameter('challenge-window', window);
    slot = world.slot;
    world.until(end());
    expect(take(1n, 1n).ok).toBe(true);
    world.until(end() + 3600n);
    const receipt = take(2n, 2n);
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
  });

  it('refuses strangers, few signers, other purposes, and what is too old', () => {
    world.until(end());
    expect(take(1n, 1n, { household: STRANGER }).value).toBe(5200n);
    const read = { household: seller, slot, importWh: 1n, root: ROOT, revision: 1n };
    expect(take(1n, 1n, {}, sign(read, [0, 1])).value).toBe(5502n);
    expect(take(1n, 1n, {}, sign(read, [0, 1, 1])).value).toBe(5501n);
    expect(take(1n, 1n, {}, sign(read, [0, 1, 2], 'production')).value).toBe(5500n);
    expect(take(1n, 1n, {}, sign({ ...read, importWh: 2n })).value).toBe(5500n);
    expect(world.read('energy-oracle', 'get-consumption-hash', [seller, slot, 1n, ROOT, 1n])).toEqual(
      Message.hash({ ...DOMAIN, purpose: 'consumption' }, Message.encodeConsumption(read)),
    );
    world.until(end() + 172_800n);
    expect(take(1n, 1n).ok).toBe(true);
    slot -= 1n;
    expect(take(1n, 1n).value).toBe(5301n);
  });
});

describe('close-report', () => {
  it('is for trade-escrow only', () => {
    world.until(end());
    report(10n, 1n);
    world.wait(3600);
    expect(world.code('energy-oracle', 'close-report', [seller, slot, 10n, STRANGER], STRANGER)).toBe(5001n);
  });

  it('mints what was exported, once, and takes no revision after', () => {
    world.until(end());
    expect(world.code('trade-escrow', 'finalize', [seller, slot], STRANGER)).toBe(5202n);
    report(10n, 1n);
    expect(world.code('trade-escrow', 'finalize', [seller, slot], STRANGER)).toBe(5303n);
    world.wait(3600);
    const receipt = world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    expect(receipt.events).toContainEqual({
      topic: 'production-final',
      seller,
      slot,
      'export-wh': 10n,
      custody: 0n,
      surplus: 10n,
      revision: 1n,
      curtailed: false,
    });
    expect(world.kwhOf(seller)).toBe(10n);
    expect(getReport().final).toBe(true);
    expect(report(11n, 2n).value).toBe(5201n);
    expect(world.code('trade-escrow', 'finalize', [seller, slot], STRANGER)).toBe(4203n);
  });

  it('makes a slot final in which nothing was exported', () => {
    world.until(end());
    report(0n, 1n);
    world.wait(3600);
    world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    expect(world.read('energy-token', 'get-total-supply')).toBe(0n);
  });

  it('does not close a report twice, whoever holds the role', () => {
    const handOver = world.prepare(`(try! (contract-call? .energy-oracle set-peer "trade-escrow" '${STRANGER}))`);
    slot = world.slot;
    world.until(end());
    report(10n, 1n);
    world.wait(3600);
    handOver();
    expect(world.read('energy-oracle', 'get-peer', [ascii('trade-escrow')])).toBe(STRANGER);
    const close = [seller, slot, 4n, STRANGER];
    expect(world.ok('energy-oracle', 'close-report', close, STRANGER).value).toMatchObject({
      custody: 4n,
      surplus: 6n,
    });
    expect(world.code('energy-oracle', 'close-report', close, STRANGER)).toBe(5201n);
    expect(world.code('trade-escrow', 'finalize', [seller, slot], STRANGER)).toBe(5001n);
    expect([world.kwhOf(STRANGER), world.kwhOf(seller)]).toEqual([4n, 6n]);
  });
});

describe('curtailment', () => {
  it('is said by the utility, once, and excuses the sellers of the cell', () => {
    world.dao(`(try! (contract-call? .energy-oracle set-utility '${address('utility')}))`);
    slot = world.slot;
    const curtail = (who: string, cell = CELL.home, reason = 3n, of = slot) =>
      world.call('energy-oracle', 'submit-curtailment', [of, cell, reason], who);
    expect(curtail(STRANGER).value).toBe(5002n);
    expect(curtail(address('utility'), CELL.home, 0n).value).toBe(5105n);
    expect(curtail(address('utility'), CELL.home, 3n, slot - 60n).value).toBe(5301n);
    expect(curtail(address('utility')).value).toMatchObject({ slot, cell: CELL.home, reason: 3n });
    expect(curtail(address('utility')).value).toBe(5204n);
    world.until(end());
    report(10n, 1n);
    expect(getReport().curtailed).toBe(true);
    world.wait(3600);
    world.ok('trade-escrow', 'finalize', [seller, slot], STRANGER);
    expect(world.slotRow(seller, slot).curtailed).toBe(true);
    expect(world.read('energy-oracle', 'get-curtailment', [slot, CELL.far])).toBeNull();
  });

  it.each([
    [172_800n, undefined],
    [172_799n, 5301n],
  ])('is told within the age of reports, to the second: %s s, told 172800 s after the hour', (age, code) => {
    if (code) world.parameter('report-max-age', age);
    slot = world.slot;
    world.until(end() + 172_800n);
    const receipt = world.call('energy-oracle', 'submit-curtailment', [slot, CELL.home, 1n], address('utility'));
    expect(receipt.ok ? undefined : receipt.value).toBe(code);
  });

  // Otherwise whoever cannot deliver would move to where the utility has switched off already.
  it.each([
    [0n, true],
    [10n, false],
  ])('excuses who came to the cell before the hour: %s s after its beginning: %s', (late, excused) => {
    slot = world.slot + 1n;
    world.ok('energy-oracle', 'submit-curtailment', [slot, CELL.near, 1n], address('utility'));
    world.until(slot * 3600n + late);
    world.ok('user-registry', 'update-profile', [CELL.near, ROOT], seller);
    world.until(end());
    expect(report(0n, 1n).ok).toBe(true);
    expect(getReport()).toMatchObject({ cell: CELL.near, curtailed: excused });
  });
});

describe('operators', () => {
  const list = (names: string[]) => `(list ${names.map((name) => `'${address(name)}`).join(' ')})`;

  it('are set by the DAO only', () => {
    expect(world.code('energy-oracle', 'set-operators', [[STRANGER], 1n], STRANGER)).toBe(5000n);
    expect(world.code('energy-oracle', 'set-utility', [STRANGER], STRANGER)).toBe(5000n);
    expect(world.code('energy-oracle', 'set-peer', [ascii('trade-escrow'), STRANGER], STRANGER)).toBe(5000n);
    expect(world.read('energy-oracle', 'get-operators')).toEqual({ operators: OPERATORS.map(address), threshold: 3n });
  });

  it('are distinct, and as many as the threshold', () => {
    const run = (body: string) => {
      const execute = world.prepare(`(try! (contract-call? .energy-oracle ${body}))`);
      try {
        execute();
        return 'done';
      } catch (error) {
        return String(error).match(/u(\d+)/)?.[1];
      }
    };
    expect(run(`set-operators ${list(['a', 'b'])} u3`)).toBe('5102');
    expect(run(`set-operators ${list(['a', 'b'])} u0`)).toBe('5102');
    expect(run(`set-operators ${list(['a', 'b', 'a'])} u2`)).toBe('5103');
    expect(run(`set-peer "marketplace" '${STRANGER}`)).toBe('5104');
  });
});

describe('verify-reading', () => {
  const four = readings(1234n);
  const root = Merkle.root(four);
  const verify = (of: Uint8Array, index: bigint, wh: bigint, salt: Uint8Array, proof: Uint8Array[]) =>
    world.read<boolean>('energy-oracle', 'verify-reading', [of, index, wh, salt, proof]);

  it('proves every single reading', () => {
    for (const { index, wh, salt } of four)
      expect(verify(root, BigInt(index), wh, salt, Merkle.proof(four, index))).toBe(true);
  });

  it('refuses a changed amount, place, salt, path or root', () => {
    const [, one] = four;
    const proof = Merkle.proof(four, 1);
    expect(verify(root, 1n, one!.wh + 1n, one!.salt, proof)).toBe(false);
    expect(verify(root, 0n, one!.wh, one!.salt, proof)).toBe(false);
    // The same path with a number beyond the tree.
    expect(verify(root, 5n, one!.wh, one!.salt, proof)).toBe(false);
    expect(verify(root, 1n, one!.wh, four[2]!.salt, proof)).toBe(false);
    expect(verify(root, 1n, one!.wh, one!.salt, [...proof].reverse())).toBe(false);
    expect(verify(root, 1n, one!.wh, one!.salt, proof.slice(1))).toBe(false);
    expect(verify(ROOT, 1n, one!.wh, one!.salt, proof)).toBe(false);
  });

  it('refuses a number that no quarter has, though the root was made with it', () => {
    const over = (left: Uint8Array, right: Uint8Array) =>
      Uint8Array.from(createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest());
    const [beside, above] = Merkle.proof(four, 1) as [Uint8Array, Uint8Array];
    const { wh, salt } = four[1]!;
    const made = (index: number) => over(over(beside, Merkle.leaf({ index, wh, salt })), above);
    expect(made(1)).toEqual(root);
    expect(verify(made(5), 5n, wh, salt, [beside, above])).toBe(false);
  });
});

afterAll(() => {
  // What concerns seats and stakes is met in operators.test.ts.
  const but = ['NOT-OPERATOR', 'NO-CONTRADICTION', 'KNOWN', 'NO-ROTATION', 'ROTATION-DELAY', 'OPERATOR-STAKE'];
  expect(unreachedCodes('energy-oracle', { but: but.map((name) => `ERR-${name}`) })).toEqual([]);
});
