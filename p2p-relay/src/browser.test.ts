// The client in a real browser, against real relays; and how much of it a page has to load.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Bytes } from '@wattconnect/protocol';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { after, CELL, CHAIN_ID, CONTRACT, client, offer, relay, tcpOf, until, wsOf } from './test/kit.ts';

const MOST_GZIP_BYTES = 160_000;
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    root: new URL('.', import.meta.url).pathname,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: new URL('./test/browser-page.ts', import.meta.url).pathname },
      modulePreload: false,
    },
  });
  if (!('output' in result)) throw new Error('One bundle was expected.');
  const chunks = result.output.filter((part) => part.type === 'chunk');
  expect(chunks.length).toBe(1);
  // Nothing of Node's is left over, neither imported nor replaced by an empty stub.
  expect(chunks[0]!.imports).toEqual([]);
  expect(chunks[0]!.moduleIds.filter((id) => id.includes('browser-external'))).toEqual([]);
  return chunks[0]!.code;
}

describe('the client in a browser', () => {
  it('fits into its size, sends and hears offers over WebSocket, and refuses bad ones', async () => {
    const code = await bundle();
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(MOST_GZIP_BYTES);

    const a = await relay();
    const b = await relay({ bootstrap: [tcpOf(a)] });
    const neighbour = await client([wsOf(b)]);
    const early = offer();
    await a.publish(early);

    const server = createServer((request, response) => {
      const script = request.url === '/page.js';
      response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
      response.end(script ? code : '<!doctype html><script type="module" src="/page.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => new Promise((resolve) => server.close(resolve)));
    const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
    if (!executablePath) throw new Error('No Chromium found: install it or set CHROMIUM to its path.');
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    after(() => browser.close());
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.start');
    const options = { relays: [wsOf(a), wsOf(b)], chainId: CHAIN_ID, contract: CONTRACT, cells: [CELL.toString(16)] };
    await page.evaluate(`start(${JSON.stringify(options)})`);
    const inPage = <T>(expression: string) => page.evaluate(expression) as Promise<T>;
    await until('both relays are reached', async () => (await inPage('client.peers().length')) === 2);
    await until('the offer from before is there', async () => (await inPage('heard.length')) === 1);

    const mine = offer();
    const publish = (one: typeof mine) => `publish('offer', '${Bytes.toHex(one.cv)}', '${Bytes.toHex(one.sig)}')`;
    await inPage(publish(mine));
    await until('its offer reaches a neighbour of the other relay', () => neighbour.offers().length === 2);
    expect(neighbour.offers().map(({ order }) => order.nonce)).toContain(mine.order.nonce);
    const theirs = offer({}, { by: 'home-h02' });
    const { id } = await neighbour.publish(theirs);
    await until("the neighbour's offer arrives", async () => (await inPage<string[]>('heard')).includes(id));
    const forged = { ...offer(), sig: mine.sig };
    await expect(inPage(publish(forged))).rejects.toThrow('not signed by its maker');
    expect(errors).toEqual([]);
    await inPage('client.close()');
    await until('the relays see it leave', () => a.status().peers.length + b.status().peers.length === 3);
  });
});
