// The node's own routes: /v2 and /v3.
import { Hono } from 'hono';
import { newBlock } from '../delivery/payloads.ts';
import type { Devnet } from '../devnet.ts';
import { BadRequest, type Rejection } from '../errors.ts';
import { CHAIN_ID, messageOf } from '../transactions.ts';
import { argumentsOf, clarityOf, contractOf, jsonBody, principalOf } from './requests.ts';

const PEER_VERSION = 402653196;
const bare = (hex: string) => hex.replace(/^0x/, '');
const word = (value: bigint) => `0x${value.toString(16).padStart(32, '0')}`;
/** Sender of read-only calls that name none. */
const NOBODY = 'ST000000000000000000002AMW42H';

export function nodeRoutes(devnet: Devnet): Hono {
  const { chain } = devnet;
  const app = new Hono();

  app.get('/v2/info', (c) => {
    const { tip } = chain;
    return c.json({
      peer_version: PEER_VERSION,
      pox_consensus: bare(tip.burnHash).slice(0, 40),
      burn_block_height: tip.burnHeight,
      stable_pox_consensus: bare(tip.burnHash).slice(0, 40),
      stable_burn_block_height: tip.burnHeight,
      server_version: 'wattconnect-devnet 0.1.0',
      network_id: CHAIN_ID,
      parent_network_id: 3669344250,
      stacks_tip_height: tip.height,
      stacks_tip: bare(tip.hash),
      stacks_tip_consensus_hash: bare(tip.burnHash).slice(0, 40),
      genesis_chainstate_hash: bare(chain.blocks[0]!.hash),
      unanchored_tip: null,
      unanchored_seq: null,
      tenure_height: tip.burnHeight,
      exit_at_block_height: null,
      is_fully_synced: true,
    });
  });

  app.get('/v2/pox', (c) =>
    c.json({
      contract_id: `${NOBODY}.pox-5`,
      first_burnchain_block_height: 0,
      current_burnchain_block_height: chain.tip.burnHeight,
      prepare_phase_block_length: 100,
      reward_phase_block_length: 2000,
      reward_cycle_length: 2100,
      current_cycle: {
        id: Math.floor(chain.tip.burnHeight / 2100),
        min_threshold_ustx: 0,
        stacked_ustx: 0,
        is_pox_active: false,
      },
      epochs: [],
    }),
  );

  app.get('/v2/accounts/:principal', (c) => {
    const principal = principalOf(c.req.param('principal'));
    const proof = c.req.query('proof') === '0' ? {} : { balance_proof: '', nonce_proof: '' };
    return c.json({
      balance: word(chain.balance(principal)),
      locked: word(0n),
      unlock_height: 0,
      nonce: Number(chain.nonce(principal)),
      ...proof,
    });
  });

  app.post('/v2/transactions', async (c) => {
    const type = c.req.header('content-type') ?? '';
    let hex: string;
    if (type.includes('json')) {
      const { tx } = await jsonBody(c);
      if (typeof tx !== 'string') throw new BadRequest('The field tx with the transaction in hexadecimal is missing.');
      hex = bare(tx);
    } else if (type === '' || type.includes('octet-stream')) {
      hex = Buffer.from(await c.req.arrayBuffer()).toString('hex');
    } else {
      return c.text('Invalid content-type: send application/octet-stream or application/json.', 415);
    }
    const tx = await devnet.submit(hex);
    return c.json(bare(tx.txid));
  });

  app.get('/v2/fees/transfer', (c) => c.json(1));
  app.post('/v2/fees/transaction', async (c) => {
    const { estimated_len, transaction_payload } = await jsonBody(c);
    const length =
      typeof estimated_len === 'number' && estimated_len > 0
        ? Math.min(estimated_len, 2 ** 21)
        : typeof transaction_payload === 'string'
          ? transaction_payload.length / 2 + 180
          : 200;
    const estimate = (fee_rate: number) => ({ fee_rate, fee: Math.ceil(length * fee_rate) });
    return c.json({
      cost_scalar_change_by_byte: 0.00476837158203125,
      estimated_cost: { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 },
      estimated_cost_scalar: Math.ceil(length),
      estimations: [estimate(1), estimate(2), estimate(4)],
    });
  });

  app.post('/v2/contracts/call-read/:address/:name/:fn', async (c) => {
    const contract = contractOf(c.req.param('address'), c.req.param('name'));
    const { sender, arguments: args } = await jsonBody(c);
    const values = argumentsOf(args);
    const caller = sender === undefined ? NOBODY : principalOf(String(sender));
    try {
      return c.json({ okay: true, result: chain.read(contract, c.req.param('fn'), values, caller).result });
    } catch (error) {
      return c.json({ okay: false, cause: messageOf(error) });
    }
  });

  app.get('/v2/contracts/interface/:address/:name', (c) => {
    const found = chain.contractInterface(contractOf(c.req.param('address'), c.req.param('name')));
    return found ? c.json(found) : c.text('No contract interface data found', 404);
  });
  app.get('/v2/contracts/source/:address/:name', (c) => {
    const source = chain.source(contractOf(c.req.param('address'), c.req.param('name')));
    return source === undefined
      ? c.text('No contract source data found', 404)
      : c.json({ source, publish_height: 1, proof: '' });
  });

  app.post('/v2/map_entry/:address/:name/:map', async (c) => {
    const contract = contractOf(c.req.param('address'), c.req.param('name'));
    let key: unknown;
    try {
      key = JSON.parse(await c.req.text());
    } catch {
      throw new BadRequest('The body is a Clarity value in hexadecimal, as a JSON text.');
    }
    const value = clarityOf(key);
    try {
      return c.json({
        data: chain.mapEntry(contract, c.req.param('map'), value),
        ...(c.req.query('proof') === '0' ? {} : { proof: '' }),
      });
    } catch {
      return c.text('Data not found', 404);
    }
  });
  app.get('/v2/data_var/:address/:name/:variable', (c) => {
    const contract = contractOf(c.req.param('address'), c.req.param('name'));
    try {
      return c.json({
        data: chain.dataVar(contract, c.req.param('variable')),
        ...(c.req.query('proof') === '0' ? {} : { proof: '' }),
      });
    } catch {
      return c.text('Data not found', 404);
    }
  });

  /** A whole block as event observers get it, by its hash: for those who walk the chain. */
  app.get('/v3/blocks/replay/:hash', (c) => {
    const hash = c.req.param('hash');
    const block = chain.block(hash.startsWith('0x') ? hash : `0x${hash}`);
    return block
      ? c.json(newBlock(block, chain.block(block.parentHash)))
      : c.text(`No such block ${hash.slice(0, 80)}`, 404);
  });

  return app;
}

/** The node's answer to a transaction that it does not take. */
export function rejectionBody({ reason, data, txid }: Rejection) {
  return { error: 'transaction rejected', reason, reason_data: data, ...(txid && { txid: bare(txid) }) };
}
