// Attacks on decisions: who may vote and how often, how few decide, and what the deployer, the guardian and the DAO itself cannot do.
import { type Attack, happened, onBothTwins } from './twins.ts';
import {
  ABROAD,
  address,
  ascii,
  contractId,
  DEPLOYER,
  type Receipt,
  STRANGER,
  type Tuple,
  type Weakening,
  World,
} from './world.ts';

const DAY = 86_400;
const YEAR = 31_536_000;
const GUARDIAN = address('guardian');

type Scene = { world: World; members: string[] };

const scene = async (weaken: Weakening[]): Promise<Scene> => {
  const world = await World.create({ weaken });
  const names = [1, 2, 3, 4, 5].map((n) => `home-h0${n}`);
  return { world, members: names.map((name) => world.home(name, { certified: false })) };
};
const ours = (guard: string, instead = ''): Weakening => ['governance-dao', guard, instead];
const dao = ({ world }: Scene, fn: string, args: Parameters<World['call']>[2], who = STRANGER): Receipt =>
  world.call('governance-dao', fn, args, who);
/** The number of a proposal that everybody will want to know of. */
const propose = (of: Scene, value = 600n): bigint => {
  of.world.wait(10);
  const { value: row } = of.world.ok(
    'governance-dao',
    'propose-parameter',
    [ascii('commission-bps'), value],
    of.members[0]!,
  );
  return row.id as bigint;
};
const vote = (of: Scene, id: bigint, who: string, choice = 1n): Receipt => dao(of, 'vote', [id, choice], who);
/** A proposal that has passed, and waits for its timelock. */
const pass = (of: Scene): bigint => {
  const id = propose(of);
  for (const who of of.members) vote(of, id, who);
  of.world.wait(DAY);
  dao(of, 'conclude', [id]);
  return id;
};
const passed = (of: Scene, id: bigint): Receipt => {
  of.world.wait(DAY);
  const receipt = dao(of, 'conclude', [id]);
  return happened(receipt, (receipt.value as Tuple).passed === true);
};
const proposal = (body: string): string =>
  `(impl-trait .proposal-trait.proposal-trait) (define-public (execute (sender principal)) (begin ${body} (ok true)))`;

const ATTACKS: Attack<Scene>[] = [
  // ---- votes
  {
    name: 'a member votes twice',
    class: 'double-vote',
    code: 8203n,
    guards: [ours('(asserts! (map-insert votes', '(asserts! (map-set votes')],
    run: (of) => {
      const id = propose(of);
      vote(of, id, of.members[1]!);
      return vote(of, id, of.members[1]!);
    },
  },
  {
    name: 'a member votes, and its delegate votes for it once more',
    class: 'double-vote',
    code: 8203n,
    guards: [ours('(asserts! (map-insert votes', '(asserts! (map-set votes')],
    run: (of) => {
      const [, voter, delegate] = of.members as [string, string, string];
      dao(of, 'delegate', [delegate], voter);
      const id = propose(of);
      vote(of, id, voter);
      return dao(of, 'vote-for', [id, 1n, [voter]], delegate);
    },
  },
  {
    name: 'somebody votes for a member that never asked it to',
    class: 'authority',
    code: 8006n,
    guards: [
      ours('(asserts! (is-eq (some contract-caller) (map-get? delegations delegator)) (err (+ at CODE-NOT-DELEGATE)))'),
    ],
    run: (of) => dao(of, 'vote-for', [propose(of), 1n, [of.members[1]!]], of.members[2]!),
  },
  {
    name: 'households join while a vote runs, to turn it',
    class: 'double-vote',
    code: 8300n,
    guards: [
      ours('(ok (asserts! (< (get since row) moment) ERR-MEMBER-TOO-NEW))', '(if true (ok true) ERR-MEMBER-TOO-NEW)'),
    ],
    run: (of) => {
      const id = propose(of);
      return vote(of, id, of.world.home('home-h06', { certified: false }));
    },
  },
  {
    name: 'a household leaves and comes back while a vote runs, and votes as if it had stayed',
    class: 'double-vote',
    code: 8300n,
    guards: [
      ours('(since (if (and changes active) stacks-block-time (get since before)))', '(since (get since before))'),
    ],
    run: (of) => {
      const { world, members } = of;
      const id = propose(of);
      world.ok('user-registry', 'deactivate', [], members[1]!);
      world.ok('user-registry', 'reactivate', [], members[1]!);
      return vote(of, id, members[1]!);
    },
  },
  {
    name: 'somebody who has left goes on deciding',
    class: 'authority',
    code: 8004n,
    guards: [ours('(asserts! (get active row) ERR-NOT-MEMBER)')],
    run: (of) => {
      const id = propose(of);
      of.world.ok('user-registry', 'deactivate', [], of.members[1]!);
      return vote(of, id, of.members[1]!);
    },
  },
  {
    name: 'a vote comes when its outcome is known',
    class: 'clock',
    code: 8301n,
    guards: [ours('(asserts! (< now (get closes-at row)) ERR-VOTING-CLOSED)')],
    run: (of) => {
      const id = propose(of);
      of.world.wait(DAY);
      return vote(of, id, of.members[1]!);
    },
  },

  // ---- few who decide for all
  {
    name: 'one member decides in a week in which nobody looks',
    class: 'quorum',
    code: 0n,
    guards: [ours('(>= (+ decided (get abstain row)) quorum)', '(> quorum u0)')],
    run: (of) => {
      const id = propose(of);
      vote(of, id, of.members[0]!);
      return passed(of, id);
    },
  },
  {
    name: 'the first two households decide for all that follow',
    class: 'quorum',
    code: 0n,
    guards: [ours('(quorum (if (< part floor) floor part))', '(quorum part)')],
    run: (of) => {
      of.world.parameter('quorum-floor', 4n);
      const id = propose(of);
      for (const who of of.members.slice(0, 2)) vote(of, id, who);
      return passed(of, id);
    },
  },
  {
    name: 'as many are against as for, and it passes',
    class: 'quorum',
    code: 0n,
    guards: [ours('(> (* (get for row) BPS) (* decided', '(>= (* (get for row) BPS) (* decided')],
    run: (of) => {
      const id = propose(of);
      const [a, b, c, d] = of.members as [string, string, string, string];
      for (const who of [a, b]) vote(of, id, who);
      for (const who of [c, d]) vote(of, id, who, 0n);
      return passed(of, id);
    },
  },
  {
    name: 'a proposer lowers the quorum while its own proposal runs',
    class: 'quorum',
    code: 0n,
    guards: [
      ours(
        '(quorum (get quorum row)) (passed',
        '(quorum (/ (* (var-get members) (get-parameter "quorum-bps")) BPS)) (passed',
      ),
    ],
    run: (of) => {
      const lower = of.world.prepare('(try! (contract-call? .governance-dao set-parameter "quorum-bps" u2000))');
      const id = propose(of);
      vote(of, id, of.members[0]!);
      lower();
      return passed(of, id);
    },
  },
  {
    name: 'proposals without end, since they cost nothing',
    class: 'denial',
    code: 8401n,
    guards: [
      ours('(unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND)', 'true'),
      ours('(var-set bonds (+ (var-get bonds) bond))', 'true'),
    ],
    run: (of) => {
      const { world, members } = of;
      world.wait(10);
      // All that it has goes elsewhere first.
      world.ok('trade-escrow', 'deposit', [world.balance(members[1]!)], members[1]!);
      return dao(of, 'propose-parameter', [ascii('commission-bps'), 600n], members[1]!);
    },
  },

  // ---- what the DAO, its guardian and its deployer cannot do
  {
    name: 'a decision holds before anybody could leave',
    class: 'rug',
    code: 8303n,
    guards: [ours('(asserts! (>= now (get executable-at row)) ERR-TIMELOCK)')],
    run: (of) => dao(of, 'execute-parameter', [pass(of)]),
  },
  {
    name: 'a decision that everybody has forgotten is carried out',
    class: 'rug',
    code: 8304n,
    guards: [ours('(asserts! (< now (+ (get executable-at row) EXECUTION-WINDOW)) ERR-LAPSED)')],
    run: (of) => {
      const id = pass(of);
      of.world.wait(DAY + 2_592_000);
      return dao(of, 'execute-parameter', [id]);
    },
  },
  {
    name: 'a decision is carried out twice',
    class: 'double-count',
    code: 8204n,
    guards: [ours('(map-set proposals id (merge row { status: STATUS-EXECUTED }))')],
    run: (of) => {
      const id = pass(of);
      of.world.wait(DAY);
      dao(of, 'execute-parameter', [id]);
      return dao(of, 'execute-parameter', [id]);
    },
  },
  {
    name: 'a decision takes what no household has agreed to',
    class: 'rug',
    code: 8101n,
    guards: [ours('(asserts! (and (>= value (get min range)) (<= value (get max range))) ERR-OUT-OF-BOUNDS)')],
    run: (of) => dao(of, 'propose-parameter', [ascii('commission-bps'), 1001n], of.members[0]!),
  },
  {
    name: 'a payment takes the bonds of those who propose',
    class: 'rug',
    code: 8400n,
    guards: [ours('(- (stx-get-balance current-contract) (var-get bonds))', '(stx-get-balance current-contract)')],
    run: (of) => {
      const pay = `(try! (contract-call? .governance-dao pay-treasury u500000 '${STRANGER}))`;
      // The bond of another proposal is all that is there.
      propose(of);
      return of.world.decide(pay);
    },
  },
  {
    name: 'a guardian stays for ever',
    class: 'rug',
    code: 8107n,
    guards: [ours('(asserts! (<= sunset (+ stacks-block-time MAX-GUARDIAN-TERM)) ERR-SUNSET-TOO-FAR)')],
    run: ({ world }) => {
      const serve = `(try! (contract-call? .governance-dao set-guardian '${STRANGER} (+ stacks-block-time u${10 * YEAR})))`;
      return world.decide(serve);
    },
  },
  {
    name: 'a guardian rules on after its sunset',
    class: 'rug',
    code: 8305n,
    guards: [
      ours(
        '(ok (asserts! (< now (var-get guardian-sunset)) ERR-GUARDIAN-SUNSET))',
        '(if true (ok true) ERR-GUARDIAN-SUNSET)',
      ),
    ],
    run: (of) => {
      const sunset = of.world.time + 2 * DAY + 600;
      of.world.dao(`(try! (contract-call? .governance-dao set-guardian '${GUARDIAN} u${sunset}))`);
      of.world.until(Math.ceil(sunset / 10) * 10 + (of.world.time % 10));
      return dao(of, 'set-paused', [7n], GUARDIAN);
    },
  },
  {
    name: 'a guardian who is nobody’s choice stops trading',
    class: 'authority',
    code: 8002n,
    guards: [ours('(asserts! (is-eq (some contract-caller) (var-get guardian)) ERR-NOT-GUARDIAN)')],
    run: (of) => dao(of, 'set-paused', [7n], STRANGER),
  },
  {
    name: 'a pause of everything keeps people’s money in',
    class: 'rug',
    code: 0n,
    // What other systems do, and ours must not: an exit that asks whether something is paused.
    guards: [
      [
        'trade-escrow',
        '(asserts! (<= (+ amount held) (get vault account)) ERR-HELD)',
        '(asserts! (not (contract-call? .governance-dao is-paused u7)) ERR-HELD)',
      ],
    ],
    run: (of) => {
      const { world, members } = of;
      world.ok('trade-escrow', 'deposit', [1000n], members[1]!);
      dao(of, 'set-paused', [7n], GUARDIAN);
      const receipt = world.call('trade-escrow', 'withdraw', [1000n], members[1]!);
      return happened(receipt, !receipt.ok);
    },
  },

  // ---- the beginning
  {
    name: 'a stranger constructs the DAO before its deployer does',
    class: 'init',
    code: 8001n,
    guards: [
      ours('(asserts! (is-eq contract-caller DEPLOYER) ERR-NOT-DEPLOYER)'),
      ours('(asserts! (not (var-get constructed)) ERR-CONSTRUCTED)'),
    ],
    run: (of) => {
      of.world.deploy('mine', proposal(`(try! (contract-call? .energy-oracle set-utility '${STRANGER}))`));
      return dao(of, 'construct', [contractId('mine')], STRANGER);
    },
  },
  {
    name: 'the deployer constructs the DAO anew when there is something to take',
    class: 'init',
    code: 8200n,
    guards: [ours('(asserts! (not (var-get constructed)) ERR-CONSTRUCTED)')],
    run: (of) => {
      of.world.deploy('mine', proposal(`(try! (contract-call? .energy-oracle set-utility '${DEPLOYER}))`));
      return dao(of, 'construct', [contractId('mine')], DEPLOYER);
    },
  },
  {
    name: 'a stranger runs a proposal contract by itself',
    class: 'authority',
    code: 5000n,
    guards: [
      ours(
        '(or (is-eq who current-contract) (is-eq (some who) (var-get executing)))',
        '(or (is-eq who current-contract) true)',
      ),
    ],
    run: ({ world }) => {
      world.deploy('mine', proposal(`(try! (contract-call? .energy-oracle set-utility '${STRANGER}))`));
      return world.call('mine', 'execute', [STRANGER], STRANGER);
    },
  },
  {
    name: 'another contract is run than the one that was voted on',
    class: 'traits',
    code: 8105n,
    guards: [ours('(asserts! (is-eq (get contract row) (some (contract-of proposal))) ERR-WRONG-PROPOSAL)')],
    run: (of) => {
      const { world, members } = of;
      for (const name of ['good', 'bad'])
        world.deploy(name, proposal(`(try! (contract-call? .energy-oracle set-utility '${STRANGER}))`));
      world.wait(10);
      dao(of, 'propose-contract', [contractId('good')], members[0]!);
      for (const who of members) vote(of, 1n, who);
      world.wait(DAY);
      dao(of, 'conclude', [1n]);
      world.wait(DAY);
      return dao(of, 'execute-contract', [1n, contractId('bad')]);
    },
  },
  {
    name: 'a contract that was replaced goes on with its power',
    class: 'upgrades',
    code: 4001n,
    // Only the first that ever held the role has it.
    guards: [
      [
        'trade-escrow',
        '(var-set marketplace who)',
        '(if (is-eq (var-get marketplace) current-contract) (var-set marketplace who) true)',
      ],
    ],
    run: ({ world, members }) => {
      const [buyer] = members as [string];
      const seller = world.home('home-h07');
      world.dao(`(try! (contract-call? .trade-escrow set-peer "marketplace" '${STRANGER}))`);
      const id = world.offer(seller, world.slot + 8n, 1000n);
      return world.call('marketplace', 'accept-offer', [id, 1n, 1000n, 10n ** 12n], buyer);
    },
  },
  {
    name: 'the treasury is paid to where nobody can ever take it',
    class: 'networks',
    code: 8110n,
    guards: [
      ours(
        '(asserts! (is-standard to) ERR-WRONG-NETWORK) (asserts! (<= amount (get-treasury)) ERR-TREASURY)',
        '(asserts! (<= amount (get-treasury)) ERR-TREASURY)',
      ),
    ],
    run: ({ world }) => {
      // A certification fee is what it has.
      world.home('home-h08');
      return world.decide(`(try! (contract-call? .governance-dao pay-treasury u1 '${ABROAD}))`);
    },
  },
];
onBothTwins(scene, ATTACKS);
