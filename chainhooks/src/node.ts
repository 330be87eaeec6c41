// A Stacks node that replays blocks (/v3/blocks/replay), with the API beside it for heights. A real node replays only for whoever has its password.
import { type Block, hash as checkedHash, MalformedBlock, record, whole } from './block.ts';
import { newBlock } from './new-block.ts';
import { replayedBlock } from './replay.ts';
import { type Head, patientFetch, readAnswer, type Source, type SourceOptions, SourceUnreachable } from './source.ts';

export type NodeOptions = SourceOptions & {
  /** The node's `auth_token`, for its replay route. */
  password?: string;
};

export function nodeSource(url: string, { first = 1, signal, password }: NodeOptions = {}): Source {
  const fetcher = patientFetch(signal);
  const headers = password === undefined ? {} : { authorization: password };
  const get = async (path: string): Promise<unknown> => {
    const response = await fetcher(new URL(path, url), { headers });
    const known = response.status !== 404;
    const body = await readAnswer(response.url, known ? response.json() : response.text());
    return known ? body : undefined;
  };
  const head = (value: unknown): Head => {
    const body = record(value, 'The block');
    return { height: whole(body.height, 'height'), hash: checkedHash(body.index_block_hash, 'index_block_hash') };
  };
  return {
    name: `${url} (replay)`,
    first,
    tip: async () => {
      const value = await get('/extended/v2/blocks/latest');
      if (value === undefined) throw new SourceUnreachable(`${url} has no blocks.`);
      return head(value);
    },
    hashAt: async (height) => {
      const value = await get(`/extended/v2/blocks/${height}`);
      return value === undefined ? undefined : head(value).hash;
    },
    block: async (hash) => {
      const value = await get(`/v3/blocks/replay/${hash.replace(/^0x/, '')}`);
      if (value === undefined) return undefined;
      const block = await blockOf(value, get);
      if (block.hash !== hash) throw new MalformedBlock(`The node was asked for ${hash} and gave ${block.hash}.`);
      return block;
    },
  };
}

/** Some nodes replay a block in the form in which they post it; stacks-core has a form of its own, without the burn block. */
async function blockOf(value: unknown, get: (path: string) => Promise<unknown>): Promise<Block> {
  const body = record(value, 'The block');
  if (body.index_block_hash !== undefined) return newBlock(body);
  const tenure = checkedConsensus(body.consensus_hash);
  const found = await get(`/v3/sortitions/consensus/${tenure}`);
  const sortition = record(Array.isArray(found) ? found[0] : found, 'The sortition');
  return replayedBlock(body, {
    height: whole(sortition.burn_block_height, 'burn_block_height'),
    hash: checkedHash(sortition.burn_block_hash, 'burn_block_hash'),
  });
}

function checkedConsensus(value: unknown): string {
  if (typeof value !== 'string' || !/^(0x)?[0-9a-f]{40}$/.test(value))
    throw new MalformedBlock('consensus_hash is no hash.');
  return value.replace(/^0x/, '');
}
