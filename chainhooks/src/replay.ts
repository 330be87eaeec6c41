// Blocks as stacks-core replays them at /v3/blocks/replay. Events count within their transaction; the burn block stands elsewhere.
import { Cl } from '@stacks/transactions';
import { type Block, hash, hex, ranked, record, rows, text, whole } from './block.ts';
import { nodeEvent } from './new-block.ts';
import { said } from './transaction.ts';

/** @throws {MalformedBlock} */
export function replayedBlock(value: unknown, burn: Block['burn']): Block {
  const body = record(value, 'The block');
  return {
    height: whole(body.block_height, 'block_height'),
    hash: hash(body.block_id, 'block_id'),
    parentHash: hash(body.parent_block_id, 'parent_block_id'),
    time: whole(body.timestamp, 'timestamp'),
    burn,
    txs: rows(body.transactions, 'transactions')
      .map((tx) => ({
        id: hash(tx.txid, 'txid'),
        index: whole(tx.tx_index, 'tx_index'),
        ...said(text(tx.hex, 'hex')),
        ok: tx.post_condition_aborted !== true && !isError(hex(tx.result_hex, 'result_hex')),
        events: ranked(
          rows(tx.events, 'events').map((event) => ({
            index: whole(event.event_index, 'event_index'),
            event: nodeEvent(event),
          })),
        ),
      }))
      .sort((a, b) => a.index - b.index),
  };
}

/** An (err …) result: the transaction is in the block and changed nothing. */
function isError(result: string): boolean {
  try {
    return Cl.deserialize(result).type === 'err';
  } catch {
    return true;
  }
}
