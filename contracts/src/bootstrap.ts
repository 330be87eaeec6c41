// The first proposal of a public network: the development network's roles between contracts, other people, other parameters.
import { Cl } from '@stacks/transactions';
import { Keys } from '@wattconnect/protocol';
import type { parameters } from './parameters.generated.ts';

export type PublicNetwork = 'testnet' | 'mainnet';

/** Who does what at the start. All of them can be replaced by a vote later. */
export type People = {
  /** Sign the reports of the meters. */
  operators: string[];
  /** So many of the operators must agree. */
  threshold: number;
  /** Curtails, and runs the local wires. */
  utility: string;
  /** Verify meters, and thereby members. */
  meterReaders: string[];
  certifiers: string[];
  /** May pause entry and veto decisions, for a year. */
  guardian: string;
};

type Parameter = keyof typeof parameters;
type Values = Partial<Record<Parameter, bigint>>;

/** Where a public network begins elsewhere than governance-dao does by itself. */
export const SETTINGS: Record<PublicNetwork, Values> = {
  // Whoever tries it out sees a decision within half a day.
  testnet: { 'voting-period': 21_600n, timelock: 21_600n },
  mainnet: {
    // A week to hear of a proposal, and three days to leave before it holds: longer than any refund takes.
    'voting-period': 604_800n,
    timelock: 259_200n,
    // Two or three neighbours alone decide nothing.
    'quorum-floor': 5n,
    // 100 STX and 1 STX: what a nuisance costs.
    'proposal-bond': 100_000_000n,
    'dispute-bond': 1_000_000n,
  },
};

export class BootstrapError extends Error {
  readonly code = 'bootstrap';
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Keys that everybody can derive. */
const DEVELOPMENT = [
  'deployer',
  'faucet',
  'guardian',
  'certifier',
  'meter-reader',
  'utility',
  'keeper',
  'stranger',
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `operator-${n}`),
];
const MOST_OPERATORS = 9;
const LEAST_OPERATORS = 3;
const PREFIXES: Record<PublicNetwork, readonly string[]> = { testnet: ['ST', 'SN'], mainnet: ['SP', 'SM'] };

/** People as somebody has written them down. Throws {@link BootstrapError}. */
export function checkPeople(network: PublicNetwork, value: unknown): People {
  const row = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof People, unknown>>;
  const one = (what: keyof People, text: unknown): string => {
    if (typeof text !== 'string' || !PREFIXES[network].includes(text.slice(0, 2)))
      throw new BootstrapError(
        `"${what}" must name accounts of ${network}, which begin with ${PREFIXES[network].join(' or ')}.`,
      );
    try {
      Cl.principal(text);
    } catch {
      throw new BootstrapError(`"${what}" names ${text.slice(0, 60)}, which is no account: a character is wrong.`);
    }
    if (network === 'mainnet' && DEVELOPMENT.some((name) => Keys.address(Keys.development(name), network) === text))
      throw new BootstrapError(`"${what}" names a development account, whose key everybody can derive. Name another.`);
    return text;
  };
  const many = (what: keyof People): string[] => {
    const found = row[what];
    if (!Array.isArray(found) || found.length === 0) throw new BootstrapError(`"${what}" must be a list of accounts.`);
    const all = found.map((text) => one(what, text));
    if (new Set(all).size < all.length) throw new BootstrapError(`"${what}" names somebody twice.`);
    return all;
  };
  const people: People = {
    operators: many('operators'),
    threshold: typeof row.threshold === 'number' ? row.threshold : 0,
    utility: one('utility', row.utility),
    meterReaders: many('meterReaders'),
    certifiers: many('certifiers'),
    guardian: one('guardian', row.guardian),
  };
  const { operators, threshold, meterReaders, certifiers, guardian } = people;
  if (operators.length < LEAST_OPERATORS || operators.length > MOST_OPERATORS)
    throw new BootstrapError(`"operators" must be ${LEAST_OPERATORS} to ${MOST_OPERATORS} accounts.`);
  if (!Number.isInteger(threshold) || threshold <= operators.length / 2 || threshold > operators.length)
    throw new BootstrapError(
      `"threshold" must be more than half of the ${operators.length} operators, and not more than all.`,
    );
  if (meterReaders.some((who) => certifiers.includes(who)))
    throw new BootstrapError('Nobody can be meter-reader and certifier at once: a producer needs both.');
  if (operators.includes(guardian))
    throw new BootstrapError('The guardian cannot be an operator: it is there to stop them.');
  return people;
}

const COMMON = /^ {4};; The same on every network[^\n]*\n([\s\S]*?)^ {4};; This network's own\.\n/m;

/** The bootstrap proposal. `devnet` is the development network's, whose roles between contracts it shares. */
export function bootstrapSource(network: PublicNetwork, value: unknown, devnet: string): string {
  const people = checkPeople(network, value);
  const common = COMMON.exec(devnet)?.[1];
  if (!common)
    throw new BootstrapError('The development network’s bootstrap no longer says what is the same on every network.');
  const call = (contract: string, fn: string, ...args: string[]) =>
    `    (try! (contract-call? .${contract} ${[fn, ...args].join(' ')}))\n`;
  return `;; Title: bootstrap-${network}
;; Summary: First and only act of the deployer: who holds which role, and what begins otherwise than the contracts do by themselves.
;; Depends-On: proposal-trait, and all eight contracts

(impl-trait .proposal-trait.proposal-trait)

;; Only governance-dao runs a proposal.
(define-constant ERR-NOT-DAO (err u8900))

(define-constant YEAR u31536000)

(define-public (execute (sender principal))
  (begin
    (asserts! (is-eq contract-caller .governance-dao) ERR-NOT-DAO)
${common}${[
  call(
    'energy-oracle',
    'set-operators',
    `(list ${people.operators.map((who) => `'${who}`).join(' ')})`,
    `u${people.threshold}`,
  ),
  call('energy-oracle', 'set-utility', `'${people.utility}`),
  call('trade-escrow', 'set-grid-operator', `'${people.utility}`),
  ...people.meterReaders.map((who) => call('user-registry', 'add-certifier', `'${who}`, 'u1')),
  ...people.certifiers.map((who) => call('user-registry', 'add-certifier', `'${who}`, 'u2')),
  ...Object.entries(SETTINGS[network]).map(([key, to]) =>
    call('governance-dao', 'set-parameter', `"${key}"`, `u${to}`),
  ),
  call('governance-dao', 'set-guardian', `'${people.guardian}`, '(+ stacks-block-time YEAR)'),
].join('')}    (ok true)
  )
)
`;
}
