// What the Stacks API's own client reads.
import { createClient } from '@stacks/blockchain-api-client';
import { Cl, makeSTXTokenTransfer, Pc } from '@stacks/transactions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, bob, call, clear, get, type Net, networkOf, post, send, withBank } from './fixture.ts';

const BANK = `${alice.address}.bank`;

describe('the API client reads', () => {
  let net: Net;
  let client: ReturnType<typeof createClient>;
  let paid: { tx_id: string; block_height: number };
  beforeAll(async () => {
    net = await withBank();
    client = createClient({ baseUrl: net.url });
    await send(net, await call(net, 'mine-gold', [Cl.uint(100)]));
    await send(
      net,
      await call(net, 'send-gold', [Cl.uint(30), Cl.principal(bob.address)], {
        postConditions: [Pc.principal(alice.address).willSendEq(30).ft(`${alice.address}.bank`, 'gold')],
      }),
    );
    await send(net, await call(net, 'claim', [Cl.uint(1)]));
    paid = await send(
      net,
      await call(net, 'pay', [Cl.uint(5), Cl.principal(bob.address)], {
        postConditions: [Pc.principal(alice.address).willSendLte(5).ustx()],
      }),
    );
    await send(net, await call(net, 'pay', [Cl.uint(5), Cl.principal(bob.address)]));
  });
  afterAll(clear);

  it('a transaction whole', async () => {
    const { data } = await client.GET('/extended/v1/tx/{tx_id}', { params: { path: { tx_id: paid.tx_id } } });
    expect(data).toMatchObject({
      tx_id: paid.tx_id,
      tx_type: 'contract_call',
      tx_status: 'success',
      canonical: true,
      sender_address: alice.address,
      post_condition_mode: 'deny',
      post_conditions: [
        {
          type: 'stx',
          condition_code: 'sent_less_than_or_equal_to',
          amount: '5',
          principal: { type_id: 'principal_standard', address: alice.address },
        },
      ],
      contract_call: {
        contract_id: BANK,
        function_name: 'pay',
        function_signature: '(define-public (pay (amount uint) (to principal)))',
        function_args: [
          { name: 'amount', type: 'uint', repr: 'u5', hex: `0x${Cl.serialize(Cl.uint(5))}` },
          { name: 'to', type: 'principal', repr: `'${bob.address}`.slice(1) },
        ],
      },
      tx_result: { repr: '(ok true)' },
      event_count: 2,
      events: [
        {
          event_index: 0,
          event_type: 'smart_contract_log',
          contract_log: { contract_id: BANK, topic: 'print', value: { repr: '(tuple (amount u5) (topic "paid"))' } },
        },
        { event_index: 1, event_type: 'stx_asset', asset: { asset_event_type: 'transfer', amount: '5' } },
      ],
    });
    expect((data as { execution_cost_runtime: number }).execution_cost_runtime).toBeGreaterThan(0);
    const raw = await client.GET('/extended/v1/tx/{tx_id}/raw', { params: { path: { tx_id: paid.tx_id } } });
    expect(raw.data?.raw_tx).toMatch(/^0x80800000000/);
    const none = await client.GET('/extended/v1/tx/{tx_id}', { params: { path: { tx_id: `0x${'ab'.repeat(32)}` } } });
    expect(none.response.status).toBe(404);
  });

  it('lists of transactions, newest first, in pages', async () => {
    const all = await client.GET('/extended/v1/tx/', { params: { query: { limit: 2, offset: 1 } } });
    expect(all.data).toMatchObject({ limit: 2, offset: 1, total: 6 });
    expect(all.data!.results[0]!.tx_id).toBe(paid.tx_id);
    const params = { path: { address: bob.address } };
    const { data } = await client.GET('/extended/v2/addresses/{address}/transactions', { params });
    expect(data).toMatchObject({ total: 2 });
    expect(data!.results[0]).toMatchObject({
      tx: { tx_id: paid.tx_id },
      stx_sent: '0',
      stx_received: '5',
      events: { stx: { transfer: 1 }, ft: { transfer: 0 } },
    });
    const mine = await get(net, `/extended/v1/address/${alice.address}/transactions?limit=50`);
    expect(mine.results.map((tx: { nonce: number }) => tx.nonce)).toEqual([5, 4, 3, 2, 1, 0]);
    expect(mine.results[0].tx_status).toBe('abort_by_post_condition');
    expect(mine.results[0].vm_error).toContain('Post-condition check failure');
    const several = await get(net, `/extended/v1/tx/multiple?tx_id=${paid.tx_id}&tx_id=0xff`);
    expect([several[paid.tx_id].found, several['0xff'].found]).toEqual([true, false]);
  });

  it('blocks by height, hash and name', async () => {
    const path = { height_or_hash: paid.block_height };
    const { data: block } = await client.GET('/extended/v2/blocks/{height_or_hash}', { params: { path } });
    expect(block).toMatchObject({ canonical: true, height: paid.block_height, tx_count: 1 });
    for (const id of [block!.hash, block!.index_block_hash])
      expect((await get(net, `/extended/v2/blocks/${id}`)).height).toBe(paid.block_height);
    const { data: latest } = await client.GET('/extended/v2/blocks/{height_or_hash}', {
      params: { path: { height_or_hash: 'latest' } },
    });
    expect(latest!.height).toBe(net.chain.tip.height);
    const { data: blocks } = await client.GET('/extended/v2/blocks/', { params: { query: { limit: 3 } } });
    expect(blocks!.results.map(({ height }) => height)).toEqual([0, 1, 2].map((i) => net.chain.tip.height - i));
    for (const [i, one] of blocks!.results.entries())
      expect(one.parent_index_block_hash).toBe(blocks!.results[i + 1]?.index_block_hash ?? one.parent_index_block_hash);
    const { data: transactions } = await client.GET('/extended/v2/blocks/{height_or_hash}/transactions', {
      params: { path },
    });
    expect(transactions!.results.map(({ tx_id }) => tx_id)).toEqual([paid.tx_id]);
    const old = await get(net, `/extended/v1/block/by_height/${paid.block_height}`);
    expect(old.txs).toEqual([paid.tx_id]);
    const burn = await get(net, '/extended/v2/burn-blocks/latest');
    expect(burn).toMatchObject({ burn_block_height: 1, total_tx_count: 6 });
    expect((await get(net, '/extended/v2/burn-blocks')).total).toBe(1);
  });

  it('balances, nonces, contracts and the mempool', async () => {
    const params = { path: { principal: alice.address } };
    const { data: balances } = await client.GET('/extended/v1/address/{principal}/balances', { params });
    const gold = `${BANK}::gold`;
    expect(balances!.fungible_tokens[gold]).toMatchObject({ balance: '70', total_sent: '30', total_received: '100' });
    expect(balances!.non_fungible_tokens[`${BANK}::deed`]).toMatchObject({ count: '1' });
    expect(balances!.stx.balance).toBe(String(net.chain.balance(alice.address)));
    expect(balances!.stx.total_fees_sent).toBe(String(5000 + 5 * 2000));
    const { data: nonces } = await client.GET('/extended/v1/address/{principal}/nonces', { params });
    expect(nonces).toMatchObject({ last_executed_tx_nonce: 5, possible_next_nonce: 6, detected_missing_nonces: [] });
    const { data: contract } = await client.GET('/extended/v1/contract/{contract_id}', {
      params: { path: { contract_id: BANK } },
    });
    expect(contract).toMatchObject({ contract_id: BANK, clarity_version: 5, block_height: 2, canonical: true });
    expect(JSON.parse(contract!.abi!).functions.length).toBeGreaterThan(5);
    const events = await get(net, `/extended/v1/contract/${BANK}/events`);
    expect(events.results).toHaveLength(1);
    await send(
      net,
      await makeSTXTokenTransfer({
        recipient: alice.address,
        amount: 1n,
        senderKey: bob.key,
        network: networkOf(net),
        fee: 500,
        memo: 'für dich',
      }),
    );
    await post(net, '/devnet/speed', { paused: true });
    await fetch(`${net.url}/extended/v1/faucets/stx?address=${bob.address}`, { method: 'POST' });
    const { data: mempool } = await client.GET('/extended/v1/tx/mempool', {
      params: { query: { recipient_address: bob.address } },
    });
    expect(mempool).toMatchObject({ total: 1, results: [{ tx_status: 'pending', tx_type: 'token_transfer' }] });
    await post(net, '/devnet/speed', { paused: false });
    await expect.poll(() => net.chain.mempool.size).toBe(0);
    expect((await get(net, '/extended')).chain_tip.block_height).toBe(net.chain.tip.height);
  });

  it('what a node itself says', async () => {
    const info = await get(net, '/v2/info');
    expect(info).toMatchObject({ network_id: 2147483648, stacks_tip_height: net.chain.tip.height });
    expect(`0x${info.stacks_tip}`).toBe(net.chain.tip.blockHash);
    expect((await get(net, '/v2/pox')).contract_id).toBe('ST000000000000000000002AMW42H.pox-5');
    const account = await get(net, `/v2/accounts/${alice.address}?proof=0`);
    expect(account).toEqual({
      balance: `0x${net.chain.balance(alice.address).toString(16).padStart(32, '0')}`,
      locked: `0x${'0'.repeat(32)}`,
      unlock_height: 0,
      nonce: 6,
    });
    const [address, name] = BANK.split('.');
    expect((await get(net, `/v2/contracts/source/${address}/${name}?proof=0`)).publish_height).toBe(2);
    expect(await get(net, `/v2/data_var/${address}/${name}/count?proof=0`)).toEqual({
      data: `0x${Cl.serialize(Cl.uint(1))}`,
    });
    expect((await fetch(`${net.url}/v2/data_var/${address}/${name}/nothing`)).status).toBe(404);
    const read = (fn: string, args: string[]) =>
      post(net, `/v2/contracts/call-read/${address}/${name}/${fn}`, { sender: bob.address, arguments: args });
    expect((await read('get-count', [])).body).toEqual({ okay: true, result: `0x${Cl.serialize(Cl.uint(1))}` });
    expect((await read('pay', [])).body).toEqual({ okay: false, cause: 'NotReadOnly' });
    expect((await read('nothing', [])).body.okay).toBe(false);
  });
});
