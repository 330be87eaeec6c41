// The routes of the Stacks API (/extended) that stacks.js, wallets and the API client use.
import { type Context, Hono } from 'hono';
import type { Block } from '../chain.ts';
import type { Devnet } from '../devnet.ts';
import { BadRequest } from '../errors.ts';
import type { Tx } from '../transactions.ts';
import { Activity, type Entry } from './activity.ts';
import { SERVER_VERSION } from './node.ts';
import { jsonBody, page, pageOf, principalOf } from './requests.ts';
import { blockJson, blockV1Json, burnBlockJson, eventJson, minedJson, waitingJson } from './shapes.ts';

const FAUCET_MICRO_STX = 500_000_000n;
const MAX_IDS = 50;
const nothing = (c: Context, what: string) => c.json({ error: `cannot find ${what.slice(0, 120)}` }, 404);
const idOf = (text: string) => (text.startsWith('0x') ? text : `0x${text}`).toLowerCase();

export function extendedRoutes(devnet: Devnet): Hono {
  const { chain } = devnet;
  const activity = new Activity(chain);
  const app = new Hono();

  // ---- the node

  const status = (c: Context) => {
    const { tip } = chain;
    return c.json({
      server_version: SERVER_VERSION,
      status: 'ready',
      chain_tip: {
        block_height: tip.height,
        block_hash: tip.blockHash,
        index_block_hash: tip.hash,
        microblock_hash: '',
        microblock_sequence: 0,
        burn_block_height: tip.burnHeight,
      },
    });
  };
  app.get('/extended', status);
  app.get('/extended/v1/status', status);
  app.get('/extended/v1/info/network_block_times', (c) =>
    c.json({ mainnet: { target_block_time: 600 }, testnet: { target_block_time: 10 } }),
  );
  app.get('/extended/v1/fee_rate', (c) => c.json({ fee_rate: 1 }));
  app.get('/extended/v2/mempool/fees', (c) => {
    const levels = { no_priority: 200, low_priority: 300, medium_priority: 500, high_priority: 1000 };
    return c.json({ all: levels, token_transfer: levels, contract_call: levels, smart_contract: levels });
  });

  // ---- transactions

  const findTx = (id: string) => {
    const found = chain.receipt(id);
    if (found) return minedJson(found.receipt, found.block, chain);
    const waiting = chain.mempool.get(id);
    if (waiting) return waitingJson(waiting, chain);
    const dropped = chain.dropped(id);
    return dropped && waitingJson(dropped.tx, chain, dropped.reason);
  };
  const waiting = (c: Context, keep: (tx: Tx) => boolean) => {
    const all = [...chain.mempool].filter(keep).reverse();
    return c.json(pageOf(c, all, (tx) => waitingJson(tx, chain), 200));
  };
  app.get('/extended/v1/tx/mempool', (c) => {
    const { sender_address, recipient_address, address } = c.req.query();
    return waiting(c, (tx) => {
      const recipient = tx.payload.type === 'transfer' ? tx.payload.recipient : tx.payload.contract;
      if (sender_address && tx.sender !== sender_address) return false;
      if (recipient_address && recipient !== recipient_address) return false;
      return !address || tx.sender === address || recipient === address;
    });
  });
  app.get('/extended/v1/tx/multiple', (c) => {
    const ids = (c.req.queries('tx_id') ?? []).flatMap((text) => text.split(','));
    if (ids.length === 0 || ids.length > MAX_IDS) throw new BadRequest(`tx_id is given 1 to ${MAX_IDS} times.`);
    return c.json(
      Object.fromEntries(
        ids.map((id) => {
          const result = findTx(idOf(id));
          return [id, result ? { found: true, result } : { found: false, result: { tx_id: id } }];
        }),
      ),
    );
  });
  app.get('/extended/v1/tx', (c) => {
    const all = activity.all.toReversed();
    return c.json(pageOf(c, all, ({ receipt, block }) => minedJson(receipt, block, chain, false)));
  });
  app.get('/extended/v1/tx/:id', (c) => {
    const tx = findTx(idOf(c.req.param('id')));
    return tx ? c.json(tx) : nothing(c, `transaction by id ${c.req.param('id')}`);
  });
  app.get('/extended/v1/tx/:id/raw', (c) => {
    const id = idOf(c.req.param('id'));
    const tx = chain.receipt(id)?.receipt.tx ?? chain.mempool.get(id);
    return tx ? c.json({ raw_tx: `0x${tx.hex}` }) : nothing(c, `transaction by id ${id}`);
  });

  // ---- addresses

  app.get('/extended/v1/address/:principal/nonces', (c) => {
    const principal = principalOf(c.req.param('principal'));
    const executed = Number(chain.nonce(principal));
    const nonces = chain.mempool.noncesOf(principal).map(Number);
    const last = nonces.length > 0 ? Math.max(...nonces) : null;
    const missing =
      last === null
        ? []
        : Array.from({ length: last - executed }, (_, i) => executed + i).filter((n) => !nonces.includes(n));
    return c.json({
      last_mempool_tx_nonce: last,
      last_executed_tx_nonce: executed > 0 ? executed - 1 : null,
      possible_next_nonce: Number(chain.nextNonce(principal)),
      detected_missing_nonces: missing.reverse(),
      detected_mempool_nonces: missing.length > 0 ? nonces.sort((a, b) => b - a) : [],
    });
  });
  const stxOf = (principal: string) => {
    const { unlocked, locked } = chain.account(principal);
    const { stx, fees } = activity.of(principal) ?? { stx: { sent: 0n, received: 0n }, fees: 0n };
    return {
      balance: String(unlocked + locked),
      estimated_balance: String(unlocked + locked),
      pending_balance_inbound: '0',
      pending_balance_outbound: '0',
      total_sent: String(stx.sent),
      total_received: String(stx.received),
      total_fees_sent: String(fees),
      total_miner_rewards_received: '0',
      lock_tx_id: '',
      locked: String(locked),
      lock_height: 0,
      burnchain_lock_height: 0,
      burnchain_unlock_height: 0,
    };
  };
  const fungibleOf = (principal: string) =>
    Object.fromEntries(
      [...(activity.of(principal)?.tokens ?? [])].map(([asset, { sent, received }]) => [
        asset,
        { balance: String(received - sent), total_sent: String(sent), total_received: String(received) },
      ]),
    );
  app.get('/extended/v1/address/:principal/stx', (c) => c.json(stxOf(principalOf(c.req.param('principal')))));
  app.get('/extended/v2/addresses/:principal/balances/stx', (c) =>
    c.json(stxOf(principalOf(c.req.param('principal')))),
  );
  app.get('/extended/v2/addresses/:principal/balances/ft', (c) => {
    const principal = principalOf(c.req.param('principal'));
    const rows = Object.entries(fungibleOf(principal)).filter(([, { balance }]) => balance !== '0');
    return c.json(pageOf(c, rows, ([token, { balance }]) => ({ token, balance })));
  });
  app.get('/extended/v1/address/:principal/balances', (c) => {
    const principal = principalOf(c.req.param('principal'));
    const items = [...(activity.of(principal)?.items ?? [])].map(([asset, { count, sent, received }]) => [
      asset,
      { count: String(count), total_sent: String(sent), total_received: String(received) },
    ]);
    return c.json({
      stx: stxOf(principal),
      fungible_tokens: fungibleOf(principal),
      non_fungible_tokens: Object.fromEntries(items),
    });
  });
  const historyOf = (c: Context) => (activity.of(principalOf(c.req.param('principal')!))?.entries ?? []).toReversed();
  app.get('/extended/v1/address/:principal/transactions', (c) =>
    c.json(pageOf(c, historyOf(c), ({ receipt, block }: Entry) => minedJson(receipt, block, chain, false))),
  );
  const withTransfers = ({ receipt, block, stxSent, stxReceived, events }: Entry) => ({
    tx: minedJson(receipt, block, chain, false),
    stx_sent: String(stxSent),
    stx_received: String(stxReceived),
    events,
  });
  app.get('/extended/v1/address/:principal/transactions_with_transfers', (c) =>
    c.json(
      pageOf(c, historyOf(c), (entry) => ({
        ...withTransfers(entry),
        stx_transfers: [],
        ft_transfers: [],
        nft_transfers: [],
      })),
    ),
  );
  app.get('/extended/v2/addresses/:principal/transactions', (c) => c.json(pageOf(c, historyOf(c), withTransfers)));
  app.get('/extended/v1/address/:principal/assets', (c) => {
    const rows = historyOf(c).flatMap(({ receipt: { tx, events } }) =>
      events.map((event, i) => eventJson(event, i, tx.txid)).filter(({ event_type }) => event_type.endsWith('_asset')),
    );
    return c.json(pageOf(c, rows, (row) => row));
  });
  app.get('/extended/v1/address/:principal/mempool', (c) => {
    const principal = principalOf(c.req.param('principal'));
    return waiting(
      c,
      ({ sender, payload }) =>
        sender === principal || (payload.type === 'transfer' ? payload.recipient : payload.contract) === principal,
    );
  });

  // ---- blocks

  const findBlock = (text: string): Block | undefined => {
    if (text === 'latest') return chain.tip;
    if (/^\d{1,9}$/.test(text)) return chain.blockAt(Number(text));
    const id = idOf(text);
    const found = chain.block(id);
    // The API speaks of the canonical chain only.
    return found?.canonical ? found : chain.blocks.findLast(({ blockHash }) => blockHash === id);
  };
  const blocks = (c: Context, shape: (block: Block) => object) => c.json(pageOf(c, chain.blocks.toReversed(), shape));
  app.get('/extended/v1/block', (c) => blocks(c, blockV1Json));
  app.get('/extended/v2/blocks', (c) => blocks(c, blockJson));
  const oneBlock = (c: Context, text: string, shape: (block: Block) => object) => {
    const block = findBlock(text);
    return block ? c.json(shape(block)) : nothing(c, `block ${text}`);
  };
  app.get('/extended/v1/block/by_height/:height', (c) => oneBlock(c, c.req.param('height'), blockV1Json));
  app.get('/extended/v1/block/:hash', (c) => oneBlock(c, c.req.param('hash'), blockV1Json));
  app.get('/extended/v2/blocks/:id', (c) => oneBlock(c, c.req.param('id'), blockJson));
  const transactionsOf = (c: Context, text: string, withEvents: boolean) => {
    const block = findBlock(text);
    if (!block) return nothing(c, `block ${text}`);
    return c.json(pageOf(c, block.receipts, (receipt) => minedJson(receipt, block, chain, withEvents), 200));
  };
  app.get('/extended/v2/blocks/:id/transactions', (c) => transactionsOf(c, c.req.param('id'), true));
  app.get('/extended/v1/tx/block/:hash', (c) => transactionsOf(c, c.req.param('hash'), false));
  app.get('/extended/v1/tx/block_height/:height', (c) => transactionsOf(c, c.req.param('height'), false));
  const burnBlock = (match: (block: Block) => boolean) => {
    const last = chain.blocks.findLast(match);
    return last && chain.blocks.filter(({ burnHeight }) => burnHeight === last.burnHeight);
  };
  app.get('/extended/v2/burn-blocks', (c) => {
    const heights = [...new Set(chain.blocks.map(({ burnHeight }) => burnHeight))].reverse();
    return c.json(pageOf(c, heights, (height) => burnBlockJson(burnBlock(({ burnHeight }) => burnHeight === height)!)));
  });
  app.get('/extended/v2/burn-blocks/:id', (c) => {
    const text = c.req.param('id');
    const found =
      text === 'latest'
        ? burnBlock(() => true)
        : burnBlock(({ burnHeight, burnHash }) => String(burnHeight) === text || burnHash === idOf(text));
    return found ? c.json(burnBlockJson(found)) : nothing(c, `burn block ${text}`);
  });

  // ---- contracts

  app.get('/extended/v1/contract/:id', (c) => {
    const contract_id = principalOf(c.req.param('id'));
    const source_code = contract_id.includes('.') ? chain.source(contract_id) : undefined;
    if (source_code === undefined) return nothing(c, `contract by id ${contract_id}`);
    const found = activity.of(contract_id)?.entries.find(({ receipt: { tx } }) => tx.payload.type === 'deploy');
    const payload = found?.receipt.tx.payload;
    return c.json({
      tx_id: found?.receipt.tx.txid ?? '',
      canonical: true,
      contract_id,
      block_height: found?.block.height ?? 0,
      clarity_version: payload?.type === 'deploy' ? payload.clarityVersion : null,
      source_code,
      abi: JSON.stringify(chain.contractInterface(contract_id)),
    });
  });
  app.get('/extended/v1/contract/:id/events', (c) => {
    const contract = principalOf(c.req.param('id'));
    const { limit, offset } = page(c);
    const rows = activity.all
      .toReversed()
      .flatMap(({ receipt: { tx, events } }) =>
        events.flatMap((event, i) =>
          event.data.contract_identifier === contract ? [eventJson(event, i, tx.txid)] : [],
        ),
      );
    return c.json({ limit, offset, results: rows.slice(offset, offset + limit) });
  });

  // ---- faucet

  app.post('/extended/v1/faucets/stx', async (c) => {
    const address = c.req.query('address') ?? (await jsonBody(c)).address;
    if (typeof address !== 'string') throw new BadRequest('address is missing.');
    const tx = await devnet.faucet(principalOf(address), FAUCET_MICRO_STX);
    return c.json({ success: true, txId: tx.txid, txRaw: tx.hex });
  });

  return app;
}
