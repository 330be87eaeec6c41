// Who is told of new blocks: the predicates that were registered, as with a Chainhook node, and event observers. Kept in a file of their own,
// with how far each has come.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, Chain, Receipt } from '../chain.ts';
import { SetupError } from '../errors.ts';
import { Follower } from './follower.ts';
import { chainhookBlock, newBlock } from './payloads.ts';
import { type Predicate, parsePredicate, wantsBlock, wantsTx } from './predicates.ts';

export type Registered = {
  predicate: Predicate;
  follower: Follower;
  /** Blocks that had something for it, and the last of them. */
  triggered: number;
  lastOccurrence: number | undefined;
  expired: boolean;
};

type Kept = {
  predicates: { original: unknown; cursor?: string; triggered: number }[];
  observers: Record<string, string>;
};

const BLOCKS_A_PAYLOAD = 50;
/** About two minutes. A subscriber that was given up can pull what it missed, and register again. */
const TRIES = 30;
const SAVE_EVERY_MS = 250;

export class Subscribers {
  readonly #chain: Chain;
  readonly #file: string | undefined;
  readonly #registered = new Map<string, Registered>();
  readonly #observers: { url: string; follower: Follower }[] = [];
  #saving: NodeJS.Timeout | undefined;

  /** @param folder where they are kept; without one they are forgotten at the end */
  constructor(chain: Chain, folder: string | undefined, observers: string[]) {
    this.#chain = chain;
    this.#file = folder && join(folder, 'subscribers.json');
    const kept = readKept(this.#file);
    for (const { original, cursor, triggered } of kept.predicates)
      this.#follow(parsePredicate(original), cursor, triggered);
    for (const base of observers) {
      const url = new URL('/new_block', base).href;
      const follower = new Follower(chain, {
        url,
        cursor: kept.observers[url],
        blocksAtOnce: 1,
        wholeForks: false,
        tries: Number.POSITIVE_INFINITY,
        body: ({ apply }) => newBlock(apply[0]!, chain.block(apply[0]!.parentHash)),
        advanced: () => this.#saveSoon(),
      });
      this.#observers.push({ url, follower });
    }
    chain.onChange((change) => {
      for (const { follower } of [...this.#registered.values(), ...this.#observers]) follower.tell(change);
    });
  }

  /** Begins to deliver what has been missed. */
  poke(): void {
    for (const { follower } of [...this.#registered.values(), ...this.#observers]) follower.poke();
  }

  register(predicate: Predicate): void {
    const { startBlock } = predicate;
    const before = startBlock === undefined ? this.#chain.tip : this.#chain.blockAt(startBlock - 1);
    const behindTip = startBlock !== undefined && startBlock > this.#chain.tip.height;
    const { follower } = this.#follow(predicate, behindTip ? this.#chain.tip.hash : before?.hash, 0);
    this.#save();
    follower.poke();
  }

  #follow(predicate: Predicate, cursor: string | undefined, triggered: number): Registered {
    const shown = (blocks: Block[]) =>
      blocks
        .filter((block) => isWanted(predicate, block))
        .map((block) => chainhookBlock(block, keep, predicate.decodeClarityValues));
    const keep = (receipt: Receipt) => wantsTx(predicate.ifThis, receipt);
    const follower = new Follower(this.#chain, {
      url: predicate.url,
      headers: predicate.authorization ? { authorization: predicate.authorization } : {},
      cursor,
      blocksAtOnce: BLOCKS_A_PAYLOAD,
      wholeForks: true,
      tries: TRIES,
      body: (change) => {
        const rollback = shown(change.rollback);
        const apply = shown(change.apply);
        if (rollback.length === 0 && apply.length === 0) return undefined;
        const { uuid, ifThis } = predicate;
        return { apply, rollback, events: [], chainhook: { uuid, predicate: ifThis, is_streaming_blocks: true } };
      },
      advanced: ({ apply }, told) => {
        if (told) {
          const hits = apply.filter((block) => isWanted(predicate, block));
          registered.triggered += hits.length;
          registered.lastOccurrence = hits.at(-1)?.height ?? registered.lastOccurrence;
        }
        const last = apply.at(-1)!.height;
        const { expireAfter = Number.POSITIVE_INFINITY, endBlock = Number.POSITIVE_INFINITY } = predicate;
        if (registered.triggered >= expireAfter || last >= endBlock) {
          registered.expired = true;
          follower.close();
        }
        this.#saveSoon();
      },
    });
    const expired = triggered >= (predicate.expireAfter ?? Number.POSITIVE_INFINITY);
    const registered: Registered = { predicate, follower, triggered, lastOccurrence: undefined, expired };
    if (expired) follower.close();
    this.#registered.set(predicate.uuid, registered);
    return registered;
  }

  remove(uuid: string): boolean {
    const found = this.#registered.get(uuid);
    if (!found) return false;
    found.follower.close();
    this.#registered.delete(uuid);
    this.#save();
    return true;
  }
  get(uuid: string): Registered | undefined {
    return this.#registered.get(uuid);
  }
  list(): Registered[] {
    return [...this.#registered.values()];
  }
  observers() {
    return this.#observers.map(({ url, follower }) => ({ url, ...follower.status, behind: follower.behind }));
  }

  close(): void {
    for (const { follower } of [...this.#registered.values(), ...this.#observers]) follower.close();
    this.#save();
  }

  #saveSoon(): void {
    this.#saving ??= setTimeout(() => this.#save(), SAVE_EVERY_MS).unref();
  }

  /** How far somebody has come may be a little out of date: blocks are then told twice, never left out. */
  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    if (!this.#file) return;
    const kept: Kept = {
      predicates: this.list().map(({ predicate, follower: { cursor }, triggered }) => ({
        original: predicate.original,
        ...(cursor !== undefined && { cursor }),
        triggered,
      })),
      observers: Object.fromEntries(
        this.#observers.flatMap(({ url, follower: { cursor } }) => (cursor === undefined ? [] : [[url, cursor]])),
      ),
    };
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify(kept), { flush: true });
    renameSync(next, this.#file);
  }
}

function readKept(file: string | undefined): Kept {
  if (!file || !existsSync(file)) return { predicates: [], observers: {} };
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch (error) {
    throw new SetupError(`${file} is damaged: delete it, and let subscribers register again.`, { cause: error });
  }
}

function isWanted({ ifThis, startBlock = 0, endBlock }: Predicate, block: Block): boolean {
  if (block.height < startBlock || (endBlock !== undefined && block.height > endBlock)) return false;
  return ifThis.scope === 'block_height'
    ? wantsBlock(ifThis, block)
    : block.receipts.some((receipt) => wantsTx(ifThis, receipt));
}
