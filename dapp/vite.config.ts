import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import { relativeIndex } from './relative-index.ts';

/** A name that depends on nothing but the sources, so that two builds anywhere give the same files (Kit's default is the time of the build). */
const versionOf = (paths: string[]): string => {
  const hash = createHash('sha256');
  const walk = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
    else hash.update(`${relative(import.meta.dirname, path)}\n`).update(readFileSync(path));
  };
  for (const path of paths) walk(join(import.meta.dirname, path));
  return hash.digest('hex').slice(0, 12);
};

/** Arithmetic of the protocol is needed at once, its cryptography only with a wallet or with gossip: modules that do nothing when loaded. */
const pureModules = (pattern: RegExp): Plugin => ({
  name: 'pure-modules',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    return found && !found.external && pattern.test(found.id) ? { ...found, moduleSideEffects: false } : found;
  },
});

const withoutDevalue = (): Plugin => ({
  name: 'without-devalue',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name === 'client',
  resolveId: (source) => (source === 'devalue' ? fileURLToPath(new URL('./no-server.ts', import.meta.url)) : undefined),
});

export default defineConfig({
  plugins: [
    withoutDevalue(),
    pureModules(/\/(?:protocol|contracts)\/src\/|\/@noble\/|\/c32check\//),
    tailwindcss(),
    sveltekit({
      compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
      adapter: relativeIndex(adapter()),
      router: { type: 'hash' },
      paths: { relative: true },
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          // wasm: the signature check of the gossip client may use it; nothing may eval
          'script-src': ['self', 'wasm-unsafe-eval'],
          'style-src': ['self'],
          // the one style attribute there is: Kit's announcer of page changes, which hides itself with it
          'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
          'img-src': ['self', 'data:'],
          'font-src': ['self'],
          // users bring their own nodes, indexers and relays; only loopback may be without TLS
          'connect-src': [
            'self',
            'https:',
            'wss:',
            'http://127.0.0.1:*',
            'ws://127.0.0.1:*',
            'http://localhost:*',
            'ws://localhost:*',
          ],
          'worker-src': ['self'],
          'manifest-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['self'],
          'form-action': ['none'],
        },
      },
      version: {
        name: versionOf([
          'src',
          'static',
          'package.json',
          'vite.config.ts',
          'relative-index.ts',
          'no-server.ts',
          '../package-lock.json',
        ]),
        pollInterval: 0,
      },
      serviceWorker: { register: false },
    }),
  ],
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Kit's own, which has to stay a file of its own
            { name: 'sveltekit-manifest', test: '<sveltekit:generated>/app-manifest.js' },
            // what the first paint needs, in one file: it packs better and keeps what only later pages need out of it
            {
              name: 'shell',
              test: /\/src\/lib\/(?:(?:ui\/(?:Page|Nav)|features\/home\/EnergyHero)\.svelte|ui\/toasts\.svelte\.ts|core\/time\.ts)$/,
            },
          ],
        },
      },
    },
  },
});
