// One question: a consistent look at the views, what it may still cost, and rows that are fetched together.
import DataLoader from 'dataloader';
import { type Entity, type EntityName, entityOf } from '../schema.ts';
import type { Signer } from '../signer.ts';
import type { At } from '../store/layout.ts';
import { type BlockRow, type Maybe, QUESTION_MS, type Raw, type Snapshot, type Sql, TooSlow } from '../store/types.ts';
import { bad, idsSql, listsSql, MAX_FIRST, MAX_SKIP, type Query, selectSql, storable, type Where } from './sql.ts';

export type BlockArgument = { number?: number | null; hash?: string | null; number_gte?: number | null };
/** A row as the database has it, and the height at which it was asked for. */
export type Found = { raw: Raw; height: number };

/** Rows that one question may read in all. */
const MAX_ROWS = 20_000;
const IDS_AT_ONCE = 500;
/** Time that one question may spend in the database, and after which others have their turn. */
const TURN_MS = 20;
const tooSlow = () => bad('This takes too long. Ask for less, or by what is indexed: ids and references.');
const othersTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

export class Question {
  readonly #open: () => Maybe<Snapshot>;
  #snapshot: Promise<Snapshot> | undefined;
  #closed = false;
  readonly hasErrors: boolean;
  readonly signer: Signer | undefined;
  readonly #first: number;
  readonly #loaders = new Map<string, DataLoader<string, Raw | null>>();
  readonly #lists = new Map<string, DataLoader<string, Raw[]>>();
  #left = MAX_ROWS;
  #ms = 0;
  #turn = 0;

  /**
   * @param open opens a look at the views, once something is asked of them
   * @param first height of the first block of the views
   */
  constructor(
    open: () => Maybe<Snapshot>,
    { first, hasErrors, signer }: { first: number; hasErrors: boolean; signer?: Signer | undefined },
  ) {
    this.signer = signer;
    this.#open = open;
    this.#first = first;
    this.hasErrors = hasErrors;
  }

  get snapshot(): Promise<Snapshot> {
    if (this.#closed) return Promise.reject(new Error('The question has been answered.'));
    this.#snapshot ??= Promise.resolve(this.#open());
    return this.#snapshot;
  }
  /** Hash of the newest block when it was asked; none when nothing was looked up. */
  async seen(): Promise<string | undefined> {
    return (await this.#snapshot?.catch(() => undefined))?.tip?.hash;
  }
  close(): void {
    this.#closed = true;
    this.#snapshot?.then(
      (snapshot) => snapshot.close(),
      () => undefined,
    );
  }
  async #all(sql: string, values: readonly Sql[]): Promise<Raw[]> {
    const snapshot = await this.snapshot;
    if (this.#closed) throw new Error('The question has been answered.');
    if (this.#ms > QUESTION_MS) throw tooSlow();
    const began = performance.now();
    try {
      return this.#spend(await snapshot.all(sql, values));
    } catch (error) {
      throw error instanceof TooSlow ? tooSlow() : error;
    } finally {
      const took = performance.now() - began;
      this.#ms += took;
      this.#turn += took;
      if (this.#turn > TURN_MS) {
        this.#turn = 0;
        await othersTurn();
      }
    }
  }

  async #tip(): Promise<BlockRow> {
    const { tip } = await this.snapshot;
    if (!tip) throw bad('There is no block here yet. Ask again in a moment.');
    return tip;
  }

  /** The height that a question is about. */
  async heightOf(block: BlockArgument | null | undefined): Promise<number> {
    const tip = await this.#tip();
    if (typeof block?.hash === 'string') {
      const found = await (await this.snapshot).blockByHash(storable(block.hash).toLowerCase());
      if (!found) throw bad(`Block ${block.hash.slice(0, 80)} is not known here, or not any more.`);
      return found.height;
    }
    const height = block?.number ?? tip.height;
    const wanted = block?.number_gte ?? height;
    if (Math.max(height, wanted) > tip.height)
      throw bad(`Block ${Math.max(height, wanted)} is not here yet: the newest is ${tip.height}.`);
    if (height < this.#first) throw bad(`These views begin with block ${this.#first}.`);
    return height;
  }

  async #at(height: number): Promise<At> {
    return { height, live: height >= (await this.#tip()).height };
  }

  #spend(rows: Raw[]): Raw[] {
    this.#left -= rows.length;
    if (this.#left < 0) throw bad(`This asks for too much: at most ${MAX_ROWS} rows at once.`);
    return rows;
  }

  one(entity: EntityName, height: number, id: string): Promise<Found | null> {
    const key = `${entity} ${height}`;
    let loader = this.#loaders.get(key);
    if (!loader) {
      loader = new DataLoader(
        async (ids) => {
          const { sql, values } = idsSql(entity, ids, await this.#at(height));
          const found = new Map((await this.#all(sql, values)).map((raw) => [raw.id, raw]));
          return ids.map((one) => found.get(one) ?? null);
        },
        { maxBatchSize: IDS_AT_ONCE },
      );
      this.#loaders.set(key, loader);
    }
    return loader.load(storable(id)).then((raw) => raw && { raw, height });
  }

  async list(entity: EntityName, height: number, args: Record<string, unknown>): Promise<Found[]> {
    const { sql, values } = selectSql(entity, queryOf(args), await this.#at(height));
    return (await this.#all(sql, values)).map((raw) => ({ raw, height }));
  }

  /** The rows that point to one row. What several rows ask for in the same way is read together. */
  async derived(
    owner: EntityName,
    name: string,
    { raw, height }: Found,
    args: Record<string, unknown>,
  ): Promise<Found[]> {
    const { derived = {} }: Entity = entityOf(owner);
    const { entity: other, field } = derived[name]!;
    const entity = other as EntityName;
    const id = String(raw.id);
    if (typeof field !== 'string') {
      const where = { or: field.map((back) => ({ [back]: id })) };
      return this.list(entity, height, {
        ...args,
        where: args.where ? { and: [where, args.where] } : where,
      });
    }
    const key = `${owner} ${name} ${height} ${JSON.stringify(args)}`;
    let loader = this.#lists.get(key);
    if (!loader) {
      const query = queryOf(args);
      loader = new DataLoader(
        async (ids) => {
          const { sql, values } = listsSql(entity, field, ids, query, await this.#at(height));
          const lists = new Map<unknown, Raw[]>(ids.map((one) => [one, []]));
          for (const row of await this.#all(sql, values)) lists.get(row.owner)!.push(row);
          return ids.map((one) => lists.get(one)!);
        },
        { maxBatchSize: IDS_AT_ONCE },
      );
      this.#lists.set(key, loader);
    }
    return (await loader.load(id)).map((row) => ({ raw: row, height }));
  }
}

function queryOf(args: Record<string, unknown>): Query {
  const first = (args.first as number | null | undefined) ?? 100;
  const skip = (args.skip as number | null | undefined) ?? 0;
  if (first < 0 || first > MAX_FIRST) throw bad(`first lies between 0 and ${MAX_FIRST}.`);
  if (skip < 0 || skip > MAX_SKIP)
    throw bad(`skip lies between 0 and ${MAX_SKIP}: ask on from the last id with id_gt.`);
  return {
    first,
    skip,
    orderBy: (args.orderBy as string | null | undefined) ?? undefined,
    orderDirection: (args.orderDirection as 'asc' | 'desc' | null | undefined) ?? 'asc',
    where: (args.where as Where | null | undefined) ?? undefined,
  };
}
