// Blocks as others expect them: Chainhook v1 payloads and the event observer's /new_block. Shapes as captured from real nodes.
import { Cl } from '@stacks/transactions';
import type { Block, Receipt } from '../chain.ts';
import { reprOf } from '../transactions.ts';
import type { VmEvent } from '../vm.ts';

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
const CYCLE_LENGTH = 2100;

/** The VM calls a print's bytes raw_value; the decoded value is left out, as with decode_clarity_values: false. */
function printData(event: VmEvent) {
  const { contract_identifier, topic, raw_value } = event.data;
  return { contract_identifier, topic, raw_value };
}

function kindOf({ tx }: Receipt) {
  const { payload } = tx;
  if (payload.type === 'transfer') return { type: 'NativeTokenTransfer' };
  if (payload.type === 'deploy')
    return { type: 'ContractDeployment', data: { contract_identifier: payload.contract, code: payload.source } };
  return {
    type: 'ContractCall',
    data: {
      contract_identifier: payload.contract,
      method: payload.fn,
      args: payload.args.map((arg) => Cl.prettyPrint(arg)),
    },
  };
}

/** One block in Chainhook v1's shape. `keep` says which transactions are of interest. */
export function chainhookBlock(block: Block, parentHeight: number, keep: (receipt: Receipt) => boolean = () => true) {
  let position = 0; // of an event in its block, not in its transaction
  const transactions = block.receipts.map((receipt, index) => {
    const { tx, status, result, events, cost } = receipt;
    const kind = kindOf(receipt);
    return {
      receipt,
      json: {
        transaction_identifier: { hash: tx.txid },
        operations: [],
        metadata: {
          success: status === 'success',
          raw_tx: `0x${tx.hex}`,
          result: reprOf(result),
          sender: tx.sender,
          fee: Number(tx.fee),
          nonce: Number(tx.nonce),
          kind,
          receipt: {
            mutated_contracts_radius: distinct(events, 'contract_identifier'),
            mutated_assets_radius: distinct(events, 'asset_identifier'),
            contract_calls_stack: [],
            events: events.map((event) => ({
              type: CHAINHOOK_TYPE[event.event] ?? event.event,
              position: { index: position++ },
              data: event.event === 'print_event' ? printData(event) : event.data,
            })),
          },
          description:
            'data' in kind && kind.data && 'method' in kind.data
              ? `invoked: ${kind.data.contract_identifier}::${kind.data.method}`
              : kind.type,
          sponsor: null,
          ...(cost && { execution_cost: cost }),
          position: { index },
          proof: null,
          contract_abi: null,
        },
      },
    };
  });
  const anchor = { index: block.burnHeight, hash: block.burnHash };
  return {
    block_identifier: { index: block.height, hash: block.hash },
    parent_block_identifier: { index: parentHeight, hash: block.parentHash },
    timestamp: block.time,
    transactions: transactions.filter(({ receipt }) => keep(receipt)).map(({ json }) => json),
    metadata: {
      bitcoin_anchor_block_identifier: anchor,
      pox_cycle_index: Math.floor(block.burnHeight / CYCLE_LENGTH),
      pox_cycle_position: block.burnHeight % CYCLE_LENGTH,
      pox_cycle_length: CYCLE_LENGTH,
      confirm_microblock_identifier: null,
      stacks_block_hash: block.hash,
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

/** A block as the node posts it to event observers. */
export function newBlock(block: Block, parent: Block | undefined) {
  let index = 0; // event indices run through the whole block
  return {
    block_hash: block.hash,
    block_height: block.height,
    block_time: block.time,
    index_block_hash: block.hash,
    parent_block_hash: block.parentHash,
    parent_index_block_hash: block.parentHash,
    burn_block_hash: block.burnHash,
    burn_block_height: block.burnHeight,
    burn_block_time: block.time,
    parent_burn_block_hash: parent?.burnHash ?? block.burnHash,
    parent_burn_block_height: parent?.burnHeight ?? block.burnHeight,
    parent_burn_block_timestamp: parent?.time ?? block.time,
    parent_microblock: `0x${'00'.repeat(32)}`,
    parent_microblock_sequence: 0,
    miner_txid: `0x${'00'.repeat(32)}`,
    tenure_height: block.burnHeight,
    signer_bitvec: null,
    signer_signature: null,
    reward_set: null,
    cycle_number: null,
    pox_v1_unlock_height: 0,
    pox_v2_unlock_height: 0,
    pox_v3_unlock_height: 0,
    anchored_cost: { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 },
    confirmed_microblocks_cost: { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 },
    matured_miner_rewards: [],
    transactions: block.receipts.map(({ tx, status, result, cost }, tx_index) => ({
      txid: tx.txid,
      tx_index,
      status,
      raw_result: result,
      raw_tx: `0x${tx.hex}`,
      execution_cost: cost ?? { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 },
      contract_abi: null,
      contract_interface: null,
      burnchain_op: null,
      microblock_hash: null,
      microblock_parent_hash: null,
      microblock_sequence: null,
      vm_error: null,
    })),
    events: block.receipts.flatMap(({ tx, events }) =>
      events.map((event) => {
        const type = event.event === 'print_event' ? 'contract_event' : event.event;
        return {
          txid: tx.txid,
          event_index: index++,
          committed: true,
          type,
          [type]: event.event === 'print_event' ? { ...printData(event), topic: 'print' } : event.data,
        };
      }),
    ),
  };
}
