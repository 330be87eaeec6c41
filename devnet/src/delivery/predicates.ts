// Predicates as a Chainhook node takes them: what a subscriber wants to hear, and where.
import type { Block, Receipt } from '../chain.ts';
import { BadRequest } from '../errors.ts';
import { reprOf } from '../transactions.ts';

type Blocks = { equals?: number; higher_than?: number; lower_than?: number; between?: [number, number] };
export type IfThis =
  | ({ scope: 'block_height' } & Blocks)
  | { scope: 'contract_deployment'; deployer: string }
  | { scope: 'contract_call'; contract_identifier: string; method: string }
  | { scope: 'print_event'; contract_identifier: string; contains?: string; matches_regex?: string }
  | { scope: 'ft_event' | 'nft_event'; asset_identifier: string; actions: string[] }
  | { scope: 'stx_event'; actions: string[] }
  | { scope: 'txid'; equals: string };

export type Predicate = {
  uuid: string;
  name: string;
  chain: 'stacks';
  network: string;
  startBlock: number | undefined;
  endBlock: number | undefined;
  /** Blocks with something for it after which it ends. */
  expireAfter: number | undefined;
  /** Whether events carry values as JSON; else as hex. */
  decodeClarityValues: boolean;
  ifThis: IfThis;
  url: string;
  authorization: string;
  /** As registered, to be listed again. */
  original: Record<string, unknown>;
};

const NETWORKS = ['devnet', 'simnet', 'testnet'];
const MAX_PATTERN = 256;
const REQUIRED: Record<string, string[]> = {
  block_height: [],
  contract_deployment: ['deployer'],
  contract_call: ['contract_identifier', 'method'],
  print_event: ['contract_identifier'],
  ft_event: ['asset_identifier', 'actions'],
  nft_event: ['asset_identifier', 'actions'],
  stx_event: ['actions'],
  txid: ['equals'],
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const wholeOrNothing = (value: unknown, name: string): number | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new BadRequest(`${name} is a whole number.`);
  return value;
};

function checkPattern(pattern: unknown): void {
  if (pattern === undefined) return;
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN)
    throw new BadRequest(`if_this.matches_regex is a text of at most ${MAX_PATTERN} characters.`);
  try {
    new RegExp(pattern);
  } catch {
    throw new BadRequest('if_this.matches_regex is no regular expression.');
  }
}

function checkHeights({ scope, equals, higher_than, lower_than, between }: Record<string, unknown>): void {
  if (scope !== 'block_height') return;
  const isHeight = (value: unknown) => value === undefined || Number.isInteger(value);
  const isRange =
    between === undefined || (Array.isArray(between) && between.length === 2 && between.every(Number.isInteger));
  if (![equals, higher_than, lower_than].every(isHeight) || !isRange)
    throw new BadRequest('Block heights are whole numbers.');
}

/** @throws {BadRequest} that names what is missing */
export function parsePredicate(body: unknown): Predicate {
  if (!isRecord(body)) throw new BadRequest('A predicate is a JSON object.');
  const { uuid, name, chain, networks } = body;
  if (typeof uuid !== 'string' || !/^[0-9a-zA-Z-]{1,64}$/.test(uuid))
    throw new BadRequest('uuid is missing or malformed.');
  if (typeof name !== 'string' || name.length > 256) throw new BadRequest('name is missing or too long.');
  if (chain !== 'stacks') throw new BadRequest('chain must be "stacks": this node follows no other.');
  if (!isRecord(networks)) throw new BadRequest('networks is missing.');
  const network = NETWORKS.find((known) => isRecord(networks[known]));
  if (!network) throw new BadRequest(`networks must hold one of ${NETWORKS.join(', ')}.`);
  const spec = networks[network] as Record<string, unknown>;
  const ifThis = spec.if_this;
  if (!isRecord(ifThis) || typeof ifThis.scope !== 'string') throw new BadRequest('if_this.scope is missing.');
  const required = REQUIRED[ifThis.scope];
  if (!required) throw new BadRequest(`if_this.scope "${ifThis.scope.slice(0, 40)}" is not known.`);
  for (const field of required) {
    const value = ifThis[field];
    if (typeof value !== 'string' && !(field === 'actions' && Array.isArray(value)))
      throw new BadRequest(`if_this.${field} is missing.`);
  }
  checkPattern(ifThis.matches_regex);
  checkHeights(ifThis);
  const post = isRecord(spec.then_that) ? spec.then_that.http_post : undefined;
  if (
    !isRecord(post) ||
    typeof post.url !== 'string' ||
    !URL.canParse(post.url) ||
    !/^https?:$/.test(new URL(post.url).protocol)
  ) {
    throw new BadRequest('then_that.http_post.url is missing or no http address.');
  }
  return {
    uuid,
    name,
    chain: 'stacks',
    network,
    startBlock: wholeOrNothing(spec.start_block, 'start_block'),
    endBlock: wholeOrNothing(spec.end_block, 'end_block'),
    expireAfter: wholeOrNothing(spec.expire_after_occurrence, 'expire_after_occurrence'),
    decodeClarityValues: spec.decode_clarity_values !== false,
    ifThis: ifThis as IfThis,
    url: post.url,
    authorization: typeof post.authorization_header === 'string' ? post.authorization_header : '',
    original: body,
  };
}

/** Whether the block as a whole is of interest: only for predicates about heights. */
export function wantsBlock(ifThis: IfThis, { height }: Block): boolean {
  if (ifThis.scope !== 'block_height') return false;
  if (ifThis.equals !== undefined && height !== ifThis.equals) return false;
  if (ifThis.higher_than !== undefined && height <= ifThis.higher_than) return false;
  if (ifThis.lower_than !== undefined && height >= ifThis.lower_than) return false;
  return ifThis.between === undefined || (height >= ifThis.between[0] && height <= ifThis.between[1]);
}

export function wantsTx(ifThis: IfThis, { tx, status, events }: Receipt): boolean {
  const { payload } = tx;
  const touched = (prefix: string, asset?: string, actions: string[] = []) =>
    events.some(
      ({ event, data }) =>
        event.startsWith(prefix) &&
        (asset === undefined || data.asset_identifier === asset) &&
        actions.some((action) => event === `${prefix}${action}_event`),
    );
  switch (ifThis.scope) {
    case 'block_height':
      return true;
    case 'contract_deployment':
      return (
        status === 'success' && payload.type === 'deploy' && (ifThis.deployer === '*' || tx.sender === ifThis.deployer)
      );
    case 'contract_call':
      return payload.type === 'call' && payload.contract === ifThis.contract_identifier && payload.fn === ifThis.method;
    case 'print_event':
      return events.some(({ event, data }) => event === 'print_event' && wantsPrint(ifThis, data));
    case 'ft_event':
      return touched('ft_', ifThis.asset_identifier, ifThis.actions);
    case 'nft_event':
      return touched('nft_', ifThis.asset_identifier, ifThis.actions);
    case 'stx_event':
      return touched('stx_', undefined, ifThis.actions);
    case 'txid':
      return tx.txid === ifThis.equals;
  }
}

type PrintEvent = IfThis & { scope: 'print_event' };

/** The text that is looked at is the value as Clarity writes it. */
function wantsPrint(
  { contract_identifier, contains, matches_regex }: PrintEvent,
  data: Record<string, unknown>,
): boolean {
  if (contract_identifier !== '*' && data.contract_identifier !== contract_identifier) return false;
  const value = () => reprOf(String(data.raw_value));
  if (matches_regex !== undefined) return new RegExp(matches_regex).test(value());
  return contains === undefined || contains === '*' || value().includes(contains);
}
