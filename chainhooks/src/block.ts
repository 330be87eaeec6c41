// One block as every source gives it. Identity is the index block hash; heights are for people. Amounts stay texts, Clarity values stay hex.

export type BlockEvent =
  | { rank: number; type: 'print'; contract: string; hex: string }
  | {
      rank: number;
      /** `other`: a kind that this version does not know. It keeps its rank, so that what comes after it has the right one. */
      type: `${'stx' | 'ft' | 'nft'}_${'transfer' | 'mint' | 'burn'}` | 'stx_lock' | 'other';
      asset?: string;
      from?: string;
      to?: string;
      /** Decimal text; for NFTs the item's hex stands in `hex`. */
      amount?: string;
      hex?: string;
    };
/** An event without its rank: what the adapters make of what a source says. */
export type Unranked = DistributiveOmit<BlockEvent, 'rank'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type BlockTx = {
  id: string;
  index: number;
  /** Empty for operations of the burn chain, which nobody signed here. */
  sender: string;
  /** Succeeded: what it printed has happened. */
  ok: boolean;
  /** What it calls; arguments in hex, exactly as signed. */
  fn?: { contract: string; name: string; args: string[] };
  /** Ranked from 0 within the transaction, in order. */
  events: BlockEvent[];
};

export type Block = {
  height: number;
  /** Index block hash: unique for each fork. */
  hash: string;
  parentHash: string;
  /** Unix seconds. */
  time: number;
  burn: { height: number; hash: string };
  txs: BlockTx[];
};

/** A payload, row or field that is not what its source should send. */
export class MalformedBlock extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedBlock';
  }
}

export type Row = Record<string, unknown>;

/** Twice the largest transaction, in hex. */
const MAX_TEXT = 4_400_000;
const MAX_ROWS = 100_000;

export function record(value: unknown, what: string): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedBlock(`${what} is missing.`);
  return value as Row;
}
export function rows(value: unknown, what: string): Row[] {
  if (!Array.isArray(value) || value.length > MAX_ROWS) throw new MalformedBlock(`${what} is no list.`);
  return value.map((row) => record(row, what));
}
export function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT) throw new MalformedBlock(`${what} is no text.`);
  return value;
}
export function whole(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedBlock(`${what} is no whole number.`);
  return value;
}
/** Lower-case hex with 0x. */
export function hex(value: unknown, what: string): string {
  const given = text(value, what);
  const bare = (/^0x/i.test(given) ? given.slice(2) : given).toLowerCase();
  if (bare.length % 2 !== 0 || /[^0-9a-f]/.test(bare)) throw new MalformedBlock(`${what} is no hexadecimal text.`);
  return `0x${bare}`;
}
/** A hash of 32 bytes. */
export function hash(value: unknown, what: string): string {
  const found = hex(value, what);
  if (found.length !== 66) throw new MalformedBlock(`${what} is no hash.`);
  return found;
}
/** Sources write amounts as texts, some as numbers while they are small. */
function amountOf(value: unknown): string {
  if (typeof value === 'number') return String(whole(value, 'An amount'));
  const found = text(value, 'An amount');
  if (!/^\d{1,39}$/.test(found)) throw new MalformedBlock('An amount is no whole number.');
  return found;
}
const present = (value: unknown): boolean => value !== undefined && value !== null;

/** A token that moved. Drops what is not there, so that equal blocks are equal in every detail. */
export function movement(type: string, data: Row): Unranked {
  const from = data.sender ?? data.locked_address;
  const to = data.recipient;
  // Chainhook calls the class of an NFT so, and its item `asset_identifier`.
  const asset = data.asset_class_identifier ?? data.asset_identifier;
  const amount = data.amount ?? data.locked_amount;
  const item = data.raw_value ?? data.hex_asset_identifier;
  return {
    type: type as Exclude<BlockEvent['type'], 'print'>,
    ...(present(asset) && { asset: text(asset, 'An asset') }),
    ...(present(from) && { from: text(from, 'A sender') }),
    ...(present(to) && { to: text(to, 'A recipient') }),
    ...(present(amount) && { amount: amountOf(amount) }),
    ...(present(item) && { hex: hex(item, 'An item') }),
  };
}

/** Events in the order of their index, ranked anew within their transaction: some sources count through the block, and some list in no order. */
export function ranked(events: { index: number; event: Unranked }[]): BlockEvent[] {
  return events.sort((a, b) => a.index - b.index).map(({ event }, rank) => ({ rank, ...event }));
}
