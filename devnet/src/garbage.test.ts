// Nonsense of every kind: seeded, so that what fails can be had again.
import { connect } from 'node:net';
import { Cl, type ClarityValue, makeSTXTokenTransfer } from '@stacks/transactions';
import { afterEach, describe, expect, it } from 'vitest';
import { alice, bob, call, clear, count, get, type Net, post, send, withBank } from './fixture.ts';

afterEach(clear);

const SEED = 20_261_121;
/** Mulberry32. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
const alive = async (net: Net) => {
  const before = net.chain.tip.height;
  net.devnet.mine();
  expect((await get(net, '/v2/info')).stacks_tip_height).toBe(before + 1);
  expect(await count(net)).toBe('u0');
};

describe('the chain lives on and answers below 500', () => {
  it('to random paths, queries, methods, headers and bodies', async () => {
    const net = await withBank();
    const roll = random(SEED);
    const pick = <T>(list: readonly T[]): T => list[roll(list.length)]!;
    const words = [
      ...[
        'v1',
        'v2',
        'v3',
        'extended',
        'devnet',
        'tx',
        'blocks',
        'block',
        'address',
        'addresses',
        'contracts',
        'mempool',
      ],
      ...[
        'call-read',
        'interface',
        'map_entry',
        'data_var',
        'accounts',
        'transactions',
        'chainhooks',
        'stacks',
        'latest',
      ],
      ...[
        'nonces',
        'balances',
        'by_height',
        'burn-blocks',
        'multiple',
        'contract',
        'events',
        'replay',
        'faucets',
        'stx',
      ],
      ...[
        alice.address,
        `${alice.address}.bank`,
        'bank',
        'get-count',
        'last-of',
        'count',
        '0',
        '-1',
        '1e9',
        '999999999999',
      ],
      ...[
        '%00',
        '%ff',
        '%2e%2e',
        '..',
        '',
        '💡',
        "';--",
        '__proto__',
        'constructor',
        '0x',
        `0x${'ab'.repeat(32)}`,
        'x'.repeat(3000),
      ],
    ];
    const values = [
      'null',
      '{}',
      '[]',
      '""',
      '-1',
      '1e999',
      '"0x0c00000001"',
      '"0x09"',
      `{"a":${'['.repeat(500)}${']'.repeat(500)}}`,
    ];
    const fields = [
      'tx',
      'sender',
      'arguments',
      'seconds',
      'until',
      'blocks',
      'depth',
      'drop',
      'speed',
      'paused',
      'address',
      'amount',
      'uuid',
      'networks',
      'transaction_payload',
    ];
    const body = () => {
      switch (roll(4)) {
        case 0:
          return Buffer.from(Array.from({ length: roll(300) }, () => roll(256)));
        case 1:
          return Buffer.from(pick(values));
        default:
          return Buffer.from(
            `{${Array.from({ length: 1 + roll(3) }, () => `"${pick(fields)}":${pick(values)}`).join(',')}}`,
          );
      }
    };
    const high: string[] = [];
    for (let i = 0; i < 1500; i++) {
      const path = `/${Array.from({ length: 1 + roll(6) }, () => pick(words)).join('/')}`;
      const query = roll(3) === 0 ? `?${pick(['limit', 'offset', 'tx_id', 'proof', 'address'])}=${pick(words)}` : '';
      const method = pick(['GET', 'GET', 'POST', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS']);
      const type = pick(['application/json', 'application/octet-stream', 'text/plain', 'x', '']);
      // Time and blocks may pass here, but not without end.
      if (/^\/devnet\/(advance|mine)/.test(path)) continue;
      const init = ['GET', 'HEAD', 'OPTIONS'].includes(method) ? {} : { body: body() };
      const response = await fetch(net.url + path + query, { method, headers: { 'content-type': type }, ...init });
      await response.arrayBuffer();
      if (response.status >= 500) high.push(`${method} ${path}${query} ${response.status}`);
    }
    expect(high).toEqual([]);
    await alive(net);
  });

  it('to transactions with a bit turned, bytes cut off or added', async () => {
    const net = await withBank();
    await post(net, '/devnet/speed', { paused: true });
    const roll = random(SEED);
    const transfer = { recipient: bob.address, amount: 1n, senderKey: alice.key, network: 'devnet', fee: 500 } as const;
    const good = [
      await makeSTXTokenTransfer({ ...transfer, nonce: 1 }),
      await call(net, 'pay', [Cl.uint(1), Cl.principal(bob.address)], { nonce: 1 }),
    ].map((tx) => Buffer.from(tx.serialize(), 'hex'));
    const known = new Set(good.map((bytes) => bytes.toString('hex')));
    const answers = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      let bytes = Buffer.from(good[i % 2]!);
      const at = roll(bytes.length);
      if (i % 5 === 0) bytes = bytes.subarray(0, at);
      else if (i % 5 === 1) bytes = Buffer.concat([bytes, Buffer.alloc(1 + roll(9), roll(256))]);
      else bytes[at]! ^= 1 << roll(8);
      if (known.has(bytes.toString('hex'))) continue;
      const response = await fetch(`${net.url}/v2/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
      });
      const text = await response.text();
      expect([bytes.toString('hex'), response.status, text]).toEqual([expect.anything(), 400, expect.anything()]);
      const { reason } = JSON.parse(text);
      answers.set(reason, (answers.get(reason) ?? 0) + 1);
    }
    expect(net.chain.mempool.size).toBe(0);
    expect([...answers.keys()].sort()).toEqual(expect.arrayContaining(['Deserialization', 'SignatureValidation']));
    await alive(net);
  });

  it('to values that break the VM itself', async () => {
    const net = await withBank();
    let nested: ClarityValue = Cl.uint(1);
    for (let i = 0; i < 200; i++) nested = Cl.some(nested);
    const deep = `0x${Cl.serialize(nested)}`;
    const bank = `${alice.address}/bank`;
    const read = { sender: alice.address, arguments: [deep] };
    const answer = await post(net, `/v2/contracts/call-read/${bank}/get-count`, read);
    expect(answer).toMatchObject({ status: 200, body: { okay: false } });
    expect((await post(net, `/v2/map_entry/${bank}/last-of`, deep)).status).toBeLessThan(500);
    expect((await post(net, `/v2/map_entry/${bank}/last-of`, `0x${Cl.serialize(Cl.none())}`)).status).toBe(200);
    const refused = await call(net, 'pay', [nested, Cl.principal(bob.address)]);
    await expect(send(net, refused)).rejects.toMatchObject({ answer: { reason: 'BadFunctionArgument' } });
    await alive(net);
    expect((await send(net, await call(net, 'now', []))).tx_status).toBe('success');
  });

  it('to bytes that are no HTTP', async () => {
    const net = await withBank();
    const { port } = new URL(net.url);
    const roll = random(SEED);
    for (const bytes of [
      'GET / HTTP/9.9\r\n\r\n',
      'POST /v2/transactions HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\nabc',
      'POST /v2/transactions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
      ...Array.from({ length: 10 }, () => Buffer.from(Array.from({ length: 200 }, () => roll(256)))),
    ])
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes));
        socket.on('error', () => {});
        socket.on('close', () => resolve());
        socket.resume();
        setTimeout(() => socket.destroy(), 200).unref();
      });
    await alive(net);
  });
});
