// Blocks, transactions and events as the Stacks API gives them.
import {
  addressToString,
  Cl,
  cvToString,
  FungibleConditionCode as Ft,
  NonFungibleConditionCode as Nft,
  PostConditionPrincipalId,
  PostConditionType,
  type PostConditionWire,
} from '@stacks/transactions';
import { type AbiFunction, typeText } from '../arguments.ts';
import type { Block, Chain, DropReason, Receipt } from '../chain.ts';
import { reprOf, type Tx } from '../transactions.ts';
import type { Cost, VmEvent } from '../vm.ts';

const NO_HASH = `0x${'00'.repeat(32)}`;
const MODE: Record<number, string> = { 1: 'allow', 2: 'deny', 3: 'originator' };
const FUNGIBLE_CODE: Record<number, string> = {
  [Ft.Equal]: 'sent_equal_to',
  [Ft.Greater]: 'sent_greater_than',
  [Ft.GreaterEqual]: 'sent_greater_than_or_equal_to',
  [Ft.Less]: 'sent_less_than',
  [Ft.LessEqual]: 'sent_less_than_or_equal_to',
};
const NON_FUNGIBLE_CODE: Record<number, string> = {
  [Nft.Sends]: 'sent',
  [Nft.DoesNotSend]: 'not_sent',
  [Nft.MaybeSent]: 'maybe_sent',
};

const iso = (unixSeconds: number) => new Date(unixSeconds * 1000).toISOString();
const clarityJson = (hex: string) => ({ hex, repr: reprOf(hex) });

function costJson(cost: Cost | null) {
  return {
    execution_cost_read_count: cost?.read_count ?? 0,
    execution_cost_read_length: cost?.read_length ?? 0,
    execution_cost_runtime: cost?.runtime ?? 0,
    execution_cost_write_count: cost?.write_count ?? 0,
    execution_cost_write_length: cost?.write_length ?? 0,
  };
}

function conditionJson(condition: PostConditionWire) {
  const { principal: who } = condition;
  const principal =
    who.prefix === PostConditionPrincipalId.Origin
      ? { type_id: 'principal_origin' }
      : who.prefix === PostConditionPrincipalId.Standard
        ? { type_id: 'principal_standard', address: addressToString(who.address) }
        : {
            type_id: 'principal_contract',
            address: addressToString(who.address),
            contract_name: who.contractName.content,
          };
  switch (condition.conditionType) {
    case PostConditionType.STX:
      return {
        type: 'stx',
        principal,
        condition_code: FUNGIBLE_CODE[condition.conditionCode],
        amount: String(condition.amount),
      };
    case PostConditionType.Fungible:
    case PostConditionType.NonFungible: {
      const asset = {
        contract_address: addressToString(condition.asset.address),
        contract_name: condition.asset.contractName.content,
        asset_name: condition.asset.assetName.content,
      };
      return condition.conditionType === PostConditionType.Fungible
        ? {
            type: 'fungible',
            principal,
            asset,
            condition_code: FUNGIBLE_CODE[condition.conditionCode],
            amount: String(condition.amount),
          }
        : {
            type: 'non_fungible',
            principal,
            asset,
            condition_code: NON_FUNGIBLE_CODE[condition.conditionCode],
            asset_value: clarityJson(`0x${Cl.serialize(condition.assetName)}`),
          };
    }
    default:
      return { type: 'staking', principal };
  }
}

export function eventJson({ event, data }: VmEvent, event_index: number, tx_id: string) {
  const head = { event_index, tx_id };
  if (event === 'print_event') {
    const { contract_identifier: contract_id, topic } = data;
    const contract_log = { contract_id, topic, value: clarityJson(String(data.raw_value)) };
    return { ...head, event_type: 'smart_contract_log', contract_log };
  }
  const [, kind, asset_event_type] = /^(stx|ft|nft)_(transfer|mint|burn)_event$/.exec(event) ?? [];
  const parties = { asset_event_type, sender: data.sender ?? '', recipient: data.recipient ?? '' };
  switch (kind) {
    case 'stx': {
      const memo = data.memo ? { memo: `0x${String(data.memo)}` } : {};
      return { ...head, event_type: 'stx_asset', asset: { ...parties, amount: String(data.amount), ...memo } };
    }
    case 'ft': {
      const asset = { ...parties, asset_id: data.asset_identifier, amount: String(data.amount) };
      return { ...head, event_type: 'fungible_token_asset', asset };
    }
    case 'nft': {
      const asset = { ...parties, asset_id: data.asset_identifier, value: clarityJson(String(data.raw_value)) };
      return { ...head, event_type: 'non_fungible_token_asset', asset };
    }
    default:
      return { ...head, event_type: event === 'stx_lock_event' ? 'stx_lock' : event, data };
  }
}

function payloadJson({ payload }: Tx, chain: Chain) {
  if (payload.type === 'transfer') {
    const token_transfer = {
      recipient_address: payload.recipient,
      amount: String(payload.amount),
      memo: `0x${payload.memo}`,
    };
    return { tx_type: 'token_transfer', token_transfer };
  }
  if (payload.type === 'deploy') {
    const smart_contract = {
      clarity_version: payload.versioned ? payload.clarityVersion : null,
      contract_id: payload.contract,
      source_code: payload.source,
    };
    return { tx_type: 'smart_contract', smart_contract };
  }
  const functions = chain.contractInterface(payload.contract)?.functions as AbiFunction[] | undefined;
  const fields = functions?.find(({ name }) => name === payload.fn)?.args ?? [];
  const signature = fields.map(({ name, type }) => ` (${name} ${typeText(type)})`).join('');
  const contract_call = {
    contract_id: payload.contract,
    function_name: payload.fn,
    function_signature: `(define-public (${payload.fn}${signature}))`,
    function_args: payload.args.map((value, i) => ({
      hex: `0x${Cl.serialize(value)}`,
      repr: cvToString(value),
      name: fields[i]?.name ?? '',
      type: typeText(fields[i]?.type),
    })),
  };
  return { tx_type: 'contract_call', contract_call };
}

function headJson(tx: Tx) {
  return {
    tx_id: tx.txid,
    nonce: Number(tx.nonce),
    fee_rate: String(tx.fee),
    sender_address: tx.sender,
    sponsored: tx.sponsor !== undefined,
    ...(tx.sponsor && { sponsor_address: tx.sponsor.address, sponsor_nonce: Number(tx.sponsor.nonce) }),
    post_condition_mode: MODE[tx.wire.postConditionMode],
    post_conditions: tx.wire.postConditions.values.map((condition) => conditionJson(condition as PostConditionWire)),
    anchor_mode: 'any',
  };
}

/** A transaction that waits, or that was dropped. */
export function waitingJson(tx: Tx, chain: Chain, tx_status: 'pending' | DropReason = 'pending') {
  const { time } = chain;
  const received = { receipt_time: time, receipt_time_iso: iso(time) };
  return { ...headJson(tx), tx_status, ...received, ...payloadJson(tx, chain) };
}

/** A transaction of a block. Lists leave the events out. */
export function minedJson({ tx, ...receipt }: Receipt, block: Block, chain: Chain, withEvents = true) {
  const { index, status, result, events, cost, reason } = receipt;
  const parent = chain.block(block.parentHash);
  return {
    ...headJson(tx),
    block_hash: block.blockHash,
    index_block_hash: block.hash,
    block_height: block.height,
    block_time: block.time,
    block_time_iso: iso(block.time),
    burn_block_height: block.burnHeight,
    burn_block_time: block.burnTime,
    burn_block_time_iso: iso(block.burnTime),
    parent_block_hash: block.parentBlockHash,
    parent_burn_block_time: parent?.burnTime ?? 0,
    parent_burn_block_time_iso: iso(parent?.burnTime ?? 0),
    canonical: block.canonical,
    tx_index: index,
    tx_status: status,
    tx_result: clarityJson(result),
    event_count: events.length,
    is_unanchored: false,
    microblock_hash: '',
    microblock_sequence: 2147483647,
    microblock_canonical: true,
    ...costJson(cost),
    vm_error: reason ?? null,
    events: withEvents ? events.map((event, i) => eventJson(event, i, tx.txid)) : [],
    ...payloadJson(tx, chain),
  };
}

/** A block as /extended/v2 gives it. */
export function blockJson(block: Block) {
  const total: Cost = { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 };
  for (const { cost } of block.receipts)
    if (cost) for (const name of Object.keys(total) as (keyof Cost)[]) total[name] += cost[name];
  return {
    canonical: block.canonical,
    height: block.height,
    hash: block.blockHash,
    index_block_hash: block.hash,
    parent_block_hash: block.parentBlockHash,
    parent_index_block_hash: block.parentHash,
    block_time: block.time,
    block_time_iso: iso(block.time),
    tenure_height: block.burnHeight,
    burn_block_time: block.burnTime,
    burn_block_time_iso: iso(block.burnTime),
    burn_block_hash: block.burnHash,
    burn_block_height: block.burnHeight,
    miner_txid: NO_HASH,
    tx_count: block.receipts.length,
    ...costJson(total),
  };
}

/** A block as /extended/v1 gives it: with its transactions' ids. */
export function blockV1Json(block: Block) {
  return {
    ...blockJson(block),
    parent_microblock_hash: NO_HASH,
    parent_microblock_sequence: 0,
    txs: block.receipts.map(({ tx }) => tx.txid).reverse(),
    microblocks_accepted: [],
    microblocks_streamed: [],
    microblock_tx_count: {},
  };
}

/** The burn block that a block belongs to. */
export function burnBlockJson(blocks: Block[]) {
  const [first] = blocks as [Block];
  return {
    burn_block_time: first.burnTime,
    burn_block_time_iso: iso(first.burnTime),
    burn_block_hash: first.burnHash,
    burn_block_height: first.burnHeight,
    stacks_blocks: blocks.map(({ blockHash }) => blockHash).reverse(),
    avg_block_time: 10,
    total_tx_count: blocks.reduce((sum, { receipts }) => sum + receipts.length, 0),
  };
}
