// Webhook bodies of Chainhooks 2.0. They hold the transactions that a filter has found, not whole blocks, and count operations where a node counts
// events: nothing can be indexed from them. They say which blocks are new and which are gone, and the blocks are pulled.
import { hash, type Row, record, rows, text, whole } from './block.ts';
import type { Head } from './source.ts';

export type News = {
  rollback: Head[];
  apply: Head[];
  /** Name of the hook that found something. */
  hook: string;
};

/** @throws {MalformedBlock} */
export function chainhooks2(payload: unknown): News {
  const body = record(payload, 'The payload');
  const event = record(body.event, 'event');
  if (text(event.chain, 'event.chain') !== 'stacks') return { rollback: [], apply: [], hook: '' };
  return {
    rollback: rows(event.rollback, 'event.rollback').map(headOf),
    apply: rows(event.apply, 'event.apply').map(headOf),
    hook: text(record(body.chainhook, 'chainhook').name, 'chainhook.name'),
  };
}

function headOf(block: Row): Head {
  const { index, hash: found } = record(block.block_identifier, 'block_identifier');
  return { height: whole(index, 'block_identifier.index'), hash: hash(found, 'block_identifier.hash') };
}
