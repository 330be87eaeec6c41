// The node's own routes: /v2 and /v3.
import { Cl } from '@stacks/transactions';
import { type Context, Hono } from 'hono';
import { CYCLE_LENGTH, newBlock } from '../delivery/payloads.ts';
import type { Devnet } from '../devnet.ts';
import { BadRequest, messageOf, type Rejection } from '../errors.ts';
import { CHAIN_ID } from '../transactions.ts';
import {
  anyBody,
  argumentsOf,
  bytesOf,
  clarityNameOf,
  clarityOf,
  contractOf,
  jsonBody,
  principalOf,
} from './requests.ts';

export const SERVER_VERSION = 'wattconnect-devnet 0.1.0';
const PEER_VERSION = 402653196;
const BITCOIN_REGTEST = 3669344250;
const BOOT = 'ST000000000000000000002AMW42H';
const PREPARE_LENGTH = 100;
const MAX_TX_BYTES = 2 * 1024 * 1024;
const FEE_RATES = [1, 2, 4];
const NO_COST = { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 };

const bare = (hex: string) => hex.replace(/^0x/, '');
const word = (value: bigint) => `0x${value.toString(16).padStart(32, '0')}`;
/** What a node adds when it is asked for proofs, which there are none of here. */
const proofs = (c: Context, ...names: string[]) =>
  c.req.query('proof') === '0' ? {} : Object.fromEntries(names.map((name) => [name, '']));

export function nodeRoutes(devnet: Devnet): Hono {
  const { chain } = devnet;
  const app = new Hono();

  app.get('/v2/info', (c) => {
    const { tip } = chain;
    const consensus = bare(tip.burnHash).slice(0, 40);
    return c.json({
      peer_version: PEER_VERSION,
      pox_consensus: consensus,
      burn_block_height: tip.burnHeight,
      stable_pox_consensus: consensus,
      stable_burn_block_height: tip.burnHeight,
      server_version: SERVER_VERSION,
      network_id: CHAIN_ID,
      parent_network_id: BITCOIN_REGTEST,
      stacks_tip_height: tip.height,
      stacks_tip: bare(tip.blockHash),
      stacks_tip_consensus_hash: consensus,
      genesis_chainstate_hash: bare(chain.blocks[0]!.hash),
      unanchored_tip: null,
      unanchored_seq: null,
      tenure_height: tip.burnHeight,
      exit_at_block_height: null,
      is_fully_synced: true,
    });
  });

  app.get('/v2/pox', (c) => {
    const { burnHeight } = chain.tip;
    const id = Math.floor(burnHeight / CYCLE_LENGTH);
    const left = CYCLE_LENGTH - (burnHeight % CYCLE_LENGTH);
    const cycle = { id, min_threshold_ustx: 0, stacked_ustx: 0, is_pox_active: false };
    return c.json({
      contract_id: `${BOOT}.pox-5`,
      pox_activation_threshold_ustx: 0,
      first_burnchain_block_height: 0,
      current_burnchain_block_height: burnHeight,
      prepare_phase_block_length: PREPARE_LENGTH,
      reward_phase_block_length: CYCLE_LENGTH - PREPARE_LENGTH,
      reward_slots: 0,
      rejection_fraction: null,
      total_liquid_supply_ustx: 0,
      current_cycle: cycle,
      next_cycle: {
        ...cycle,
        id: id + 1,
        min_increment_ustx: 0,
        prepare_phase_start_block_height: burnHeight + left - PREPARE_LENGTH,
        blocks_until_prepare_phase: left - PREPARE_LENGTH,
        reward_phase_start_block_height: burnHeight + left,
        blocks_until_reward_phase: left,
        ustx_until_pox_rejection: null,
      },
      epochs: [],
      min_amount_ustx: 0,
      prepare_cycle_length: PREPARE_LENGTH,
      reward_cycle_id: id,
      reward_cycle_length: CYCLE_LENGTH,
      rejection_votes_left_required: null,
      next_reward_cycle_in: left,
      contract_versions: [],
    });
  });

  app.get('/v2/accounts/:principal', (c) => {
    const principal = principalOf(c.req.param('principal'));
    const { unlocked, locked, unlockHeight } = chain.account(principal);
    return c.json({
      balance: word(unlocked),
      locked: word(locked),
      unlock_height: Number(unlockHeight),
      nonce: Number(chain.nonce(principal)),
      ...proofs(c, 'balance_proof', 'nonce_proof'),
    });
  });

  app.post('/v2/transactions', async (c) => {
    const type = (c.req.header('content-type') ?? '').toLowerCase();
    let hex: string;
    if (type.includes('json')) {
      const { tx } = await jsonBody(c);
      if (typeof tx !== 'string') throw new BadRequest('The field tx with the transaction in hexadecimal is missing.');
      hex = bare(tx);
    } else if (type.includes('octet-stream')) {
      hex = (await bytesOf(c, MAX_TX_BYTES)).toString('hex');
    } else {
      return c.text('Wrong Content-Type for transaction; expected application/json or application/octet-stream', 415);
    }
    const { txid } = await devnet.submit(hex);
    return c.json(bare(txid));
  });

  app.get('/v2/fees/transfer', (c) => c.json(1));
  app.post('/v2/fees/transaction', async (c) => {
    const { estimated_len, transaction_payload } = await jsonBody(c);
    if (typeof transaction_payload !== 'string') throw new BadRequest('transaction_payload is missing.');
    const given =
      typeof estimated_len === 'number' && estimated_len > 0 ? estimated_len : transaction_payload.length / 2 + 180;
    const length = Math.min(given, MAX_TX_BYTES);
    return c.json({
      cost_scalar_change_by_byte: 0.00476837158203125,
      estimated_cost: NO_COST,
      estimated_cost_scalar: Math.ceil(length),
      estimations: FEE_RATES.map((fee_rate) => ({ fee_rate, fee: Math.ceil(length * fee_rate) })),
    });
  });

  app.post('/v2/contracts/call-read/:address/:name/:fn', async (c) => {
    const contract = contractOf(c.req.param('address'), c.req.param('name'));
    const fn = clarityNameOf(c.req.param('fn'));
    const body = await jsonBody(c);
    const args = argumentsOf(body.arguments);
    if (typeof body.sender !== 'string') throw new BadRequest('Failed to parse sender principal');
    const sender = principalOf(body.sender);
    if (sender.includes('.'))
      return c.json({ okay: false, cause: 'This chain reads as a standard principal only, not as a contract.' });
    try {
      return c.json({ okay: true, result: chain.read(contract, fn, args, sender).result });
    } catch (error) {
      const cause = messageOf(error);
      return c.json({ okay: false, cause: cause.includes('is not a read-only function') ? 'NotReadOnly' : cause });
    }
  });

  const contractFrom = (c: Context) => contractOf(c.req.param('address')!, c.req.param('name')!);
  app.get('/v2/contracts/interface/:address/:name', (c) => {
    const found = chain.contractInterface(contractFrom(c));
    return found ? c.json(found) : c.text('No contract interface data found', 404);
  });
  app.get('/v2/contracts/source/:address/:name', (c) => {
    const contract = contractFrom(c);
    const source = chain.source(contract);
    if (source === undefined) return c.text('No contract source data found', 404);
    return c.json({ source, publish_height: chain.publishHeight(contract), ...proofs(c, 'proof') });
  });

  app.post('/v2/map_entry/:address/:name/:map', async (c) => {
    const contract = contractFrom(c);
    const map = clarityNameOf(c.req.param('map'));
    const key = clarityOf(await anyBody(c));
    let data = Cl.serialize(Cl.none());
    try {
      data = bare(chain.mapEntry(contract, map, key));
    } catch {
      // A node says none for a map that does not exist, too.
    }
    return c.json({ data: `0x${data}`, ...proofs(c, 'proof') });
  });
  app.get('/v2/data_var/:address/:name/:variable', (c) => {
    const contract = contractFrom(c);
    const variable = clarityNameOf(c.req.param('variable'));
    try {
      return c.json({ data: chain.dataVar(contract, variable), ...proofs(c, 'proof') });
    } catch {
      return c.text('Data var not found', 404);
    }
  });
  /** A block of the canonical chain as event observers get it, by its index hash: for those who walk the chain. */
  app.get('/v3/blocks/replay/:hash', (c) => {
    const hash = c.req.param('hash');
    const block = chain.block(hash.startsWith('0x') ? hash : `0x${hash}`);
    if (!block?.canonical) return c.text(`No such block ${hash.slice(0, 80)}`, 404);
    return c.json(newBlock(block, chain.block(block.parentHash)));
  });
  app.get('/v3/health', (c) =>
    c.json({
      difference_from_max_peer: 0,
      max_stacks_height_of_neighbors: 0,
      node_stacks_tip_height: chain.tip.height,
    }),
  );

  return app;
}

/** The node's answer to a transaction that it does not take. */
export function rejectionBody({ reason, data, txid }: Rejection) {
  const answer = { error: 'transaction rejected', reason, ...(data && { reason_data: data }) };
  return txid === undefined ? answer : { txid: bare(txid), ...answer };
}
