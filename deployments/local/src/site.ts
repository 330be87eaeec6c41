// Serves the built site and its config.json: a plain file server for one folder.

import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const site = join(root, 'dapp', 'build');
/** What goes into it. */
const SOURCES = ['dapp', 'protocol/src', 'contracts/src', 'p2p-relay/src'];
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'build' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

/** Builds the site when it is missing or older than its sources. */
export function ensureBuilt(say: (line: string) => void): void {
  const index = join(site, 'index.html');
  const built = existsSync(index) ? statSync(index).mtimeMs : 0;
  if (SOURCES.every((folder) => newest(join(root, folder)) <= built)) return;
  say('building the site (once, about half a minute)');
  const done = spawnSync('npm', ['run', '--silent', 'build', '-w', '@wattconnect/dapp'], {
    cwd: root,
    encoding: 'utf8',
    // As it is shipped, whoever starts us: a test runner's own mode would build Svelte's development version.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (done.status !== 0)
    throw new Error(`The site could not be built:\n${`${done.stdout}${done.stderr}`.slice(-3000)}`);
}

export async function serveSite(
  port: number,
  config: () => object,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = http.createServer((request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    if (request.method !== 'GET' && request.method !== 'HEAD') return void answer(405, 'Only GET here.\n');
    let path: string;
    try {
      path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname);
    } catch {
      return void answer(400, 'This is no address.\n');
    }
    if (path === '/config.json') {
      response
        .writeHead(200, { 'content-type': TYPES['.json'], 'cache-control': 'no-store' })
        .end(JSON.stringify(config()));
      return;
    }
    const file = normalize(join(site, path === '/' ? 'index.html' : path));
    if (!file.startsWith(site + sep) || path.includes('\0') || !existsSync(file) || !statSync(file).isFile())
      return void answer(404, 'There is nothing here.\n');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
      'cache-control': path.includes('/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
