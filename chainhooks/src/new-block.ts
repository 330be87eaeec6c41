// Blocks as a Stacks node posts them to event observers, at /new_block.
import {
  type Block,
  hash,
  hex,
  movement,
  type Row,
  ranked,
  record,
  rows,
  text,
  type Unranked,
  whole,
} from './block.ts';
import { said } from './transaction.ts';

/** @throws {MalformedBlock} */
export function newBlock(value: unknown): Block {
  const body = record(value, 'The block');
  const byTx = new Map<string, { index: number; event: Unranked }[]>();
  for (const event of rows(body.events, 'events')) {
    if (event.committed === false) continue;
    const id = hash(event.txid, 'event.txid');
    const list = byTx.get(id) ?? [];
    byTx.set(id, list);
    list.push({ index: whole(event.event_index, 'event_index'), event: nodeEvent(event) });
  }
  return {
    height: whole(body.block_height, 'block_height'),
    hash: hash(body.index_block_hash, 'index_block_hash'),
    parentHash: hash(body.parent_index_block_hash, 'parent_index_block_hash'),
    time: whole(body.block_time ?? body.burn_block_time, 'block_time'),
    burn: {
      height: whole(body.burn_block_height, 'burn_block_height'),
      hash: hash(body.burn_block_hash, 'burn_block_hash'),
    },
    txs: rows(body.transactions, 'transactions')
      .map((tx) => {
        const id = hash(tx.txid, 'txid');
        return {
          id,
          index: whole(tx.tx_index, 'tx_index'),
          ...said(text(tx.raw_tx, 'raw_tx')),
          ok: tx.status === 'success',
          events: ranked(byTx.get(id) ?? []),
        };
      })
      .sort((a, b) => a.index - b.index),
  };
}

/** An event as the node writes it, to observers and when it replays a block. */
export function nodeEvent(event: Row): Unranked {
  const type = text(event.type, 'event.type');
  if (type === 'contract_event') {
    const data = record(event.contract_event, type);
    return {
      type: 'print',
      contract: text(data.contract_identifier, 'contract_identifier'),
      hex: hex(data.raw_value, 'raw_value'),
    };
  }
  const parts = /^(stx|ft|nft)_(transfer|mint|burn|lock)_event$/.exec(type);
  if (!parts) return { type: 'other' };
  return movement(`${parts[1]}_${parts[2]}`, record(event[type], type));
}
