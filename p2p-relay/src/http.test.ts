import { describe, expect, it } from 'vitest';
import { cancellation, client, offer, relay, until, wsOf } from './test/kit.ts';

const get = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('the status page and its neighbours', () => {
  it('show what the relay does', async () => {
    const a = await relay({ httpPort: 0 });
    const home = await client([wsOf(a)]);
    await until('connected', () => home.peers().length === 1);
    const mine = offer({ wh: 3400n, price: 297_000n });
    const { id } = await home.publish(mine);
    await until('it arrives', () => a.offers().length === 1);

    const health = JSON.parse((await get(`${a.http}/health`)).text);
    expect(health).toMatchObject({ status: 'ok', peerId: a.peerId, peers: 1, offers: 1, chain: 'none' });

    const offers = JSON.parse((await get(`${a.http}/offers`)).text);
    expect(offers.count).toBe(1);
    expect(offers.offers[0]).toMatchObject({
      id,
      maker: mine.order.maker,
      wh: '3400',
      price: '297000',
      cell: '871f0d4b5ffffff',
    });
    expect(JSON.parse((await get(`${a.http}/offers?kind=bid&limit=5`)).text)).toEqual({ count: 0, bids: [] });

    const { text } = await get(`${a.http}/metrics`);
    expect(text).toContain('\nwattconnect_peers 1\n');
    expect(text).toContain('\nwattconnect_offers 1\n');
    expect(text).toMatch(/\nwattconnect_(messages|sync_messages)_total\{verdict="accept",reason=""\} 1\n/);
    // Every line is a comment or a sample: a name, maybe labels, a number.
    for (const line of text.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) |wattconnect_\w+(\{.*\})? \d)/);

    const page = await get(`${a.http}/`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const shown of ['3.4', '0.297', a.peerId, '871f0d4b5ffffff']) expect(page.text).toContain(shown);
    await home.publish(cancellation(mine.order));
    await until('it is gone', () => a.offers().length === 0);
    expect((await get(`${a.http}/`)).text).toContain('Nobody offers anything right now.');
  });

  it('answer bad requests with what is wrong', async () => {
    const { http } = await relay({ httpPort: 0 });
    for (const [path, status, says] of [
      ['/nothing', 404, '/health'],
      ['/offers?limit=-1', 400, 'limit'],
      ['/offers?limit=1001', 400, 'limit'],
      ['/offers?limit=9999999999', 400, 'limit'],
      ['/offers?kind=<script>', 400, 'kind'],
      ['/%00%ff', 404, 'error'],
    ] as const) {
      const answer = await get(`${http}${path}`);
      expect([path, answer.status]).toEqual([path, status]);
      expect(JSON.parse(answer.text).error ?? '').toBeTypeOf('string');
      expect(answer.text).toContain(says);
    }
    const posted = await get(`${http}/offers`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await get(`${http}/offers`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });
});
