// What registry, token, reputation and DAO refuse, one scene for each refusal; and what they allow all the same.
import { Cl } from '@stacks/transactions';
import { describe, expect, it } from 'vitest';
import { type Arg, address, ascii, CELL, contractId, DEPLOYER, STRANGER, utf8, World } from './world.ts';

type Scene = { world: World; home: string; neighbour: string };
type Case = [what: string, code: bigint, run: (scene: Scene) => bigint];

const HASH = new Uint8Array(32);
const GUARDIAN = address('guardian');
const READER = address('meter-reader');
const CERTIFIER = address('certifier');
const VOTING = 86_400;

/** The code with which a decision of the DAO fails when it is executed. */
function decided({ world }: Scene, body: string): bigint {
  const run = world.prepare(body);
  try {
    run();
  } catch (error) {
    const code = /failed: u(\d+)$/.exec((error as Error).message)?.[1];
    if (code) return BigInt(code);
    throw error;
  }
  throw new Error(`the DAO may do this: ${body}`);
}
const call = (contract: string, fn: string, ...args: string[]) =>
  `(try! (contract-call? .${contract} ${[fn, ...args].join(' ')}))`;
const registry =
  (fn: string, args: (scene: Scene) => Arg[], who: (scene: Scene) => string = ({ home }) => home) =>
  (scene: Scene) =>
    scene.world.code('user-registry', fn, args(scene), who(scene));
const dao =
  (fn: string, args: (scene: Scene) => Arg[], who: (scene: Scene) => string = ({ home }) => home) =>
  (scene: Scene) =>
    scene.world.code('governance-dao', fn, args(scene), who(scene));
const token =
  (fn: string, args: (scene: Scene) => Arg[], who: (scene: Scene) => string = ({ home }) => home) =>
  (scene: Scene) =>
    scene.world.code('energy-token', fn, args(scene), who(scene));
const stranger = () => STRANGER;
const fresh = (scene: Scene, name = 'newcomer') => {
  scene.world.mint(address(name), 10_000_000n);
  return address(name);
};
/** A producer that has registered and no more. */
const unmetered = (scene: Scene) => scene.world.home('unmetered', { verified: false });
const APPLICATION = [1000n, 10_000n, ascii('solar')];
const applied = (scene: Scene) => {
  const who = scene.world.home('applicant', { certified: false });
  scene.world.ok('user-registry', 'apply-for-certification', APPLICATION, who);
  return who;
};
/** A proposal to raise the commission, opened by `home`. */
const proposed = ({ world, home }: Scene) => {
  world.wait(10);
  return world.ok('governance-dao', 'propose-parameter', [ascii('commission-bps'), 600n], home).value.id as bigint;
};
const passed = (scene: Scene) => {
  const id = proposed(scene);
  for (const who of scene.world.homes) scene.world.ok('governance-dao', 'vote', [id, 1n], who);
  scene.world.wait(VOTING);
  scene.world.ok('governance-dao', 'conclude', [id], STRANGER);
  return id;
};
/** Gives a role to `home`, as if it were a contract. */
const asPeer = ({ world, home }: Scene, contract: string, role: string) =>
  world.dao(call(contract, 'set-peer', `"${role}"`, `'${home}`));

const REGISTRY: Case[] = [
  ['a certifier made by a stranger', 1000n, registry('add-certifier', ({ home }) => [home, 1n])],
  ['a certifier removed by a stranger', 1000n, registry('remove-certifier', () => [CERTIFIER])],
  [
    'a meter verified by a neighbour',
    1001n,
    registry(
      'verify-meter',
      ({ home }) => [home, 1n, 0n],
      (s) => s.neighbour,
    ),
  ],
  [
    'a certificate from a meter-reader',
    1001n,
    (s) => s.world.code('user-registry', 'certify-producer', [applied(s)], READER),
  ],
  [
    'a rejection by a meter-reader',
    1001n,
    registry(
      'reject-application',
      ({ home }) => [home, utf8('no')],
      () => READER,
    ),
  ],
  [
    'a revocation by a meter-reader',
    1001n,
    registry(
      'revoke-certification',
      ({ home }) => [home, utf8('no')],
      () => READER,
    ),
  ],
  [
    'a meter-reader at home',
    1002n,
    registry(
      'verify-meter',
      () => [READER, 1n, 0n],
      () => READER,
    ),
  ],
  [
    'a certifier who certifies itself',
    1002n,
    registry(
      'certify-producer',
      () => [CERTIFIER],
      () => CERTIFIER,
    ),
  ],
  [
    'a certifier who rejects itself',
    1002n,
    registry(
      'reject-application',
      () => [CERTIFIER, utf8('no')],
      () => CERTIFIER,
    ),
  ],
  [
    'a certifier who revokes itself',
    1002n,
    registry(
      'revoke-certification',
      () => [CERTIFIER, utf8('no')],
      () => CERTIFIER,
    ),
  ],
  [
    'a fee taken through another contract',
    1003n,
    (s) => {
      // A contract registers, and applies with the money of whoever calls it.
      s.world.deploy(
        'applicant',
        `(define-public (join) (contract-call? .user-registry register u2 u${CELL.home} 0x${'00'.repeat(32)}))
         (define-public (apply) (contract-call? .user-registry apply-for-certification u1000 u10000 "solar"))`,
      );
      s.world.ok('applicant', 'join', [], s.home);
      return s.world.code('applicant', 'apply', [], s.home);
    },
  ],
  ['role 0', 1100n, (s) => s.world.code('user-registry', 'register', [0n, CELL.home, HASH], fresh(s))],
  ['role 4', 1100n, (s) => s.world.code('user-registry', 'register', [4n, CELL.home, HASH], fresh(s))],
  ['a change to role 0', 1100n, registry('set-role', () => [0n])],
  ['a change to role 4', 1100n, registry('set-role', () => [4n])],
  [
    'a cell of another mode',
    1101n,
    (s) => s.world.code('user-registry', 'register', [1n, CELL.home + (1n << 59n), HASH], fresh(s)),
  ],
  [
    'a cell of a finer resolution',
    1101n,
    (s) => s.world.code('user-registry', 'register', [1n, CELL.home + (1n << 52n), HASH], fresh(s)),
  ],
  ['a cell with finer digits in use', 1101n, registry('update-profile', () => [CELL.home - 1n, HASH])],
  ['an ed25519 key of 33 bytes', 1102n, registry('register-meter', () => [new Uint8Array(33), 1n])],
  ['a secp256k1 key of 32 bytes', 1102n, registry('register-meter', () => [new Uint8Array(32), 2n])],
  ['a key of no known algorithm', 1102n, registry('register-meter', () => [new Uint8Array(32), 3n])],
  [
    'a meter of quality 0',
    1103n,
    registry(
      'verify-meter',
      ({ home }) => [home, 0n, 0n],
      () => READER,
    ),
  ],
  [
    'a meter of quality 4',
    1103n,
    registry(
      'verify-meter',
      ({ home }) => [home, 4n, 0n],
      () => READER,
    ),
  ],
  [
    'a connection of more than a megawatt',
    1111n,
    (s) => {
      s.world.ok('user-registry', 'register-meter', [new Uint8Array(32).fill(77), 1n], s.home);
      return s.world.code('user-registry', 'verify-meter', [s.home, 1n, 1_000_001n], READER);
    },
  ],
  [
    '99 kWh a month',
    1104n,
    (s) => s.world.code('user-registry', 'apply-for-certification', [99n, 10_000n, ascii('solar')], unmetered(s)),
  ],
  [
    'a GWh and one kWh a month',
    1104n,
    (s) =>
      s.world.code('user-registry', 'apply-for-certification', [1_000_001n, 200_000n, ascii('solar')], unmetered(s)),
  ],
  [
    'a peak of 0 W',
    1105n,
    (s) => s.world.code('user-registry', 'apply-for-certification', [1000n, 0n, ascii('solar')], unmetered(s)),
  ],
  [
    'a peak above the most',
    1105n,
    (s) => s.world.code('user-registry', 'apply-for-certification', [1000n, 200_001n, ascii('solar')], unmetered(s)),
  ],
  [
    'more a month than the peak gives',
    1106n,
    (s) => s.world.code('user-registry', 'apply-for-certification', [745n, 1000n, ascii('solar')], unmetered(s)),
  ],
  [
    'coal',
    1107n,
    (s) => s.world.code('user-registry', 'apply-for-certification', [1000n, 10_000n, ascii('coal')], unmetered(s)),
  ],
  ['level 0', 1108n, (s) => decided(s, call('user-registry', 'add-certifier', `'${s.home}`, 'u0'))],
  ['level 4', 1108n, (s) => decided(s, call('user-registry', 'add-certifier', `'${s.home}`, 'u4'))],
  ['an eighth bit of privacy', 1109n, registry('set-privacy', () => [8n])],
  [
    'a rejection without a reason',
    1110n,
    (s) => s.world.code('user-registry', 'reject-application', [applied(s), utf8('')], CERTIFIER),
  ],
  [
    'a revocation without a reason',
    1110n,
    registry(
      'revoke-certification',
      ({ home }) => [home, utf8('')],
      () => CERTIFIER,
    ),
  ],
  ['a second registration', 1200n, registry('register', () => [1n, CELL.home, HASH])],
  ...(
    [
      ['update-profile', [CELL.home, HASH]],
      ['set-role', [1n]],
      ['set-privacy', [1n]],
      ['deactivate', []],
      ['reactivate', []],
      ['register-meter', [new Uint8Array(32), 1n]],
      ['apply-for-certification', APPLICATION],
      ['cancel-signed-below', [1n]],
    ] as const
  ).map(([fn, args]): Case => [`${fn} of nobody`, 1201n, registry(fn, () => [...args], stranger)]),
  [
    'a certificate of nobody taken back',
    1201n,
    registry(
      'revoke-certification',
      () => [STRANGER, utf8('why')],
      () => CERTIFIER,
    ),
  ],
  ...(
    [
      ['update-profile', [CELL.home, HASH]],
      ['set-role', [1n]],
      ['set-privacy', [1n]],
      ['deactivate', []],
      ['register-meter', [new Uint8Array(32), 1n]],
      ['apply-for-certification', APPLICATION],
    ] as const
  ).map(
    ([fn, args]): Case => [
      `${fn} of one who left`,
      1202n,
      (s) => {
        s.world.ok('user-registry', 'deactivate', [], s.home);
        return s.world.code('user-registry', fn, [...args], s.home);
      },
    ],
  ),
  [
    'a meter of one who left verified',
    1202n,
    (s) => {
      s.world.ok('user-registry', 'deactivate', [], s.home);
      return s.world.code('user-registry', 'verify-meter', [s.home, 1n, 0n], READER);
    },
  ],
  [
    'a certificate for one who left',
    1202n,
    (s) => {
      const who = applied(s);
      s.world.ok('user-registry', 'deactivate', [], who);
      return s.world.code('user-registry', 'certify-producer', [who], CERTIFIER);
    },
  ],
  ['a return of one who never left', 1203n, registry('reactivate', () => [])],
  [
    "a neighbour's device",
    1204n,
    registry(
      'register-meter',
      () => [new Uint8Array(32).fill(1), 1n],
      (s) => s.neighbour,
    ),
  ],
  ['no meter to verify', 1205n, (s) => s.world.code('user-registry', 'verify-meter', [unmetered(s), 1n, 0n], READER)],
  [
    'a meter verified twice',
    1206n,
    registry(
      'verify-meter',
      ({ home }) => [home, 1n, 0n],
      () => READER,
    ),
  ],
  [
    'a consumer who applies',
    1207n,
    (s) =>
      s.world.code(
        'user-registry',
        'apply-for-certification',
        APPLICATION,
        s.world.home('consumer', { role: 1n, certified: false }),
      ),
  ],
  [
    'a certificate for one who stopped producing',
    1207n,
    (s) => {
      const who = applied(s);
      s.world.ok('user-registry', 'set-role', [1n], who);
      return s.world.code('user-registry', 'certify-producer', [who], CERTIFIER);
    },
  ],
  ['an application of the certified', 1208n, registry('apply-for-certification', () => APPLICATION)],
  [
    'a certificate taken back twice',
    1209n,
    (s) => {
      s.world.ok('user-registry', 'revoke-certification', [s.home, utf8('why')], CERTIFIER);
      return s.world.code('user-registry', 'revoke-certification', [s.home, utf8('why')], CERTIFIER);
    },
  ],
  [
    'a second application',
    1210n,
    (s) => s.world.code('user-registry', 'apply-for-certification', APPLICATION, applied(s)),
  ],
  [
    'a certificate without application',
    1211n,
    (s) => s.world.code('user-registry', 'certify-producer', [unmetered(s)], CERTIFIER),
  ],
  [
    'a certificate for an application of old',
    1211n,
    registry(
      'certify-producer',
      ({ home }) => [home],
      () => CERTIFIER,
    ),
  ],
  [
    'a rejection without application',
    1211n,
    registry(
      'reject-application',
      ({ home }) => [home, utf8('why')],
      () => CERTIFIER,
    ),
  ],
  [
    'a revocation without application',
    1211n,
    (s) => s.world.code('user-registry', 'revoke-certification', [unmetered(s), utf8('why')], CERTIFIER),
  ],
  [
    'a certificate before the meter is verified',
    1212n,
    (s) => {
      const who = unmetered(s);
      s.world.ok('user-registry', 'apply-for-certification', APPLICATION, who);
      return s.world.code('user-registry', 'certify-producer', [who], CERTIFIER);
    },
  ],
  [
    'a registration while paused',
    1213n,
    (s) => {
      s.world.ok('governance-dao', 'set-paused', [1n], GUARDIAN);
      return s.world.code('user-registry', 'register', [1n, CELL.home, HASH], fresh(s));
    },
  ],
  ['a floor of 0', 1214n, registry('cancel-signed-below', () => [0n])],
  [
    'a floor that does not rise',
    1214n,
    (s) => {
      s.world.ok('user-registry', 'cancel-signed-below', [5n], s.home);
      return s.world.code('user-registry', 'cancel-signed-below', [5n], s.home);
    },
  ],
  [
    'a certifier that is none removed',
    1215n,
    (s) => decided(s, call('user-registry', 'remove-certifier', `'${s.home}`)),
  ],
  [
    'a fee from an empty wallet',
    1400n,
    (s) => {
      const poor = address('poor');
      s.world.ok('user-registry', 'register', [2n, CELL.home, HASH], poor);
      return s.world.code('user-registry', 'apply-for-certification', APPLICATION, poor);
    },
  ],
];

const transfer = (amount: bigint, from: (s: Scene) => string, to: (s: Scene) => string) =>
  token('transfer', (s) => [amount, from(s), to(s), null]);
const TOKEN: Case[] = [
  [
    'more than it holds',
    1n,
    transfer(
      1n,
      (s) => s.home,
      (s) => s.neighbour,
    ),
  ],
  [
    'energy to itself',
    2n,
    transfer(
      1n,
      (s) => s.home,
      (s) => s.home,
    ),
  ],
  [
    'a transfer of nothing',
    3n,
    transfer(
      0n,
      (s) => s.home,
      (s) => s.neighbour,
    ),
  ],
  [
    "a neighbour's energy",
    4n,
    transfer(
      1n,
      (s) => s.neighbour,
      (s) => s.home,
    ),
  ],
  ["a stranger's token page", 2000n, token('set-token-uri', () => [null])],
  ["a stranger's oracle", 2000n, token('set-peer', ({ home }) => [ascii('energy-oracle'), home])],
  ["a stranger's energy", 2001n, token('mint-export', ({ home }) => [0n, home, 1000n, home, 1n])],
  ['nothing retired', 2100n, token('retire', ({ home }) => [0n, home, utf8('used')])],
  [
    'nothing minted',
    2100n,
    (s) => {
      asPeer(s, 'energy-token', 'energy-oracle');
      return s.world.code('energy-token', 'mint-export', [0n, s.home, 0n, s.home, 1n], s.home);
    },
  ],
  [
    'a role that the token does not have',
    2101n,
    (s) => decided(s, call('energy-token', 'set-peer', '"nowhere"', `'${s.home}`)),
  ],
  ['more retired than it holds', 2400n, token('retire', ({ home }) => [1n, home, utf8('used')])],
];

const asEscrow =
  (fn: string, args: (s: Scene) => Arg[]) =>
  (s: Scene): bigint => {
    asPeer(s, 'reputation-system', 'trade-escrow');
    return s.world.code('reputation-system', fn, args(s), s.home);
  };
const REPUTATION: Case[] = [
  [
    "a stranger's peer",
    6000n,
    (s) => s.world.code('reputation-system', 'set-peer', [ascii('trade-escrow'), s.home], s.home),
  ],
  ['a signup by a stranger', 6001n, (s) => s.world.code('reputation-system', 'record-signup', [s.home], s.home)],
  ['a meter by a stranger', 6001n, (s) => s.world.code('reputation-system', 'record-meter', [s.home, 9n, 3n], s.home)],
  [
    'a delivery by a stranger',
    6001n,
    (s) => s.world.code('reputation-system', 'record-delivery', [s.home, 1n, 1n, 1n, null, false], s.home),
  ],
  [
    'a cancellation by a stranger',
    6001n,
    (s) => s.world.code('reputation-system', 'record-cancellation', [s.home, 1n, 1n, 1n], s.home),
  ],
  [
    'a role that it does not have',
    6100n,
    (s) => decided(s, call('reputation-system', 'set-peer', '"nowhere"', `'${s.home}`)),
  ],
  ['a delivery of no promise', 6101n, asEscrow('record-delivery', ({ home }) => [home, 1n, 0n, 0n, null, false])],
  ['a delivery above the promise', 6101n, asEscrow('record-delivery', ({ home }) => [home, 1n, 2n, 1n, null, false])],
  ['a cancellation of nothing', 6101n, asEscrow('record-cancellation', ({ home }) => [home, 1n, 0n, 0n])],
  ['a cancellation of more than all', 6101n, asEscrow('record-cancellation', ({ home }) => [home, 1n, 2n, 1n])],
  ...[0n, 4n].map(
    (quality): Case => [
      `a meter of quality ${quality}`,
      6102n,
      (s) => {
        asPeer(s, 'reputation-system', 'user-registry');
        return s.world.code('reputation-system', 'record-meter', [s.home, 99n, quality], s.home);
      },
    ],
  ),
  [
    'a second beginning',
    6200n,
    (s) => {
      asPeer(s, 'reputation-system', 'user-registry');
      return s.world.code('reputation-system', 'record-signup', [s.home], s.home);
    },
  ],
  [
    'a meter that gave its bonus',
    6201n,
    (s) => {
      asPeer(s, 'reputation-system', 'user-registry');
      s.world.ok('reputation-system', 'record-meter', [s.home, 99n, 1n], s.home);
      return s.world.code('reputation-system', 'record-meter', [s.home, 99n, 1n], s.home);
    },
  ],
];

const DAO: Case[] = [
  ["a stranger's parameter", 8000n, dao('set-parameter', () => [ascii('commission-bps'), 0n])],
  ["a stranger's registry", 8000n, dao('set-peer', ({ home }) => [ascii('user-registry'), home])],
  ["a stranger's guardian", 8000n, dao('set-guardian', ({ home }) => [home, 0n])],
  ["a stranger's payment", 8000n, dao('pay-treasury', ({ home }) => [1n, home])],
  ['a construction by a stranger', 8001n, dao('construct', () => [contractId('bootstrap-devnet')])],
  ["a stranger's pause", 8002n, dao('set-paused', () => [7n])],
  ["a stranger's veto", 8002n, (s) => s.world.code('governance-dao', 'veto', [proposed(s)], s.home)],
  ["a stranger's member", 8003n, dao('set-member', ({ home }) => [home, true])],
  ['a proposal of no member', 8004n, dao('propose-parameter', () => [ascii('commission-bps'), 600n], stranger)],
  ['a vote of no member', 8004n, (s) => s.world.code('governance-dao', 'vote', [proposed(s), 1n], STRANGER)],
  [
    'a vote of one who left',
    8004n,
    (s) => {
      const id = proposed(s);
      s.world.ok('user-registry', 'deactivate', [], s.neighbour);
      return s.world.code('governance-dao', 'vote', [id, 1n], s.neighbour);
    },
  ],
  [
    'a bond taken through another contract',
    8005n,
    (s) => {
      s.world.wait(10);
      s.world.deploy(
        'decoy',
        '(define-public (gift) (contract-call? .governance-dao propose-parameter "commission-bps" u0))',
      );
      return s.world.code('decoy', 'gift', [], s.home);
    },
  ],
  [
    'a vote for one who delegated to nobody',
    8006n,
    (s) => s.world.code('governance-dao', 'vote-for', [proposed(s), 1n, [s.neighbour]], s.home),
  ],
  [
    'the second of two votes for others',
    18_006n,
    (s) => {
      const id = proposed(s);
      s.world.ok('governance-dao', 'delegate', [s.home], s.neighbour);
      return s.world.code('governance-dao', 'vote-for', [id, 1n, [s.neighbour, STRANGER]], s.home);
    },
  ],
  [
    'a delegated vote that was cast',
    8203n,
    (s) => {
      const id = proposed(s);
      s.world.ok('governance-dao', 'delegate', [s.home], s.neighbour);
      s.world.ok('governance-dao', 'vote', [id, 0n], s.neighbour);
      return s.world.code('governance-dao', 'vote-for', [id, 1n, [s.neighbour]], s.home);
    },
  ],
  ['a parameter that is none', 8100n, dao('propose-parameter', () => [ascii('sunshine'), 1n])],
  ['a value below its bound', 8101n, dao('propose-parameter', () => [ascii('gate-closure'), 899n])],
  ['a value above its bound', 8101n, dao('propose-parameter', () => [ascii('commission-bps'), 1001n])],
  ['a floor above the ceiling', 8102n, dao('propose-parameter', () => [ascii('price-floor'), 515_001n])],
  [
    'a least production above the most',
    8102n,
    (s) => decided(s, call('governance-dao', 'set-parameter', '"max-production-kwh"', 'u99')),
  ],
  ['a gate that closes when it opens', 8102n, dao('propose-parameter', () => [ascii('gate-opening'), 14_400n])],
  ['a timeout before the last report', 8102n, dao('propose-parameter', () => [ascii('timeout'), 172_800n + 3600n])],
  [
    'a role that the DAO does not have',
    8103n,
    (s) => decided(s, call('governance-dao', 'set-peer', '"nowhere"', `'${s.home}`)),
  ],
  ['a fourth way to vote', 8104n, (s) => s.world.code('governance-dao', 'vote', [proposed(s), 3n], s.home)],
  [
    'another contract than was voted for',
    8105n,
    (s) => {
      s.world.prepare(call('governance-dao', 'set-paused', 'u1'));
      const id = s.world.read<bigint>('governance-dao', 'get-proposal-count');
      return s.world.code('governance-dao', 'execute-contract', [id, contractId('bootstrap-devnet')], STRANGER);
    },
  ],
  [
    'a parameter executed as a contract',
    8105n,
    (s) => s.world.code('governance-dao', 'execute-contract', [passed(s), contractId('bootstrap-devnet')], STRANGER),
  ],
  [
    'a fourth pause flag',
    8106n,
    dao(
      'set-paused',
      () => [8n],
      () => GUARDIAN,
    ),
  ],
  [
    'a guardian for more than a year',
    8107n,
    (s) => decided(s, call('governance-dao', 'set-guardian', `'${s.home}`, '(+ stacks-block-time u31536001)')),
  ],
  ['a payment of nothing', 8108n, (s) => decided(s, call('governance-dao', 'pay-treasury', 'u0', `'${s.home}`))],
  ['a vote delegated to oneself', 8109n, dao('delegate', ({ home }) => [home])],
  [
    'a second construction',
    8200n,
    dao(
      'construct',
      () => [contractId('bootstrap-devnet')],
      () => DEPLOYER,
    ),
  ],
  ...(['conclude', 'veto', 'execute-parameter'] as const).map(
    (fn): Case => [
      `${fn} of no proposal`,
      8201n,
      dao(
        fn,
        () => [99n],
        () => GUARDIAN,
      ),
    ],
  ),
  ['a vote on no proposal', 8201n, dao('vote', () => [99n, 1n])],
  ['a proposal concluded twice', 8202n, (s) => s.world.code('governance-dao', 'conclude', [passed(s)], STRANGER)],
  [
    'two votes of one household',
    8203n,
    (s) => {
      const id = proposed(s);
      s.world.ok('governance-dao', 'vote', [id, 1n], s.home);
      return s.world.code('governance-dao', 'vote', [id, 0n], s.home);
    },
  ],
  [
    'a proposal that nobody voted on executed',
    8204n,
    (s) => s.world.code('governance-dao', 'execute-parameter', [proposed(s)], STRANGER),
  ],
  [
    'a vetoed proposal executed',
    8204n,
    (s) => {
      const id = passed(s);
      s.world.ok('governance-dao', 'veto', [id], GUARDIAN);
      s.world.wait(86_400);
      return s.world.code('governance-dao', 'execute-parameter', [id], STRANGER);
    },
  ],
  ['a veto before the vote is over', 8204n, (s) => s.world.code('governance-dao', 'veto', [proposed(s)], GUARDIAN)],
  [
    'a proposal executed twice',
    8204n,
    (s) => {
      const id = passed(s);
      s.world.wait(86_400);
      s.world.ok('governance-dao', 'execute-parameter', [id], STRANGER);
      return s.world.code('governance-dao', 'execute-parameter', [id], STRANGER);
    },
  ],
  ['nothing to undelegate', 8206n, dao('undelegate', () => [])],
  ['a vote on what is older than the membership', 8300n, (s) => newcomerVotes(s)],
  [
    'a vote when voting is over',
    8301n,
    (s) => {
      const id = proposed(s);
      s.world.wait(VOTING);
      return s.world.code('governance-dao', 'vote', [id, 1n], s.home);
    },
  ],
  [
    'a proposal concluded while voting is open',
    8302n,
    (s) => s.world.code('governance-dao', 'conclude', [proposed(s)], STRANGER),
  ],
  [
    'a proposal executed at once',
    8303n,
    (s) => s.world.code('governance-dao', 'execute-parameter', [passed(s)], STRANGER),
  ],
  [
    'a proposal executed a month too late',
    8304n,
    (s) => {
      const id = passed(s);
      s.world.wait(86_400 + 2_592_000);
      return s.world.code('governance-dao', 'execute-parameter', [id], STRANGER);
    },
  ],
  ...(['set-paused', 'veto'] as const).map(
    (fn): Case => [
      `${fn} after the sunset`,
      8305n,
      (s) => {
        const id = passed(s);
        s.world.dao(call('governance-dao', 'set-guardian', `'${GUARDIAN}`, 'stacks-block-time'));
        return s.world.code('governance-dao', fn, [fn === 'veto' ? id : 1n], GUARDIAN);
      },
    ],
  ),
  [
    'more than the treasury has',
    8400n,
    (s) =>
      decided(
        s,
        call('governance-dao', 'pay-treasury', '(+ (contract-call? .governance-dao get-treasury) u1)', `'${s.home}`),
      ),
  ],
  [
    'a bond from an empty wallet',
    8401n,
    (s) => {
      s.world.dao(call('governance-dao', 'set-parameter', '"proposal-bond"', 'u1000000000000'));
      return s.world.code('governance-dao', 'propose-parameter', [ascii('commission-bps'), 600n], s.home);
    },
  ],
];

function newcomerVotes(scene: Scene): bigint {
  const id = proposed(scene);
  return scene.world.code('governance-dao', 'vote', [id, 1n], scene.world.home('newcomer'));
}

async function attempt(run: Case[2]): Promise<bigint> {
  const world = await World.create();
  try {
    return run({ world, home: world.home('home-h01'), neighbour: world.home('home-h02') });
  } finally {
    world.free();
  }
}

describe('what is allowed all the same', () => {
  const during = async (run: (scene: Scene) => void) => {
    const world = await World.create();
    try {
      run({ world, home: world.home('home-h01'), neighbour: world.home('home-h02') });
    } finally {
      world.free();
    }
  };

  it('a parameter changes by vote and timelock, and trades see its new version', () =>
    during((s) => {
      const id = passed(s);
      s.world.wait(86_400);
      const before = s.world.read<{ v: bigint }>('governance-dao', 'get-parameters').v;
      s.world.ok('governance-dao', 'execute-parameter', [id], STRANGER);
      expect(s.world.read('governance-dao', 'get-parameters')).toMatchObject({
        v: before + 1n,
        'commission-bps': 600n,
      });
      expect(s.world.read('governance-dao', 'get-parameters-at', [before])).toMatchObject({ 'commission-bps': 500n });
    }));

  it('a delegation is taken back, and the vote with it', () =>
    during((s) => {
      const id = proposed(s);
      s.world.ok('governance-dao', 'delegate', [s.home], s.neighbour);
      expect(s.world.read<string>('governance-dao', 'get-delegate', [s.neighbour])).toBe(s.home);
      s.world.ok('governance-dao', 'undelegate', [], s.neighbour);
      expect(s.world.code('governance-dao', 'vote-for', [id, 1n, [s.neighbour]], s.home)).toBe(8006n);
      expect(s.world.read('governance-dao', 'get-vote', [id, s.neighbour])).toBe(null);
    }));

  it('energy is moved with a memo, and retired with a certificate that counts from 1', () =>
    during((s) => {
      asPeer(s, 'energy-token', 'energy-oracle');
      s.world.ok('energy-token', 'mint-export', [0n, s.home, 2000n, s.home, 1n], s.home);
      s.world.ok(
        'energy-token',
        'transfer',
        [500n, s.home, s.neighbour, Cl.some(Cl.buffer(new Uint8Array(3)))],
        s.home,
      );
      expect(
        s.world.ok('energy-token', 'retire', [500n, s.neighbour, utf8('a cold night')], s.neighbour).value.id,
      ).toBe(1n);
      expect([s.world.kwhOf(s.home), s.world.kwhOf(s.neighbour)]).toEqual([1500n, 0n]);
      expect(s.world.read('energy-token', 'get-certificate', [1n])).toMatchObject({
        owner: s.neighbour,
        beneficiary: s.neighbour,
        amount: 500n,
      });
      expect(s.world.read<bigint>('energy-token', 'get-total-supply')).toBe(1500n);
    }));

  it('a household changes role and privacy, leaves and comes back, and keeps what was verified', () =>
    during((s) => {
      const bits = () => s.world.read<{ bits: bigint }>('user-registry', 'get-user', [s.home]).bits;
      expect(bits()).toBe(15n);
      s.world.ok('user-registry', 'set-role', [1n], s.home);
      expect(bits()).toBe(5n);
      s.world.ok('user-registry', 'set-privacy', [7n], s.home);
      expect(s.world.read('user-registry', 'get-profile', [s.home])).toMatchObject({ privacy: 7n });
      s.world.ok('user-registry', 'deactivate', [], s.home);
      expect(bits()).toBe(21n);
      expect(s.world.read('governance-dao', 'get-member', [s.home])).toMatchObject({ active: false });
      s.world.ok('user-registry', 'reactivate', [], s.home);
      expect(bits()).toBe(5n);
      expect(s.world.read('governance-dao', 'get-member', [s.home])).toMatchObject({ active: true });
    }));

  it('an application is rejected with a reason that stays, and made again', () =>
    during((s) => {
      const who = applied(s);
      s.world.ok('user-registry', 'reject-application', [who, utf8('shade')], CERTIFIER);
      s.world.ok('user-registry', 'apply-for-certification', APPLICATION, who);
      s.world.ok('user-registry', 'certify-producer', [who], CERTIFIER);
      const history = [1n, 2n, 3n, 4n].map((seq) =>
        s.world.read('user-registry', 'get-certification-history', [who, seq]),
      );
      expect(history.map((row) => row?.action)).toEqual([1n, 3n, 1n, 2n]);
      expect(history[1]).toMatchObject({ by: CERTIFIER, reason: 'shade' });
    }));

  it('the utility curtails a cell, and an offer serves a request', () =>
    during((s) => {
      s.world.ok('energy-oracle', 'submit-curtailment', [s.world.slot, CELL.home, 2n], address('utility'));
      expect(s.world.read('energy-oracle', 'get-curtailment', [s.world.slot, CELL.home])).toBe(2n);
      const slot = s.world.slot + 8n;
      s.world.ok('trade-escrow', 'deposit', [10_000_000n], s.neighbour);
      const offer = s.world.offer(s.home, slot, 2000n);
      const request = [2000n, 1000n, 200_000n, 0n, slot, slot, slot * 3600n];
      s.world.ok('marketplace', 'create-request', request, s.neighbour);
      s.world.ok('marketplace', 'match-request', [offer, 1n, 1000n], STRANGER);
      expect(s.world.tradeRow(1n)).toMatchObject({ seller: s.home, buyer: s.neighbour, wh: 1000n, cost: 200_000n });
    }));
});

it('lets no proposal run another: the VM itself refuses to enter execute-contract again', async () => {
  const world = await World.create();
  try {
    world.home('home-h01');
    world.prepare(call('governance-dao', 'set-paused', 'u1'));
    const id = world.read<bigint>('governance-dao', 'get-proposal-count');
    const run = world.prepare(call('governance-dao', 'execute-contract', `u${id}`, '.test-proposal-1'));
    expect(run).toThrow('CircularReference');
    expect(world.read<{ paused: bigint }>('governance-dao', 'get-parameters').paused).toBe(0n);
  } finally {
    world.free();
  }
});

for (const [contract, cases] of Object.entries({
  'user-registry': REGISTRY,
  'energy-token': TOKEN,
  'reputation-system': REPUTATION,
  'governance-dao': DAO,
}))
  describe(`${contract} refuses`, () => {
    it.each(cases)('%s: u%d', async (_, code, run) => {
      expect(await attempt(run)).toBe(code);
    });
  });
