// The classes of attack that the contracts are built against, and the page that says which of them the tests try.
import { errors } from '../src/index.ts';

type Kind = {
  title: string;
  /** What stops it. */
  prevention: string;
  /** Where it is tried, if not on the contracts. */
  elsewhere?: string;
};

export const CLASSES = {
  authority: {
    title: 'Acting without the right to',
    prevention:
      'The caller is compared with the owner in the row, or with the one contract that holds a role; only what the DAO has decided can change a role.',
  },
  phishing: {
    title: 'Phishing through a contract that somebody calls',
    prevention:
      'Authority is `contract-caller`, never `tx-sender` alone; what takes money out of a wallet asks for both to be the same.',
  },
  limits: {
    title: 'More than one has, or may',
    prevention:
      'Vault, peak power, connection, rolling month and reserves are counted in the same write as the trade, and with what an auction holds.',
  },
  'double-count': {
    title: 'The same thing twice',
    prevention:
      'Terminal states absorb, rows are closed before anything leaves, `map-insert` where once is meant, lists strictly increasing.',
  },
  signatures: {
    title: 'Signatures: made up, malleable, replayed',
    prevention:
      'SIP-018 with chain, contract and purpose in the domain; recovered signer equal to the maker, 65 bytes, low S; amounts kept by maker and nonce.',
  },
  'front-running': {
    title: 'Other terms than were agreed',
    prevention:
      'A buyer names the revision and the most it pays in all; a signature its price, slot, cell and expiry; the order of an auction is nobody’s choice.',
  },
  clock: {
    title: 'Out of its time',
    prevention:
      'One clock, `stacks-block-time`, bound once; windows that never move once they have begun, and tests a second before, at and after each.',
  },
  reopening: {
    title: 'Closed and opened again',
    prevention: 'Rows are never deleted, ids only grow, and what its owner has cancelled stays so.',
  },
  leakage: {
    title: 'What leaves under the contract’s own name',
    prevention: '`as-contract?` with the exact allowance around every payment, and around nothing else.',
  },
  traits: {
    title: 'Another contract in the place of the right one',
    prevention:
      'Assets are allowed by the DAO by name and by the hash of their code; proposals run only if they are those that were voted on.',
  },
  're-entry': {
    title: 'Coming back in the middle',
    prevention:
      'Foreign code runs only where an asset is put in or taken out, and rows are read after it or written before it; no trade ever calls it.',
  },
  panics: {
    title: 'A crash in the place of an answer',
    prevention: 'No `unwrap-panic` outside constants, authority before arithmetic; `npm run check` looks for both.',
  },
  swallowed: {
    title: 'A failure that nobody looks at',
    prevention: 'Every response is tried or matched; `npm run check` refuses a `map` or a `begin` that drops one.',
  },
  rounding: {
    title: 'Rounding for whoever moves',
    prevention:
      'The buyer’s cost rounds up and everything that is given out rounds down; what is left over goes to the producer or the treasury, once.',
  },
  'sip-010': {
    title: 'A token that is not what wallets take it for',
    prevention: 'SIP-010 to the letter, its errors 1 to 4 included; only the owner moves its kWh.',
  },
  'double-vote': {
    title: 'A vote that counts twice, or from somebody who came for it',
    prevention:
      'One household, one vote, in a map that takes it once; membership is older than the proposal, without a break.',
  },
  quorum: {
    title: 'Few who decide for all',
    prevention:
      'Quorum and threshold are those of the moment of the proposal, with a floor of votes; a tie changes nothing.',
  },
  rug: {
    title: 'Those in power against the others',
    prevention:
      'Bounds fixed in code, a timelock, a guardian with a sunset who can stop entry and never an exit, limits that escrow keeps itself.',
  },
  init: {
    title: 'Taking over the beginning',
    prevention: 'Only the deployer constructs, once; until then nobody holds any role.',
  },
  oracle: {
    title: 'Operators who lie, or lose their keys',
    prevention:
      'k of n distinct signers, never more than the roof can give, a window to object, a delay before others are seated, and a stake for two readings of one hour.',
  },
  disputes: {
    title: 'Disputes as a weapon',
    prevention:
      'Only parties, a bond, one dispute a trade, a jury drawn by a block out of a pool that stands still; deadlines end all of it.',
  },
  sybils: {
    title: 'Many names, one person',
    prevention:
      'A device makes one household and is worth its bonus once, nobody trades with itself, and only what bore a fee counts.',
  },
  squatting: {
    title: 'Taking a name that is somebody else’s',
    prevention: 'Naming a device binds nothing; a meter-reader who has seen it does.',
  },
  denial: {
    title: 'Filling it up',
    prevention:
      'Lists, rows and amounts have bounds, what costs others something has a price, and no call takes a twentieth of a block.',
  },
  'bad-row': {
    title: 'One bad row that stops all others',
    prevention:
      'What time or others made stale is skipped with an event; only what could never have been right ends a batch.',
  },
  upgrades: {
    title: 'What is left of a contract that was replaced',
    prevention: 'Roles are asked for at every call, on both sides: who is replaced has no power from then on.',
  },
  networks: {
    title: 'Money sent to another network',
    prevention: 'What leaves for an address that somebody named is only sent where this network’s keys can own it.',
  },
  'post-conditions': {
    title: 'A wallet that would let more go than was shown',
    prevention: 'Every transaction of the dApp denies what it does not name, to the microSTX and the Wh.',
    elsewhere: 'e2e/src/honest.test.ts',
  },
  spoofing: {
    title: 'Events of others, and of transactions that failed',
    prevention:
      'The indexer heeds the contracts of its deployer only, and nothing of a transaction that did not succeed.',
    elsewhere: 'indexer/src/indexer.test.ts',
  },
} as const satisfies Record<string, Kind>;
export type Class = keyof typeof CLASSES;

/** An attack that the tests have tried, here and on a twin without its guards. */
export type Tried = { name: string; class: Class; code: string; contracts: string[] };

export const PAGE = new URL('../../docs/reference/attacks.md', import.meta.url);

const outcome = (code: string): string => {
  if (code === '0') return 'gains nothing';
  if (code === '128') return 'refused by the VM';
  const found = errors.find((error) => `${error.code}` === code || `${error.code}` === `${Number(code) % 10_000}`);
  return found ? `refused with ${found.name}, u${found.code}` : `refused with u${code}`;
};

/** The page of all that was tried, in the order of {@link CLASSES}. */
export function attacksText(tried: Tried[]): string {
  const kinds = Object.entries(CLASSES) as [Class, Kind][];
  const sections = kinds.map(([key, { title, prevention, elsewhere }]) => {
    const rows = tried
      .filter((one) => one.class === key)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, code, contracts }) => `- ${name}: ${outcome(code)} (${contracts.join(', ')})`);
    return [`## ${title}`, prevention, elsewhere ? `Tried in \`${elsewhere}\`.` : rows.join('\n')].join('\n\n');
  });
  return `${[
    '<!-- Generated by the contract tests. Do not edit: npm run costs -w @wattconnect/contracts. -->',
    '# Attacks',
    `${tried.length} attacks are tried twice each: on the contracts, where they fail as said here, and on a twin without the guard that stops them, where they succeed: so each of these tests can fail, and it is the guard that does it. In brackets is where the guard stands.`,
    ...sections,
  ].join('\n\n')}\n`;
}
