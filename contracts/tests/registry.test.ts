// user-registry: households, meters, certification with its whole history, and who may do what.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Arg,
  address,
  ascii,
  CELL,
  contractId,
  type Receipt,
  STRANGER,
  type Tuple,
  unreachedCodes,
  utf8,
  World,
} from './world.ts';

const READER = address('meter-reader');
const CERTIFIER = address('certifier');
const HASH = new Uint8Array(32).fill(7);
const KEY = new Uint8Array(32).fill(9);
const [VERIFIED, CERTIFIED, INACTIVE] = [4n, 8n, 16n];

let world: World;
let who: string;

beforeEach(async () => {
  world = await World.create();
  who = address('home-h01');
  world.mint(who, 1_000_000_000n);
});
afterEach(() => world.free());
afterAll(() => expect(unreachedCodes('user-registry')).toEqual([]));

const call = (fn: string, args: Arg[], by = who): Receipt => world.call('user-registry', fn, args, by);
const ok = (fn: string, args: Arg[], by = who): Tuple => world.ok('user-registry', fn, args, by).value;
const register = (role = 3n, cell = CELL.home, by = who): Receipt => call('register', [role, cell, HASH], by);
const user = (of = who): Tuple => world.read('user-registry', 'get-user', [of]);
const apply = (kwh = 1000n, peakW = 10_000n, source = 'solar'): Receipt =>
  call('apply-for-certification', [kwh, peakW, ascii(source)]);
const verified = (): void => {
  register();
  ok('register-meter', [KEY, 1n]);
  ok('verify-meter', [who, 1n, 0n], READER);
};
const certified = (): void => {
  verified();
  expect(apply().ok).toBe(true);
  ok('certify-producer', [who], CERTIFIER);
};
const history = (): Tuple[] =>
  Array.from({ length: Number(world.read<bigint>('user-registry', 'get-history-length', [who])) }, (_, n) =>
    world.read('user-registry', 'get-certification-history', [who, BigInt(n) + 1n]),
  );

describe('register', () => {
  it('writes a household once, with a coarse cell and the score of the start', () => {
    const receipt = register();
    const household = { household: who, role: 3n, cell: CELL.home, 'profile-hash': HASH, at: BigInt(world.time) };
    expect(receipt.value).toEqual(household);
    expect(receipt.events).toEqual([
      { topic: 'score-changed', who, before: 0n, after: 3000n, cause: 1n, ref: 0n },
      { topic: 'household-registered', ...household },
    ]);
    expect(user()).toEqual({
      bits: 3n,
      cell: CELL.home,
      'capacity-wh': 0n,
      'peak-w': 0n,
      'nonce-floor': 0n,
      meter: 0n,
      'load-w': 0n,
    });
    expect(world.read('user-registry', 'get-profile', [who])).toEqual({
      'profile-hash': HASH,
      privacy: 0n,
      since: BigInt(world.time),
      'moved-at': BigInt(world.time),
    });
    expect(register().value).toBe(1200n);
    expect(world.read('governance-dao', 'get-member', [who])).toBeNull();
  });

  it('knows three roles and cells of resolution 7 only', () => {
    for (const role of [0n, 4n, 7n]) expect(register(role).value).toBe(1100n);
    // Resolution 8, a mode that is not a cell, a finer digit in use, and no cell at all.
    for (const cell of [
      CELL.home + (1n << 52n),
      CELL.home | ((1n << 59n) * 2n),
      CELL.home - 1n,
      0n,
      CELL.home | (1n << 63n),
    ])
      expect(register(3n, cell).value, cell.toString(16)).toBe(1101n);
    for (const [n, role] of [1n, 2n, 3n].entries())
      expect(register(role, CELL.home, address(`home-h0${n + 2}`)).ok).toBe(true);
  });

  it('can be paused, and nothing that leads out can', () => {
    verified();
    world.ok('governance-dao', 'set-paused', [7n], address('guardian'));
    expect(register(1n, CELL.home, STRANGER).value).toBe(1213n);
    expect(call('update-profile', [CELL.near, HASH]).ok).toBe(true);
    expect(call('deactivate', []).ok).toBe(true);
    expect(call('reactivate', []).ok).toBe(true);
    expect(call('cancel-signed-below', [5n]).ok).toBe(true);
  });
});

describe('profile', () => {
  it('changes by its owner while it is active', () => {
    expect(call('update-profile', [CELL.near, HASH]).value).toBe(1201n);
    register();
    const since = BigInt(world.time);
    expect(call('update-profile', [0n, HASH]).value).toBe(1101n);
    const hash = new Uint8Array(32).fill(8);
    expect(call('update-profile', [CELL.home, hash]).events).toEqual([
      { topic: 'profile-updated', household: who, cell: CELL.home, 'profile-hash': hash },
    ]);
    expect(world.read('user-registry', 'get-moved-at', [who])).toBe(since);
    ok('update-profile', [CELL.far, hash]);
    expect(world.read('user-registry', 'get-moved-at', [who])).toBe(BigInt(world.time));
    expect(world.read('user-registry', 'get-moved-at', [STRANGER])).toBeNull();
    expect(user().cell).toBe(CELL.far);
    expect(call('set-privacy', [8n]).value).toBe(1109n);
    expect(call('set-privacy', [7n]).events).toEqual([{ topic: 'privacy-changed', household: who, bits: 7n }]);
    expect(world.read('user-registry', 'get-profile', [who])).toMatchObject({ privacy: 7n, 'profile-hash': hash });
  });

  it('leaves and comes back, as a member from then on', () => {
    verified();
    expect(call('reactivate', []).value).toBe(1203n);
    expect(call('deactivate', []).events).toEqual([
      expect.objectContaining({ topic: 'member-changed', member: who, active: false, members: 0n }),
      { topic: 'household-deactivated', household: who },
    ]);
    expect(user().bits).toBe(3n + VERIFIED + INACTIVE);
    for (const [fn, args] of [
      ['deactivate', []],
      ['update-profile', [CELL.home, HASH]],
      ['set-role', [1n]],
      ['set-privacy', [0n]],
      ['register-meter', [new Uint8Array(32).fill(1), 1n]],
    ] as [string, Arg[]][])
      expect(call(fn, args).value, fn).toBe(1202n);
    expect(apply().value).toBe(1202n);
    expect(call('reactivate', [], STRANGER).value).toBe(1201n);
    const before = BigInt(world.time);
    expect(call('reactivate', []).ok).toBe(true);
    expect((world.read('governance-dao', 'get-member', [who]) as Tuple).since).toBeGreaterThan(before);
  });

  it('keeps in the history that a producer gave its certificate up', () => {
    certified();
    expect(call('set-role', [0n]).value).toBe(1100n);
    expect(call('set-role', [2n]).events).toEqual([
      { topic: 'role-changed', household: who, role: 2n, bits: 2n + VERIFIED + CERTIFIED },
    ]);
    const receipt = call('set-role', [1n]);
    expect(receipt.events).toEqual([
      {
        topic: 'certification-revoked',
        producer: who,
        by: who,
        reason: 'stopped producing',
        seq: 3n,
        at: BigInt(world.time),
      },
      { topic: 'role-changed', household: who, role: 1n, bits: 1n + VERIFIED },
    ]);
    expect(history().map(({ action }) => action)).toEqual([1n, 2n, 4n]);
    expect(world.read('user-registry', 'is-certified', [who])).toBe(false);
    expect(call('set-role', [3n]).events).toHaveLength(1);
    expect(apply().ok).toBe(true);
  });
});

describe('meters', () => {
  it('have a key of the length of their algorithm', () => {
    expect(call('register-meter', [KEY, 1n]).value).toBe(1201n);
    register();
    for (const [length, algorithm] of [
      [31, 1n],
      [33, 1n],
      [32, 2n],
      [32, 0n],
      [33, 3n],
    ] as const)
      expect(call('register-meter', [new Uint8Array(length).fill(2), algorithm]).value).toBe(1102n);
    expect(call('register-meter', [KEY, 1n]).events).toEqual([
      { topic: 'meter-registered', meter: 1n, household: who, 'device-key': KEY, algorithm: 1n },
    ]);
    expect(call('register-meter', [new Uint8Array(33).fill(2), 2n]).value).toMatchObject({ meter: 2n });
    expect(world.read('user-registry', 'get-meter', [1n])).toEqual({
      household: who,
      'device-key': KEY,
      algorithm: 1n,
      quality: 0n,
    });
  });

  it('make a member when a reader has seen them, with the bonus of their quality', () => {
    for (const [n, bonus] of [300n, 600n, 1000n].entries()) {
      const home = address(`home-h0${n + 2}`);
      register(1n, CELL.home, home);
      expect(call('verify-meter', [home, 3n, 0n], READER).value).toBe(1205n);
      ok('register-meter', [new Uint8Array(32).fill(n + 20), 1n], home);
      for (const quality of [0n, 4n]) expect(call('verify-meter', [home, quality, 0n], READER).value).toBe(1103n);
      const receipt = call('verify-meter', [home, BigInt(n) + 1n, 0n], READER);
      expect(receipt.events.map(({ topic }) => topic)).toEqual(['member-changed', 'score-changed', 'meter-verified']);
      expect(world.read('reputation-system', 'get-score', [home])).toBe(3000n + bonus);
      expect(call('verify-meter', [home, 3n, 0n], READER).value).toBe(1206n);
    }
    expect(world.read('governance-dao', 'get-member-count')).toBe(3n);
  });

  it('have the load of their connection from the reader, anew with each meter', () => {
    register();
    ok('register-meter', [KEY, 1n]);
    expect(call('verify-meter', [who, 1n, 1_000_001n], READER).value).toBe(1111n);
    const receipt = call('verify-meter', [who, 1n, 1_000_000n], READER);
    const verified = { meter: 1n, household: who, by: READER, quality: 1n, 'load-w': 1_000_000n };
    expect(receipt.value).toEqual(verified);
    expect(receipt.events.at(-1)).toEqual({ topic: 'meter-verified', ...verified });
    expect(user()).toMatchObject({ 'load-w': 1_000_000n });
    expect(world.read('user-registry', 'get-meter', [1n])).toMatchObject({ quality: 1n });
    // Nobody else can say it, nor the household itself, and what is not said of the next meter is not known.
    expect(call('verify-meter', [who, 1n, 5n], who).value).toBe(1001n);
    ok('register-meter', [new Uint8Array(32).fill(3), 1n]);
    ok('verify-meter', [who, 1n, 0n], READER);
    expect(user()).toMatchObject({ 'load-w': 0n });
  });

  it('give one bonus each, and none to their reader', () => {
    verified();
    expect(call('register-meter', [KEY, 1n]).value).toBe(1204n);
    ok('register-meter', [new Uint8Array(32).fill(3), 1n]);
    expect(user().bits).toBe(3n);
    expect(world.read('governance-dao', 'get-member', [who])).toMatchObject({ active: false });
    ok('verify-meter', [who, 1n, 0n], READER);
    register(1n, CELL.home, READER);
    ok('register-meter', [new Uint8Array(32).fill(4), 1n], READER);
    expect(call('verify-meter', [READER, 3n, 0n], READER).value).toBe(1002n);
    expect(call('verify-meter', [who, 3n, 0n], STRANGER).value).toBe(1001n);
  });

  it('belong to nobody who only names their key', () => {
    const thief = address('home-h02');
    register(3n, CELL.home, thief);
    // The thief is first with the key that it has seen; the owner is not kept out, and the reader finds the meter at its home.
    ok('register-meter', [KEY, 1n], thief);
    expect(world.read('user-registry', 'get-meter-of-key', [KEY])).toBeNull();
    verified();
    expect(world.read('user-registry', 'get-meter-of-key', [KEY])).toBe(2n);
    expect(call('verify-meter', [thief, 3n, 0n], READER).value).toBe(1204n);
    expect(user(thief).bits).toBe(3n);
    expect(call('register-meter', [KEY, 1n], thief).value).toBe(1204n);
  });
});

describe('certification', () => {
  it('is applied for within the bounds, once, for a fee to the treasury', () => {
    expect(apply().value).toBe(1201n);
    register(1n);
    expect(apply().value).toBe(1207n);
    ok('set-role', [3n]);
    for (const [kwh, peakW, code] of [
      [99n, 10_000n, 1104n],
      [1_000_001n, 200_000n, 1104n],
      // As much as anybody may have, and only more than this peak can bring.
      [1_000_000n, 200_000n, 1106n],
      [100n, 0n, 1105n],
      [100n, 200_001n, 1105n],
      [7441n, 10_000n, 1106n],
      [100n, 134n, 1106n],
    ] as const)
      expect(apply(kwh, peakW).value, `${kwh} ${peakW}`).toBe(code);
    for (const source of ['coal', '', 'Solar', 'solar ']) expect(apply(100n, 10_000n, source).value).toBe(1107n);
    const receipt = apply(7440n, 10_000n);
    expect(receipt.transfers).toEqual([{ amount: 1000n, sender: who, recipient: contractId('governance-dao') }]);
    expect(receipt.events).toEqual([
      {
        topic: 'certification-applied',
        producer: who,
        'capacity-kwh': 7440n,
        'peak-w': 10_000n,
        source: 'solar',
        fee: 1000n,
        seq: 1n,
        at: BigInt(world.time),
      },
    ]);
    expect(apply().value).toBe(1210n);
    expect(world.read('user-registry', 'get-application', [who])).toMatchObject({ pending: true, 'peak-w': 10_000n });
    expect(call('certify-producer', [who], CERTIFIER).value).toBe(1212n);
  });

  it.each(['solar', 'wind', 'hydro', 'biomass', 'battery'])('knows %s', (source) => {
    register();
    expect(apply(100n, 135n, source).ok).toBe(true);
  });

  it('is for the greatest peak too, with all that it can bring in a month', () => {
    register();
    expect(apply(148_801n, 200_000n).value).toBe(1106n);
    expect(apply(148_800n, 200_000n).ok).toBe(true);
  });

  it('takes the fee from the wallet itself', () => {
    register();
    world.deploy(
      'decoy',
      '(define-public (go) (contract-call? .user-registry apply-for-certification u100 u200 "solar"))',
    );
    // The decoy would have to be registered itself to come that far.
    world.deploy(
      'guest',
      `(define-public (join) (contract-call? .user-registry register u3 u${CELL.home} 0x${'00'.repeat(32)}))
       (define-public (go) (contract-call? .user-registry apply-for-certification u100 u200 "solar"))`,
    );
    world.ok('guest', 'join', [], who);
    const before = world.balance(who);
    expect(world.call('decoy', 'go', [], who).value).toBe(1201n);
    expect(world.call('guest', 'go', [], who).value).toBe(1003n);
    expect(world.balance(who)).toBe(before);
    world.ok('trade-escrow', 'deposit', [before - 999n], who);
    expect(apply().value).toBe(1400n);
    world.parameter('certification-fee', 999n);
    expect(world.read('user-registry', 'get-certification-fee')).toBe(999n);
    expect(apply().ok).toBe(true);
  });

  it('is given, refused and taken back with a history that only grows', () => {
    verified();
    expect(call('certify-producer', [who], CERTIFIER).value).toBe(1211n);
    apply(200n, 1000n);
    expect(call('reject-application', [who, utf8('')], CERTIFIER).value).toBe(1110n);
    expect(call('reject-application', [who, utf8('no photo')], CERTIFIER).events).toEqual([
      {
        topic: 'application-rejected',
        producer: who,
        by: CERTIFIER,
        reason: 'no photo',
        seq: 2n,
        at: BigInt(world.time),
      },
    ]);
    expect(call('reject-application', [who, utf8('again')], CERTIFIER).value).toBe(1211n);
    expect(call('certify-producer', [who], CERTIFIER).value).toBe(1211n);
    apply(300n, 2000n);
    expect(call('certify-producer', [who], CERTIFIER).events).toEqual([
      expect.objectContaining({
        topic: 'producer-certified',
        producer: who,
        by: CERTIFIER,
        'capacity-kwh': 300n,
        seq: 4n,
      }),
    ]);
    expect(user()).toMatchObject({ bits: 3n + VERIFIED + CERTIFIED, 'capacity-wh': 300_000n, 'peak-w': 2000n });
    expect(apply().value).toBe(1208n);
    expect(call('revoke-certification', [who, utf8('')], CERTIFIER).value).toBe(1110n);
    expect(call('revoke-certification', [STRANGER, utf8('x')], CERTIFIER).value).toBe(1201n);
    expect(call('revoke-certification', [who, utf8('fraud')], CERTIFIER).events).toEqual([
      {
        topic: 'certification-revoked',
        producer: who,
        by: CERTIFIER,
        reason: 'fraud',
        seq: 5n,
        at: BigInt(world.time),
      },
    ]);
    expect(call('revoke-certification', [who, utf8('fraud')], CERTIFIER).value).toBe(1209n);
    apply(400n, 3000n);
    ok('certify-producer', [who], CERTIFIER);
    expect(history().map(({ action, by, 'capacity-kwh': kwh, reason }) => [action, by, kwh, reason])).toEqual([
      [1n, who, 200n, ''],
      [3n, CERTIFIER, 200n, 'no photo'],
      [1n, who, 300n, ''],
      [2n, CERTIFIER, 300n, ''],
      [4n, CERTIFIER, 300n, 'fraud'],
      [1n, who, 400n, ''],
      [2n, CERTIFIER, 400n, ''],
    ]);
  });

  it('needs a producer who still is one', () => {
    verified();
    apply();
    ok('set-role', [1n]);
    expect(call('certify-producer', [who], CERTIFIER).value).toBe(1207n);
    expect(call('revoke-certification', [who, utf8('x')], CERTIFIER).value).toBe(1209n);
    register(3n, CELL.home, address('home-h02'));
    expect(call('revoke-certification', [address('home-h02'), utf8('x')], CERTIFIER).value).toBe(1211n);
  });
});

describe('a producer', () => {
  it('is seen in one look', () => {
    const data = () => world.read<Tuple | null>('user-registry', 'get-producer-data', [who]);
    expect(data()).toBeNull();
    register();
    const none = { certified: false, verified: false, 'capacity-wh': 0n, 'peak-w': 0n, meter: 0n, entries: 0n };
    expect(data()).toEqual({ ...none, application: null });
  });

  it('is seen with its certificate', () => {
    certified();
    expect(world.read('user-registry', 'get-producer-data', [who])).toEqual({
      certified: true,
      verified: true,
      'capacity-wh': 1_000_000n,
      'peak-w': 10_000n,
      meter: 1n,
      application: { 'capacity-kwh': 1000n, 'peak-w': 10_000n, source: 'solar', pending: false },
      entries: 2n,
    });
  });
});

describe('levels', () => {
  const AUDITOR = address('auditor');
  const FUNCTIONS = ['verify-meter', 'certify-producer', 'reject-application', 'revoke-certification'] as const;
  const need = { 'verify-meter': 1n, 'certify-producer': 2n, 'reject-application': 2n, 'revoke-certification': 2n };

  it.each([
    [0n, STRANGER],
    [1n, READER],
    [2n, CERTIFIER],
    [3n, AUDITOR],
  ] as const)('of %s may do what it may, and never to itself', (level, by) => {
    if (level === 3n) world.dao(`(try! (contract-call? .user-registry add-certifier '${AUDITOR} u3))`);
    expect(world.read('user-registry', 'get-certifier-level', [by])).toBe(level);
    register();
    for (const fn of FUNCTIONS) {
      const rest: Arg[] = fn === 'verify-meter' ? [1n, 0n] : fn === 'certify-producer' ? [] : [utf8('reason')];
      const allowed = level >= need[fn];
      const code = call(fn, [who, ...rest], by).value;
      if (allowed) expect(code, fn).not.toBe(1001n);
      else expect(code, fn).toBe(1001n);
      if (allowed) expect(call(fn, [by, ...rest], by).value, fn).toBe(1002n);
    }
  });

  it('are given and taken by the DAO alone', () => {
    for (const [fn, args] of [
      ['add-certifier', [who, 3n]],
      ['remove-certifier', [CERTIFIER]],
    ] as [string, Arg[]][])
      for (const by of [who, CERTIFIER, address('deployer')]) expect(call(fn, args, by).value).toBe(1000n);
    for (const level of [0n, 4n])
      expect(world.refusal(`(try! (contract-call? .user-registry add-certifier '${who} u${level}))`)).toBe(1108n);
    expect(world.refusal(`(try! (contract-call? .user-registry remove-certifier '${who}))`)).toBe(1215n);
    const receipt = world.dao(`(try! (contract-call? .user-registry remove-certifier '${CERTIFIER}))`);
    expect(receipt.events[0]).toEqual({ topic: 'certifier-changed', certifier: CERTIFIER, level: 0n });
    expect(call('certify-producer', [who], CERTIFIER).value).toBe(1001n);
  });
});

describe('signed orders', () => {
  it('end below a floor that only rises', () => {
    expect(call('cancel-signed-below', [5n]).value).toBe(1201n);
    register();
    expect(call('cancel-signed-below', [0n]).value).toBe(1214n);
    expect(call('cancel-signed-below', [5n]).events).toEqual([
      { topic: 'signed-cancelled-below', maker: who, nonce: 5n },
    ]);
    expect(call('cancel-signed-below', [5n]).value).toBe(1214n);
    expect(call('cancel-signed-below', [6n]).ok).toBe(true);
  });
});

describe('many at once', () => {
  it('reads households as one by one', () => {
    certified();
    expect(world.read('user-registry', 'get-users', [[who, STRANGER]])).toEqual([user(), null]);
    expect(world.read('user-registry', 'get-pairs', [[{ seller: who, buyer: STRANGER }]])).toEqual([
      { seller: user(), buyer: null },
    ]);
    expect(world.read('user-registry', 'get-pair', [{ seller: STRANGER, buyer: who }])).toEqual({
      seller: null,
      buyer: user(),
    });
  });
});

describe('a contract that certifies', () => {
  const OFFICE = contractId('office');
  const open = () => {
    world.deploy(
      'office',
      `(define-public (verify (who principal)) (contract-call? .user-registry verify-meter who u1 u0))
       (define-public (certify (who principal)) (contract-call? .user-registry certify-producer who))
       (define-public (reject (who principal)) (contract-call? .user-registry reject-application who u"seen"))
       (define-public (revoke (who principal)) (contract-call? .user-registry revoke-certification who u"seen"))`,
    );
    world.dao('(try! (contract-call? .user-registry add-certifier .office u2))');
  };
  const office = (fn: string, by: string): Receipt => world.call('office', fn, [who], by);

  it('is the one that did it, whoever signed: even the household itself', () => {
    open();
    register();
    ok('register-meter', [KEY, 1n]);
    // The one that signs is nobody here; a check of who signed would meet itself.
    for (const fn of ['verify', 'certify', 'revoke', 'certify', 'reject']) {
      if (fn === 'certify' || fn === 'reject') expect(apply().ok).toBe(true);
      const { ok, value } = office(fn, who);
      expect([fn, ok]).toEqual([fn, true]);
      expect((value as Tuple).by).toBe(OFFICE);
      if (fn === 'certify' && history().length > 4) office('revoke', who);
    }
    expect(history().map(({ action, by }) => [action, by])).toEqual([
      [1n, who],
      [2n, OFFICE],
      [4n, OFFICE],
      [1n, who],
      [2n, OFFICE],
      [4n, OFFICE],
      [1n, who],
      [3n, OFFICE],
    ]);
  });
});
