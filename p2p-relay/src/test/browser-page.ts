// The client as a web page loads it; browser.test.ts drives it.
import { type Client, type ClientOptions, createClient } from '../client/index.ts';

const page = globalThis as unknown as {
  start: (options: Pick<ClientOptions, 'relays' | 'chainId' | 'contract'> & { cells: string[] }) => Promise<void>;
  client: Client;
  heard: string[];
  publish: (kind: 'offer', cv: string, sig: string) => Promise<number>;
};

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

page.heard = [];
page.start = async (options) => {
  page.client = await createClient(options);
  page.client.on('offer', ({ id }) => page.heard.push(id));
};
page.publish = async (kind, cv, sig) =>
  (await page.client.publish({ kind, cv: bytes(cv), sig: bytes(sig) })).recipients;
