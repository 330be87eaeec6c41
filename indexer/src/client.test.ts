// Clients that are made for The Graph, unchanged: documents as a subgraph's users write them, with the names of types that they declare.
import { createHash } from 'node:crypto';
import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import { nodeSource } from '@wattconnect/chainhooks';
import { call } from '@wattconnect/contracts';
import { address, DEPLOYER, type Market } from '@wattconnect/devnet/testing';
import { GraphQLClient, gql } from 'graphql-request';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Indexer } from './indexer.ts';
import { serve } from './server.ts';
import { SqliteStore } from './store/sqlite.ts';
import { market, report, settle, trade } from './test/chain.ts';

let net: Market;
let indexer: Indexer;
let client: GraphQLClient;
let byGet: GraphQLClient;
let url: string;
let opened: number;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  net = await market();
  const { slot, id } = await trade(net);
  opened = net.chain.tip.height;
  await report(net, slot, 1600n);
  await settle(net, slot, id);
  indexer = new Indexer(new SqliteStore(), DEPLOYER);
  await indexer.sync(nodeSource(net.url));
  const server = await serve(indexer, { port: 0 });
  closers.push(
    () => net.close(),
    () => indexer.store.close(),
    () => server.close(),
  );
  url = `${server.url}/graphql`;
  client = new GraphQLClient(url);
  byGet = new GraphQLClient(url, { method: 'GET', jsonSerializer: JSON });
}, 60_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

it('pages, filters and orders with variables, by POST and by GET', async () => {
  const query = gql`
    query Trades($first: Int = 10, $skip: Int, $where: Trade_filter, $by: Trade_orderBy, $way: OrderDirection) {
      trades(first: $first, skip: $skip, where: $where, orderBy: $by, orderDirection: $way) {
        ...Sides
        status
        deliveredWh
      }
    }
    fragment Sides on Trade {
      id
      seller {
        id
        sales(first: 1, orderBy: slot, orderDirection: desc, where: { status_not: "open" }) {
          id
        }
      }
      buyer {
        id
      }
    }
  `;
  const variables = { where: { deliveredWh_gte: '1', seller_: { certified: true } }, by: 'seller__score', way: 'desc' };
  const answer = await client.request<{ trades: object[] }>(query, variables);
  expect(answer.trades).toMatchObject([
    { id: '1', status: 'partially-settled', deliveredWh: '1600', seller: { sales: [{ id: '1' }] } },
  ]);
  expect(await byGet.request(query, variables)).toEqual(answer);
  expect(await client.request(query, { ...variables, skip: 1 })).toEqual({ trades: [] });
});

it('travels in time, and learns of the block', async () => {
  const query = gql`
    query Then($block: Block_height, $error: _SubgraphErrorPolicy_! = deny) {
      trade(id: "1", block: $block, subgraphError: $error) {
        status
      }
      _meta(block: $block) {
        block {
          number
          hash
          timestamp
          parentHash
        }
        deployment
        hasIndexingErrors
      }
    }
  `;
  const past = await client.request<{ trade: object; _meta: { block: { hash: string } } }>(query, {
    block: { number: opened },
  });
  expect(past).toMatchObject({
    trade: { status: 'open' },
    _meta: { block: { number: opened }, hasIndexingErrors: false },
  });
  expect(await client.request(query, { block: { hash: past._meta.block.hash } })).toEqual(past);
  const now = await client.request<{ trade: object }>(query, { block: { number_gte: opened } });
  expect(now.trade).toEqual({ status: 'partially-settled' });
});

it('asks several things at once, with aliases, null and changes since a block', async () => {
  const answer = await client.request(
    gql`
      query Several($since: Int!) {
        none: trade(id: "99") {
          id
        }
        open: offers(where: { or: [{ status: "open" }, { status_in: ["filled"] }] }) {
          id
          seller {
            tier
          }
        }
        changed: trades(where: { _change_block: { number_gte: $since } }) {
          id
        }
        unsettled: trades(where: { settledTx: null }) {
          id
        }
      }
    `,
    { since: opened + 1 },
  );
  expect(answer).toMatchObject({ none: null, open: [{ id: '1' }], changed: [{ id: '1' }], unsettled: [] });
});

it('gets its mistakes told as errors that it understands', async () => {
  const wrong = client.request('{ trades(where: { nothing: 1 }) { id } }');
  await expect(wrong).rejects.toMatchObject({ response: { status: 400, errors: [{ message: expect.any(String) }] } });
  const { errors, data } = await client
    .rawRequest('{ trades(first: 5000) { id } }')
    .catch((error: { response: { errors: object[]; data: unknown } }) => error.response);
  expect([errors, data ?? null]).toMatchObject([[{ message: expect.stringContaining('1000') }], null]);
});

it('shows a question once and then asks by its hash, by POST and by GET', async () => {
  const query = '{ trades { id status buyer { id } } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const post = async (asked: object) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(asked) })).json();
  };
  // What clients wait for before they send the text.
  const unknown = { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] };
  expect(await post({ extensions })).toMatchObject(unknown);
  const shown = await post({ query, extensions });
  expect(shown).toEqual({
    data: { trades: [{ id: '1', status: 'partially-settled', buyer: { id: address('home-b') } }] },
  });
  expect(await post({ extensions })).toEqual(shown);
  const got = await fetch(`${url}?extensions=${encodeURIComponent(JSON.stringify(extensions))}`);
  expect(await got.json()).toEqual(shown);
});

it('need not be told again what has not changed since the block that it knows', async () => {
  const asked = `${url}?query=${encodeURIComponent('{ trades { id status } }')}`;
  const ask = (question: string, known: string) => fetch(question, { headers: { 'if-none-match': known } });
  const first = await fetch(asked);
  const etag = first.headers.get('etag')!;
  expect([first.status, etag]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
  const again = await ask(asked, etag);
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  // Another question is another answer, and so is the same one after another block.
  expect((await ask(`${url}?query=${encodeURIComponent('{ offers { id } }')}`, etag)).status).toBe(200);
  await net.send('home-a', call.tradeEscrow.deposit({ amount: 1n }));
  await indexer.sync(nodeSource(net.url));
  const later = await ask(asked, etag);
  expect([later.status, later.headers.get('etag') !== etag]).toEqual([200, true]);
  expect(await later.json()).toEqual(await first.json());
});

it('keeps what it has by type and id, and asks by POST or by GET, as urql does', async () => {
  const query = /* GraphQL */ `
    query Sales($who: ID!, $block: Block_height, $where: Trade_filter) {
      household(id: $who, block: $block) {
        id
        sales(first: 5, orderBy: slot, orderDirection: desc, where: $where) {
          id
          status
          buyer {
            id
            tier
          }
        }
      }
      _meta(block: $block) {
        block {
          number
        }
      }
    }
  `;
  const who = address('home-a');
  for (const preferGetMethod of ['force', false] as const) {
    const urql = createClient({ url, preferGetMethod, exchanges: [cacheExchange, fetchExchange] });
    const now = await urql.query(query, { who, where: { status_not: 'cancelled' } }).toPromise();
    expect(now.error).toBeUndefined();
    expect(now.data).toEqual({
      household: {
        __typename: 'Household',
        id: who,
        sales: [
          {
            __typename: 'Trade',
            id: '1',
            status: 'partially-settled',
            buyer: { __typename: 'Household', id: address('home-b'), tier: expect.any(String) },
          },
        ],
      },
      _meta: { __typename: '_Meta_', block: { __typename: '_Block_', number: expect.any(Number) } },
    });
    const kept = await urql.query(query, { who, where: { status_not: 'cancelled' } }).toPromise();
    expect([kept.data, kept.operation.context.meta?.cacheOutcome]).toEqual([now.data, 'hit']);
    const past = await urql.query(query, { who, block: { number: opened } }).toPromise();
    expect(past.data).toMatchObject({
      household: { sales: [{ status: 'open' }] },
      _meta: { block: { number: opened } },
    });
    const wrong = await urql.query('{ trades(first: 5000) { id } }', {}).toPromise();
    expect(wrong.error?.graphQLErrors.map(({ message }) => message).join()).toContain('1000');
    const nonsense = await urql.query('{ nothing { id } }', {}).toPromise();
    expect(nonsense.error?.graphQLErrors).not.toEqual([]);
  }
});
