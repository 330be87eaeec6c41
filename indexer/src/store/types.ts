// What the indexer asks of a database, whichever it is.
import type { AnyRow, EntityName } from '../schema.ts';

/** End of a version that is still valid. */
export const OPEN = 2147483647;

export type BlockRow = {
  height: number;
  hash: string;
  parentHash: string;
  /** Unix seconds. */
  time: number;
  burnHeight: number;
  /** Of the views after this block. */
  digest: string;
};

/** At once, or when a database that is not in this process has answered. */
export type Maybe<T> = T | Promise<T>;

export type Change = { entity: EntityName; row: AnyRow };

/** A row as it was from one block up to another, which is no longer part of it. */
export type Version = Change & {
  from: number;
  to: number;
  /** There is a live version before it in the database, which ends where this one begins. */
  closes: boolean;
};

/** What is written at once, or not at all. */
export type Batch = {
  /** Take back everything above this height first. */
  keep?: number;
  blocks: BlockRow[];
  versions: Version[];
};

/** Rows as they were after one block. */
export type Reader = {
  get: (entity: EntityName, id: string) => AnyRow | undefined;
  /** Rows with these values, in no order. */
  where: (entity: EntityName, match: AnyRow) => AnyRow[];
};

/** A reader may say that a row has to be fetched first: the event is then handled again from its beginning. */
export class Missing extends Error {
  readonly load: () => Promise<void>;
  constructor(load: () => Promise<void>) {
    super('A row has to be fetched first.');
    this.load = load;
  }
}

/** Time for one question in the database. */
export const QUESTION_MS = 5000;

/** A question that the database has ended because it took too long. */
export class TooSlow extends Error {
  constructor() {
    super('The question took too long.');
    this.name = 'TooSlow';
  }
}

export type Sql = string | number | null;
export type Raw = Record<string, unknown>;

/** One consistent look at the database; nothing that is written meanwhile shows in it. */
export type Snapshot = {
  tip: BlockRow | undefined;
  blockAt: (height: number) => Maybe<BlockRow | undefined>;
  blockByHash: (hash: string) => Maybe<BlockRow | undefined>;
  all: (sql: string, values: readonly Sql[]) => Maybe<Raw[]>;
  close: () => void;
};

export type Store = {
  /** File that other processes can read; none when there is none. */
  readonly file: string | undefined;
  tip: () => BlockRow | undefined;
  blockAt: (height: number) => Maybe<BlockRow | undefined>;
  /** Those of these blocks that are here. */
  blocksByHash: (hashes: readonly string[]) => Maybe<ReadonlyMap<string, BlockRow>>;
  /** Rows as they were after the block at this height; of the tip without one. */
  reader: (height?: number) => Reader;
  commit: (batch: Batch) => Maybe<void>;
  snapshot: () => Maybe<Snapshot>;
  meta: (key: string) => string | undefined;
  setMeta: (key: string, value: string) => void;
  /** Bytes on disk. */
  size: () => number;
  close: () => Maybe<void>;
};

export function blockRow(raw: Raw | undefined): BlockRow | undefined {
  return (
    raw && {
      height: Number(raw.height),
      hash: String(raw.hash),
      parentHash: String(raw.parent_hash),
      time: Number(raw.time),
      burnHeight: Number(raw.burn_height),
      digest: String(raw.digest),
    }
  );
}

/** The database cannot be used as it is; the message says what to do. */
export class StoreError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreError';
  }
}
