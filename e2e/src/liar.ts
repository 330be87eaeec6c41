// An indexer that lies: it passes on what a real one says, at half the price, and stands by it with a digest of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' };

/** What it makes of an answer. */
const twist = (text: string): string =>
  text
    .replace(/"digest":"[^"]*"/g, (whole) => whole.replace(/[0-9a-f](?="$)/, (last) => (last === '0' ? '1' : '0')))
    .replace(/"(price|endPrice)":"(\d+)"/g, (_, key: string, value: string) => `"${key}":"${BigInt(value) / 2n}"`);

export async function startLiar(indexer: string): Promise<{ url: string; close: () => Promise<void> }> {
  const ending = new AbortController();
  const server = createServer(async (request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
      return;
    }
    try {
      let body = '';
      for await (const chunk of request) body += chunk;
      const real = await fetch(indexer + request.url, {
        method: request.method ?? 'GET',
        headers: { 'content-type': 'application/json' },
        ...(body ? { body } : {}),
        signal: ending.signal,
      });
      response.writeHead(real.status, { ...CORS, 'content-type': real.headers.get('content-type') ?? 'text/plain' });
      if (!real.headers.get('content-type')?.includes('event-stream')) {
        response.end(twist(await real.text()));
        return;
      }
      let rest = '';
      for await (const chunk of real.body!.pipeThrough(new TextDecoderStream())) {
        const events = (rest + chunk).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) response.write(`${twist(event)}\n\n`);
      }
      response.end();
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      ending.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
