// The routes of the Stacks API (/extended) that stacks.js, wallets and the API client use.
import { Cl, type ClarityValue } from '@stacks/transactions';
import { Hono } from 'hono';
import type { Block, Receipt } from '../chain.ts';
import type { Devnet } from '../devnet.ts';
import { BadRequest } from '../errors.ts';
import { reprOf, type Tx } from '../transactions.ts';
import type { VmEvent } from '../vm.ts';
import { jsonBody, page, principalOf, wholeNumber } from './requests.ts';

const FAUCET_STX = 500_000_000n;
const ISO = (unixSeconds: number) => new Date(unixSeconds * 1000).toISOString();
const MODE = { 1: 'allow', 2: 'deny', 3: 'originator' } as Record<number, string>;
const EVENT_TYPE: Record<string, string> = { print_event: 'smart_contract_log', stx_lock_event: 'stx_lock' };

function eventJson({ event, data }: VmEvent, event_index: number, tx_id: string) {
  const base = { event_index, tx_id };
  if (event === 'print_event') {
    const hex = String(data.raw_value);
    return {
      ...base,
      event_type: 'smart_contract_log',
      contract_log: { contract_id: data.contract_identifier, topic: 'print', value: { hex, repr: reprOf(hex) } },
    };
  }
  const parts = /^(stx|ft|nft)_(transfer|mint|burn)_event$/.exec(event);
  const common = { asset_event_type: parts?.[2] ?? event, sender: data.sender ?? '', recipient: data.recipient ?? '' };
  switch (parts?.[1]) {
    case 'stx':
      return { ...base, event_type: 'stx_asset', asset: { ...common, amount: String(data.amount) } };
    case 'ft':
      return {
        ...base,
        event_type: 'fungible_token_asset',
        asset: { ...common, asset_id: data.asset_identifier, amount: String(data.amount) },
      };
    case 'nft':
      return {
        ...base,
        event_type: 'non_fungible_token_asset',
        asset: {
          ...common,
          asset_id: data.asset_identifier,
          value: { hex: data.raw_value, repr: reprOf(String(data.raw_value)) },
        },
      };
    default:
      return { ...base, event_type: EVENT_TYPE[event] ?? event, data };
  }
}

export function extendedRoutes(devnet: Devnet): Hono {
  const { chain } = devnet;
  const app = new Hono();

  const args = ({ payload }: Tx) => {
    if (payload.type !== 'call') return undefined;
    const names = (
      chain.contractInterface(payload.contract)?.functions as
        | { name: string; args: { name: string; type: unknown }[] }[]
        | undefined
    )?.find(({ name }) => name === payload.fn)?.args;
    return payload.args.map((value: ClarityValue, i) => ({
      hex: `0x${Cl.serialize(value)}`,
      repr: Cl.prettyPrint(value),
      name: names?.[i]?.name ?? '',
      type: typeText(names?.[i]?.type),
    }));
  };
  const body = (tx: Tx) => {
    const { payload } = tx;
    if (payload.type === 'transfer')
      return {
        tx_type: 'token_transfer',
        token_transfer: {
          recipient_address: payload.recipient,
          amount: String(payload.amount),
          memo: `0x${Buffer.from(payload.memo).toString('hex')}`,
        },
      };
    if (payload.type === 'deploy')
      return {
        tx_type: 'smart_contract',
        smart_contract: {
          clarity_version: payload.clarityVersion,
          contract_id: payload.contract,
          source_code: payload.source,
        },
      };
    return {
      tx_type: 'contract_call',
      contract_call: {
        contract_id: payload.contract,
        function_name: payload.fn,
        function_signature: '',
        function_args: args(tx),
      },
    };
  };
  const head = (tx: Tx) => ({
    tx_id: tx.txid,
    nonce: Number(tx.nonce),
    fee_rate: String(tx.fee),
    sender_address: tx.sender,
    sponsored: false,
    post_condition_mode: MODE[tx.wire.postConditionMode],
    post_conditions: [],
    anchor_mode: 'any',
  });
  const pending = (tx: Tx) => ({
    ...head(tx),
    tx_status: 'pending',
    receipt_time: chain.tip.time,
    receipt_time_iso: ISO(chain.tip.time),
    ...body(tx),
  });
  const mined = ({ tx, status, result, events, cost, reason }: Receipt, block: Block, withEvents = true) => ({
    ...head(tx),
    tx_status: status,
    tx_result: { hex: result, repr: reprOf(result) },
    block_hash: block.hash,
    parent_block_hash: block.parentHash,
    block_height: block.height,
    block_time: block.time,
    block_time_iso: ISO(block.time),
    burn_block_height: block.burnHeight,
    burn_block_time: block.time,
    burn_block_time_iso: ISO(block.time),
    parent_burn_block_time: block.time,
    parent_burn_block_time_iso: ISO(block.time),
    canonical: true,
    is_unanchored: false,
    microblock_hash: '',
    microblock_sequence: 2147483647,
    microblock_canonical: true,
    tx_index: 0,
    vm_error: reason ?? null,
    execution_cost_read_count: cost?.read_count ?? 0,
    execution_cost_read_length: cost?.read_length ?? 0,
    execution_cost_runtime: cost?.runtime ?? 0,
    execution_cost_write_count: cost?.write_count ?? 0,
    execution_cost_write_length: cost?.write_length ?? 0,
    event_count: events.length,
    events: withEvents ? events.map((event, i) => eventJson(event, i, tx.txid)) : [],
    ...body(tx),
  });
  const blockJson = (block: Block) => ({
    canonical: true,
    height: block.height,
    hash: block.hash,
    index_block_hash: block.hash,
    parent_block_hash: block.parentHash,
    parent_index_block_hash: block.parentHash,
    block_time: block.time,
    block_time_iso: ISO(block.time),
    burn_block_time: block.time,
    burn_block_time_iso: ISO(block.time),
    burn_block_hash: block.burnHash,
    burn_block_height: block.burnHeight,
    tenure_height: block.burnHeight,
    miner_txid: `0x${'00'.repeat(32)}`,
    tx_count: block.receipts.length,
    txs: block.receipts.map(({ tx }) => tx.txid),
    microblocks_accepted: [],
    microblocks_streamed: [],
    execution_cost_read_count: 0,
    execution_cost_read_length: 0,
    execution_cost_runtime: 0,
    execution_cost_write_count: 0,
    execution_cost_write_length: 0,
  });
  const findBlock = (text: string): Block | undefined => {
    if (text === 'latest') return chain.tip;
    if (/^\d{1,9}$/.test(text)) return chain.blockAt(Number(text));
    return chain.block(text.startsWith('0x') ? text : `0x${text}`);
  };
  const newestFirst = (limit: number, offset: number) =>
    chain.blocks
      .slice(Math.max(0, chain.blocks.length - offset - limit), Math.max(0, chain.blocks.length - offset))
      .reverse();
  const nothing = (what: string) => ({ error: `cannot find ${what}` });

  const status = () => {
    const { tip } = chain;
    return {
      server_version: 'wattconnect-devnet 0.1.0',
      status: 'ready',
      chain_tip: {
        block_height: tip.height,
        block_hash: tip.hash,
        index_block_hash: tip.hash,
        burn_block_height: tip.burnHeight,
        microblock_hash: '',
        microblock_sequence: 0,
      },
    };
  };
  app.get('/extended', (c) => c.json(status()));
  app.get('/extended/v1/status', (c) => c.json(status()));

  app.get('/extended/v1/tx/mempool', (c) => {
    const { limit, offset } = page(c, 200);
    const sender = c.req.query('sender_address');
    const all = chain.mempool.filter((tx) => sender === undefined || tx.sender === sender);
    return c.json({ limit, offset, total: all.length, results: all.slice(offset, offset + limit).map(pending) });
  });
  app.get('/extended/v1/tx/:id', (c) => {
    const given = c.req.param('id').toLowerCase();
    const id = given.startsWith('0x') ? given : `0x${given}`;
    const found = chain.receipt(id);
    if (found) return c.json(mined(found.receipt, found.block));
    const waiting = chain.mempool.find((tx) => tx.txid === id);
    return waiting ? c.json(pending(waiting)) : c.json(nothing(`transaction by id ${id.slice(0, 80)}`), 404);
  });
  app.get('/extended/v1/tx/:id/raw', (c) => {
    const given = c.req.param('id').toLowerCase();
    const id = given.startsWith('0x') ? given : `0x${given}`;
    const tx = chain.receipt(id)?.receipt.tx ?? chain.mempool.find((one) => one.txid === id);
    return tx ? c.json({ raw_tx: `0x${tx.hex}` }) : c.json(nothing(`transaction by id ${id.slice(0, 80)}`), 404);
  });
  app.get('/extended/v1/tx', (c) => {
    const { limit, offset } = page(c);
    const blocks = chain.blocks.filter(({ receipts }) => receipts.length > 0).reverse();
    return c.json({
      limit,
      offset,
      total: blocks.length,
      results: blocks.slice(offset, offset + limit).map((block) => mined(block.receipts[0]!, block, false)),
    });
  });

  app.get('/extended/v1/address/:principal/nonces', (c) => {
    const principal = principalOf(c.req.param('principal'));
    const executed = chain.nonce(principal);
    const waiting = chain.mempool.filter((tx) => tx.sender === principal).map((tx) => Number(tx.nonce));
    const next = Number(chain.nextNonce(principal));
    const last = waiting.length > 0 ? Math.max(...waiting) : null;
    const missing =
      last === null
        ? []
        : Array.from({ length: Math.max(0, last - next) }, (_, i) => next + i).filter(
            (nonce) => !waiting.includes(nonce),
          );
    return c.json({
      last_executed_tx_nonce: executed > 0n ? Number(executed) - 1 : null,
      last_mempool_tx_nonce: last,
      possible_next_nonce: next,
      detected_missing_nonces: missing,
      detected_mempool_nonces: missing.length > 0 ? waiting : [],
    });
  });
  const stx = (principal: string) => ({
    balance: String(chain.balance(principal)),
    estimated_balance: String(chain.balance(principal)),
    total_sent: '0',
    total_received: '0',
    total_fees_sent: '0',
    total_miner_rewards_received: '0',
    lock_tx_id: '',
    locked: '0',
    lock_height: 0,
    burnchain_lock_height: 0,
    burnchain_unlock_height: 0,
  });
  app.get('/extended/v1/address/:principal/stx', (c) => c.json(stx(principalOf(c.req.param('principal')))));
  app.get('/extended/v1/address/:principal/balances', (c) => {
    const principal = principalOf(c.req.param('principal'));
    return c.json({ stx: stx(principal), fungible_tokens: tokensOf(principal), non_fungible_tokens: {} });
  });
  /** What the events say that a principal holds of each token. */
  const tokensOf = (principal: string) => {
    const held = new Map<string, { received: bigint; sent: bigint }>();
    for (const { receipts } of chain.blocks) {
      for (const { events } of receipts) {
        for (const { event, data } of events) {
          if (!event.startsWith('ft_')) continue;
          const asset = String(data.asset_identifier);
          const row = held.get(asset) ?? { received: 0n, sent: 0n };
          if (data.recipient === principal) row.received += BigInt(String(data.amount));
          if (data.sender === principal) row.sent += BigInt(String(data.amount));
          if (data.recipient === principal || data.sender === principal) held.set(asset, row);
        }
      }
    }
    return Object.fromEntries(
      [...held].map(([asset, { received, sent }]) => [
        asset,
        { balance: String(received - sent), total_sent: String(sent), total_received: String(received) },
      ]),
    );
  };
  const ofAddress = (principal: string) =>
    chain.blocks
      .filter(({ receipts }) =>
        receipts.some(
          ({ tx, events }) =>
            tx.sender === principal ||
            (tx.payload.type === 'call' && tx.payload.contract === principal) ||
            events.some(({ data }) => data.sender === principal || data.recipient === principal),
        ),
      )
      .reverse();
  app.get('/extended/v1/address/:principal/transactions', (c) => {
    const { limit, offset } = page(c);
    const blocks = ofAddress(principalOf(c.req.param('principal')));
    return c.json({
      limit,
      offset,
      total: blocks.length,
      results: blocks.slice(offset, offset + limit).map((block) => mined(block.receipts[0]!, block, false)),
    });
  });
  app.get('/extended/v2/addresses/:principal/transactions', (c) => {
    const { limit, offset } = page(c);
    const principal = principalOf(c.req.param('principal'));
    const blocks = ofAddress(principal);
    return c.json({
      limit,
      offset,
      total: blocks.length,
      results: blocks.slice(offset, offset + limit).map((block) => ({
        tx: mined(block.receipts[0]!, block, false),
        stx_sent: '0',
        stx_received: '0',
        events: {
          stx: { transfer: 0, mint: 0, burn: 0 },
          ft: { transfer: 0, mint: 0, burn: 0 },
          nft: { transfer: 0, mint: 0, burn: 0 },
        },
      })),
    });
  });
  app.get('/extended/v1/address/:principal/mempool', (c) => {
    const { limit, offset } = page(c);
    const principal = principalOf(c.req.param('principal'));
    const all = chain.mempool.filter((tx) => tx.sender === principal);
    return c.json({ limit, offset, total: all.length, results: all.slice(offset, offset + limit).map(pending) });
  });

  for (const version of ['v1', 'v2']) {
    const path = version === 'v1' ? '/extended/v1/block' : '/extended/v2/blocks';
    app.get(path, (c) => {
      const { limit, offset } = page(c);
      return c.json({ limit, offset, total: chain.blocks.length, results: newestFirst(limit, offset).map(blockJson) });
    });
  }
  app.get('/extended/v1/block/by_height/:height', (c) => {
    const block = findBlock(c.req.param('height'));
    return block ? c.json(blockJson(block)) : c.json(nothing('block'), 404);
  });
  app.get('/extended/v1/block/:hash', (c) => {
    const block = findBlock(c.req.param('hash'));
    return block ? c.json(blockJson(block)) : c.json(nothing('block'), 404);
  });
  app.get('/extended/v2/blocks/:id', (c) => {
    const block = findBlock(c.req.param('id'));
    return block ? c.json(blockJson(block)) : c.json(nothing('block'), 404);
  });
  app.get('/extended/v2/blocks/:id/transactions', (c) => {
    const block = findBlock(c.req.param('id'));
    if (!block) return c.json(nothing('block'), 404);
    const { limit, offset } = page(c);
    return c.json({
      limit,
      offset,
      total: block.receipts.length,
      results: block.receipts.slice(offset, offset + limit).map((receipt) => mined(receipt, block)),
    });
  });
  app.get('/extended/v1/contract/:id', (c) => {
    const id = principalOf(c.req.param('id'));
    const source_code = chain.source(id);
    return source_code === undefined
      ? c.json(nothing(`contract by id ${id}`), 404)
      : c.json({ contract_id: id, canonical: true, source_code, abi: JSON.stringify(chain.contractInterface(id)) });
  });
  app.get('/extended/v1/fee_rate', (c) => c.json({ fee_rate: 1 }));

  app.post('/extended/v1/faucets/stx', async (c) => {
    const fromQuery = c.req.query('address');
    const address = fromQuery ?? (await jsonBody(c)).address;
    if (typeof address !== 'string') throw new BadRequest('address is missing.');
    devnet.faucet(principalOf(address), FAUCET_STX);
    return c.json({ success: true, txId: '', txRaw: '' });
  });

  // ---- control: this chain only

  app.get('/devnet/status', (c) => {
    const { tip } = chain;
    return c.json({
      height: tip.height,
      hash: tip.hash,
      time: chain.time,
      burnHeight: tip.burnHeight,
      speed: devnet.clock.speed,
      mempool: chain.mempool.length,
      observers: devnet.observerStatus(),
    });
  });
  app.post('/devnet/advance', async (c) => {
    const { seconds, until } = await jsonBody(c);
    if (typeof until !== 'number' && typeof seconds !== 'number')
      throw new BadRequest('Say how far: { "seconds": 3600 } or { "until": <unix seconds> }.');
    devnet.advance(typeof until === 'number' ? until : chain.time + Number(seconds));
    return c.json({ height: chain.tip.height, time: chain.time });
  });
  app.post('/devnet/mine', async (c) => {
    const blocks = wholeNumber((await jsonBody(c)).blocks, 'blocks', { min: 1, max: 10_000, fallback: 1 });
    for (let i = 0; i < blocks; i++) devnet.mine();
    return c.json({ height: chain.tip.height, time: chain.time });
  });
  app.post('/devnet/reorg', async (c) => {
    const { depth, drop } = await jsonBody(c);
    const ids = drop === undefined ? [] : drop;
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
      throw new BadRequest('drop is a list of transaction ids.');
    const { rollback, apply } = devnet.reorg(wholeNumber(depth, 'depth', { min: 1, max: 10_000 }), ids);
    return c.json({
      rolledBack: rollback.map(({ hash }) => hash),
      applied: apply.map(({ hash }) => hash),
      height: chain.tip.height,
    });
  });
  app.post('/devnet/speed', async (c) => {
    const { speed } = await jsonBody(c);
    if (typeof speed !== 'number' || !(speed >= 0 && speed <= 100_000))
      throw new BadRequest('speed lies between 0 and 100000.');
    devnet.clock.speed = speed;
    return c.json({ speed });
  });
  app.post('/devnet/faucet', async (c) => {
    const { address, amount } = await jsonBody(c);
    if (typeof address !== 'string' || !/^\d{1,30}$/.test(String(amount)))
      throw new BadRequest('Say who gets how many microSTX: { "address": …, "amount": "1000000" }.');
    devnet.faucet(principalOf(address), BigInt(String(amount)));
    return c.json({ balance: String(chain.balance(address)) });
  });

  return app;
}

function typeText(type: unknown): string {
  return typeof type === 'string' ? type : type === undefined ? '' : JSON.stringify(type);
}
