// The chain as a node tells it when asked. A push says that there is news; what is pulled here, checked by parent hashes, is the truth.
import { type Block, hash as checkedHash, MalformedBlock, whole } from './block.ts';
import { newBlock } from './new-block.ts';

export type Head = { height: number; hash: string };

/** A node that does not answer, or not as a node should. */
export class NodeUnreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NodeUnreachable';
  }
}

export type Source = {
  tip: () => Promise<Head>;
  /** Hash of the block that the node holds at a height; undefined above its tip. */
  hashAt: (height: number) => Promise<string | undefined>;
  /** A block by its hash; undefined when the node does not have it (any more). */
  block: (hash: string) => Promise<Block | undefined>;
  /** Height of the oldest block. */
  first: number;
};

const TIMEOUT_MS = 15_000;

/** Asks a node (`/v3/blocks/replay`) and the API beside it (`/extended/v2/blocks`). */
export function nodeSource(url: string, { first = 1, signal }: { first?: number; signal?: AbortSignal } = {}): Source {
  const get = async (path: string): Promise<unknown> => {
    let response: Response;
    try {
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      response = await fetch(new URL(path, url), { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch (error) {
      throw new NodeUnreachable(`${url} does not answer: ${error instanceof Error ? error.message : error}`);
    }
    if (response.status === 404) {
      await response.arrayBuffer();
      return undefined;
    }
    if (!response.ok) throw new NodeUnreachable(`${url}${path} answered ${response.status}.`);
    return response.json();
  };
  const head = (value: unknown): Head => {
    const body = (value ?? {}) as { height?: unknown; index_block_hash?: unknown };
    return { height: whole(body.height, 'height'), hash: checkedHash(body.index_block_hash, 'index_block_hash') };
  };
  return {
    first,
    tip: async () => {
      const value = await get('/extended/v2/blocks/latest');
      if (value === undefined) throw new NodeUnreachable(`${url} has no blocks.`);
      return head(value);
    },
    hashAt: async (height) => {
      const value = await get(`/extended/v2/blocks/${height}`);
      return value === undefined ? undefined : head(value).hash;
    },
    block: async (hash) => {
      const value = await get(`/v3/blocks/replay/${hash.replace(/^0x/, '')}`);
      if (value === undefined) return undefined;
      const block = newBlock(value);
      if (block.hash !== hash) throw new MalformedBlock(`The node was asked for ${hash} and gave ${block.hash}.`);
      return block;
    },
  };
}
