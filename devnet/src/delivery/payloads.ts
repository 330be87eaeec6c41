// Blocks as others expect them: Chainhook v1 payloads and the event observer's /new_block. Shapes as captured from real nodes.
import { Cl, type ClarityValue, cvToString } from '@stacks/transactions';
import type { Block, Receipt } from '../chain.ts';
import { reprOf } from '../transactions.ts';
import type { Cost, VmEvent } from '../vm.ts';

const CHAINHOOK_TYPE: Record<string, string> = {
  stx_transfer_event: 'STXTransferEvent',
  stx_mint_event: 'STXMintEvent',
  stx_burn_event: 'STXBurnEvent',
  stx_lock_event: 'STXLockEvent',
  ft_transfer_event: 'FTTransferEvent',
  ft_mint_event: 'FTMintEvent',
  ft_burn_event: 'FTBurnEvent',
  nft_transfer_event: 'NFTTransferEvent',
  nft_mint_event: 'NFTMintEvent',
  nft_burn_event: 'NFTBurnEvent',
  print_event: 'SmartContractEvent',
};
/** Burn blocks in a reward cycle. */
export const CYCLE_LENGTH = 2100;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const NO_COST: Cost = { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 };
const NO_HASH = `0x${'00'.repeat(32)}`;

/** A Clarity value as Chainhook decodes it: integers that JSON cannot hold are texts. */
function decoded(value: ClarityValue): unknown {
  switch (value.type) {
    case 'int':
    case 'uint': {
      const number = BigInt(value.value);
      return number >= -MAX_SAFE && number <= MAX_SAFE ? Number(number) : String(number);
    }
    case 'true':
    case 'false':
      return value.type === 'true';
    case 'none':
      return null;
    case 'some':
      return decoded(value.value);
    case 'ok':
      return { Ok: decoded(value.value) };
    case 'err':
      return { Err: decoded(value.value) };
    case 'buffer':
      return `0x${value.value}`;
    case 'list':
      return value.value.map(decoded);
    case 'tuple':
      return Object.fromEntries(Object.entries(value.value).map(([name, field]) => [name, decoded(field)]));
    default:
      return value.value; // principals and texts
  }
}

/** An event's data in Chainhook's words. */
function dataOf({ event, data }: VmEvent, decode: boolean): Record<string, unknown> {
  if (event !== 'print_event') return data;
  const { contract_identifier, topic, raw_value } = data;
  return decode
    ? { contract_identifier, topic, value: decoded(Cl.deserialize(String(raw_value))) }
    : { contract_identifier, topic, raw_value };
}

function kindOf({ tx: { payload } }: Receipt) {
  if (payload.type === 'transfer') return { type: 'NativeTokenTransfer' };
  if (payload.type === 'deploy')
    return { type: 'ContractDeployment', data: { contract_identifier: payload.contract, code: payload.source } };
  const args = payload.args.map((arg) => cvToString(arg));
  return { type: 'ContractCall', data: { contract_identifier: payload.contract, method: payload.fn, args } };
}

function descriptionOf({ tx: { payload } }: Receipt): string {
  if (payload.type === 'transfer') return `transfered: ${payload.amount} µSTX to ${payload.recipient}`;
  if (payload.type === 'deploy') return `deployed: ${payload.contract}`;
  return `invoked: ${payload.contract}::${payload.fn}(${payload.args.map((arg) => cvToString(arg)).join(', ')})`;
}

/** One block in Chainhook v1's shape. `keep` says which transactions are of interest. */
export function chainhookBlock(block: Block, keep: (receipt: Receipt) => boolean, decode: boolean) {
  let position = 0; // of an event in its block, not in its transaction
  const transactions = block.receipts.map((receipt) => {
    const { tx, index, status, result, events, cost } = receipt;
    return {
      transaction_identifier: { hash: tx.txid },
      operations: [],
      metadata: {
        success: status === 'success',
        raw_tx: `0x${tx.hex}`,
        result: reprOf(result),
        sender: tx.sender,
        nonce: Number(tx.nonce),
        fee: Number(tx.fee),
        kind: kindOf(receipt),
        receipt: {
          mutated_contracts_radius: distinct(events, 'contract_identifier'),
          mutated_assets_radius: distinct(events, 'asset_identifier'),
          contract_calls_stack: [],
          events: events.map((event) => ({
            type: CHAINHOOK_TYPE[event.event] ?? event.event,
            position: { index: position++ },
            data: dataOf(event, decode),
          })),
        },
        description: descriptionOf(receipt),
        ...(tx.sponsor && { sponsor: tx.sponsor.address }),
        ...(cost && { execution_cost: cost }),
        position: { index },
        proof: null,
      },
    };
  });
  return {
    block_identifier: { index: block.height, hash: block.hash },
    parent_block_identifier: { index: Math.max(0, block.height - 1), hash: block.parentHash },
    // The burn block's, as Chainhook has it; the block's own is metadata.block_time.
    timestamp: block.burnTime,
    transactions: transactions.filter((_, index) => keep(block.receipts[index]!)),
    metadata: {
      bitcoin_anchor_block_identifier: { index: block.burnHeight, hash: block.burnHash },
      pox_cycle_index: Math.floor(block.burnHeight / CYCLE_LENGTH),
      pox_cycle_position: block.burnHeight % CYCLE_LENGTH,
      pox_cycle_length: CYCLE_LENGTH,
      confirm_microblock_identifier: null,
      stacks_block_hash: block.blockHash,
      tenure_height: block.burnHeight,
      block_time: block.time,
      signer_bitvec: null,
      signer_signature: null,
      signer_public_keys: null,
      cycle_number: null,
      reward_set: null,
    },
  };
}

function distinct(events: VmEvent[], field: string): string[] {
  return [...new Set(events.map(({ data }) => data[field]).filter((value) => typeof value === 'string'))];
}

/** A block as a node posts it to event observers. */
export function newBlock(block: Block, parent: Block | undefined) {
  let index = 0; // event indices run through the whole block
  return {
    block_hash: block.blockHash,
    block_height: block.height,
    block_time: block.time,
    index_block_hash: block.hash,
    parent_block_hash: block.parentBlockHash,
    parent_index_block_hash: block.parentHash,
    burn_block_hash: block.burnHash,
    burn_block_height: block.burnHeight,
    burn_block_time: block.burnTime,
    parent_burn_block_hash: parent?.burnHash ?? NO_HASH,
    parent_burn_block_height: parent?.burnHeight ?? 0,
    parent_burn_block_timestamp: parent?.burnTime ?? 0,
    parent_microblock: NO_HASH,
    parent_microblock_sequence: 0,
    miner_txid: NO_HASH,
    consensus_hash: block.burnHash.slice(0, 42),
    tenure_height: block.burnHeight,
    signer_bitvec: null,
    signer_signature: [],
    reward_set: null,
    cycle_number: null,
    pox_v1_unlock_height: 0,
    pox_v2_unlock_height: 0,
    pox_v3_unlock_height: 0,
    anchored_cost: totalCost(block),
    confirmed_microblocks_cost: NO_COST,
    matured_miner_rewards: [],
    transactions: block.receipts.map(({ tx, index: tx_index, status, result, cost, reason }) => ({
      txid: tx.txid,
      tx_index,
      status,
      raw_result: result,
      raw_tx: `0x${tx.hex}`,
      execution_cost: cost ?? NO_COST,
      contract_interface: null,
      burnchain_op: null,
      microblock_hash: null,
      microblock_parent_hash: null,
      microblock_sequence: null,
      vm_error: reason ?? null,
    })),
    events: block.receipts.flatMap(({ tx, events }) =>
      events.map(({ event, data }) => {
        // A node calls a print a contract_event.
        const type = event === 'print_event' ? 'contract_event' : event;
        return { txid: tx.txid, event_index: index++, committed: true, type, [type]: data };
      }),
    ),
  };
}

function totalCost({ receipts }: Block): Cost {
  const total = { ...NO_COST };
  for (const { cost } of receipts)
    if (cost) for (const name of Object.keys(total) as (keyof Cost)[]) total[name] += cost[name];
  return total;
}
