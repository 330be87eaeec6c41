// Payloads of a Chainhook v1 node. A fork comes as one payload: rollback newest first, apply oldest first.
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

export type Delivery = { rollback: Block[]; apply: Block[] };

/** @throws {MalformedBlock} */
export function chainhookV1(payload: unknown): Delivery {
  const body = record(payload, 'The payload');
  return {
    rollback: rows(body.rollback, 'rollback').map(chainhookV1Block),
    apply: rows(body.apply, 'apply').map(chainhookV1Block),
  };
}

/** @throws {MalformedBlock} */
function chainhookV1Block(value: unknown): Block {
  const body = record(value, 'The block');
  const id = record(body.block_identifier, 'block_identifier');
  const parent = record(body.parent_block_identifier, 'parent_block_identifier');
  const metadata = record(body.metadata, 'metadata');
  const anchor = record(metadata.bitcoin_anchor_block_identifier, 'bitcoin_anchor_block_identifier');
  return {
    height: whole(id.index, 'block_identifier.index'),
    hash: hash(id.hash, 'block_identifier.hash'),
    parentHash: hash(parent.hash, 'parent_block_identifier.hash'),
    // `timestamp` is the parent burn block's; blocks before Nakamoto have no time of their own.
    time: whole(metadata.block_time ?? body.timestamp, 'block_time'),
    burn: { height: whole(anchor.index, 'burn height'), hash: hash(anchor.hash, 'burn hash') },
    txs: rows(body.transactions, 'transactions')
      .map((tx, at) => {
        const meta = record(tx.metadata, 'transaction.metadata');
        const receipt = record(meta.receipt, 'receipt');
        return {
          id: hash(record(tx.transaction_identifier, 'transaction_identifier').hash, 'transaction hash'),
          index: positionOf(meta, at),
          ...said(text(meta.raw_tx, 'raw_tx')),
          ok: meta.success === true,
          events: ranked(
            rows(receipt.events, 'events').map((event, i) => ({ index: positionOf(event, i), event: eventOf(event) })),
          ),
        };
      })
      .sort((a, b) => a.index - b.index),
  };
}

function positionOf({ position }: Row, fallback: number): number {
  if (position === undefined || position === null) return fallback;
  return whole(record(position, 'position').index, 'position.index');
}

function eventOf(event: Row): Unranked {
  const type = text(event.type, 'event.type');
  const data = record(event.data, 'event.data');
  if (type === 'SmartContractEvent')
    return {
      type: 'print',
      contract: text(data.contract_identifier, 'contract_identifier'),
      // A node that decodes values for us loses their bytes: we ask it not to. Of others' contracts we need none.
      hex: data.raw_value === undefined ? '0x' : hex(data.raw_value, 'raw_value'),
    };
  const parts = /^(STX|FT|NFT)(Transfer|Mint|Burn|Lock)Event$/.exec(type);
  if (!parts) return { type: 'other' };
  return movement(`${parts[1]!.toLowerCase()}_${parts[2]!.toLowerCase()}`, data);
}
