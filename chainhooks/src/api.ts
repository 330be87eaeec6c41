// The Stacks API, through its own client: what anybody can ask, without a node of their own.
import { createClient } from '@stacks/blockchain-api-client';
import {
  type Block,
  type BlockTx,
  hash as checkedHash,
  hex,
  MalformedBlock,
  movement,
  type Row,
  ranked,
  record,
  rows,
  text,
  type Unranked,
  whole,
} from './block.ts';
import {
  type Head,
  patientFetch,
  readAnswer,
  type Source,
  type SourceOptions,
  SourceUnreachable,
  walk,
} from './source.ts';

/** The most that the API gives at once. */
const TXS_A_PAGE = 50;
const EVENTS_A_PAGE = 100;

/** The API's chain, block by block. */
export function apiSource(url: string, { first = 1, signal }: SourceOptions = {}): Source {
  const client = createClient({ baseUrl: url.replace(/\/$/, ''), fetch: patientFetch(signal) });
  /** Undefined for what the API does not know. The client's types say what it should send; the checks are ours. */
  const read = async (asked: Promise<{ data?: unknown; response: Response }>): Promise<unknown> => {
    const { data, response } = await readAnswer(url, asked);
    return response.status === 404 ? undefined : data;
  };
  const block = (height_or_hash: string | number) =>
    read(client.GET('/extended/v2/blocks/{height_or_hash}', { params: { path: { height_or_hash } } }));
  const head = (value: unknown): Head => {
    const body = record(value, 'The block');
    return { height: whole(body.height, 'height'), hash: checkedHash(body.index_block_hash, 'index_block_hash') };
  };

  const transactions = async (hash: string): Promise<Row[] | undefined> => {
    const all: Row[] = [];
    for (;;) {
      const page = await read(
        client.GET('/extended/v2/blocks/{height_or_hash}/transactions', {
          params: { path: { height_or_hash: hash }, query: { limit: TXS_A_PAGE, offset: all.length } },
        }),
      );
      if (page === undefined) return undefined;
      const { results, total } = record(page, 'The transactions');
      const found = rows(results, 'results');
      all.push(...found);
      if (all.length >= whole(total, 'total')) return all;
      if (found.length === 0) throw new MalformedBlock('The API stopped in the middle of a block.');
    }
  };
  const events = async (id: string, count: number): Promise<Row[] | undefined> => {
    const all: Row[] = [];
    while (all.length < count) {
      const page = await read(
        client.GET('/extended/v1/tx/{tx_id}', {
          params: { path: { tx_id: id }, query: { event_limit: EVENTS_A_PAGE, event_offset: all.length } },
        }),
      );
      if (page === undefined) return undefined;
      const found = rows(record(page, 'The transaction').events, 'events');
      if (found.length === 0) throw new MalformedBlock('The API stopped in the middle of a transaction.');
      all.push(...found);
    }
    return all;
  };
  const txOf = async (row: Row): Promise<BlockTx | undefined> => {
    const id = checkedHash(row.tx_id, 'tx_id');
    const count = whole(row.event_count, 'event_count');
    const found = count === 0 ? [] : await events(id, count);
    if (!found) return undefined;
    return {
      id,
      index: whole(row.tx_index, 'tx_index'),
      sender: text(row.sender_address, 'sender_address'),
      ok: row.tx_status === 'success',
      ...callOf(row),
      events: ranked(found.map((event) => ({ index: whole(event.event_index, 'event_index'), event: eventOf(event) }))),
    };
  };

  return {
    name: `${url} (API)`,
    first,
    tip: async () => {
      const value = await block('latest');
      if (value === undefined) throw new SourceUnreachable(`${url} has no blocks.`);
      return head(value);
    },
    hashAt: async (height) => {
      const value = await block(height);
      return value === undefined ? undefined : head(value).hash;
    },
    block: async (hash): Promise<Block | undefined> => {
      const value = await block(hash);
      if (value === undefined) return undefined;
      const body = record(value, 'The block');
      // The API keeps what a fork left behind.
      if (body.canonical !== true) return undefined;
      const { height, hash: found } = head(body);
      if (found !== hash) throw new MalformedBlock(`The API was asked for ${hash} and gave ${found}.`);
      const txs: BlockTx[] = [];
      for (const row of (await transactions(hash)) ?? []) {
        const tx = await txOf(row);
        if (!tx) return undefined; // gone in the meantime
        txs.push(tx);
      }
      if (txs.length !== whole(body.tx_count, 'tx_count')) return undefined;
      return {
        height,
        hash,
        parentHash: checkedHash(body.parent_index_block_hash, 'parent_index_block_hash'),
        time: whole(body.block_time ?? body.burn_block_time, 'block_time'),
        burn: {
          height: whole(body.burn_block_height, 'burn_block_height'),
          hash: checkedHash(body.burn_block_hash, 'burn_block_hash'),
        },
        txs: txs.sort((a, b) => a.index - b.index),
      };
    },
  };
}

/** The chain as the API tells it, from the block after `from` to its tip. */
export function pullFromApi({ url, from, signal }: { url: string; from?: Head; signal?: AbortSignal }) {
  return walk(apiSource(url, signal ? { signal } : {}), from);
}

function callOf(row: Row): Pick<BlockTx, 'fn'> {
  if (row.tx_type !== 'contract_call') return {};
  const call = record(row.contract_call, 'contract_call');
  return {
    fn: {
      contract: text(call.contract_id, 'contract_id'),
      name: text(call.function_name, 'function_name'),
      args: rows(call.function_args ?? [], 'function_args').map((arg) => hex(arg.hex, 'An argument')),
    },
  };
}

const TOKEN: Record<string, string> = { stx_asset: 'stx', fungible_token_asset: 'ft', non_fungible_token_asset: 'nft' };

function eventOf(event: Row): Unranked {
  const type = text(event.event_type, 'event_type');
  if (type === 'smart_contract_log') {
    const log = record(event.contract_log, 'contract_log');
    return {
      type: 'print',
      contract: text(log.contract_id, 'contract_id'),
      hex: hex(record(log.value, 'value').hex, 'value.hex'),
    };
  }
  if (type === 'stx_lock') return movement('stx_lock', record(event.stx_lock_event, type));
  const token = TOKEN[type];
  if (token === undefined) return { type: 'other' };
  const asset = record(event.asset, 'asset');
  const action = text(asset.asset_event_type, 'asset_event_type');
  if (!['transfer', 'mint', 'burn'].includes(action)) return { type: 'other' };
  return movement(`${token}_${action}`, {
    // The API writes an empty text where a mint has no sender, and a burn no recipient.
    ...(asset.sender !== '' && { sender: asset.sender }),
    ...(asset.recipient !== '' && { recipient: asset.recipient }),
    ...(asset.asset_id !== undefined && { asset_identifier: asset.asset_id }),
    ...(asset.amount !== undefined && { amount: asset.amount }),
    ...(asset.value !== undefined && { raw_value: record(asset.value, 'value').hex }),
  });
}
