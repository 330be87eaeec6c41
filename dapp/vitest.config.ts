import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// Our tsconfig extends one that Kit generates; a fresh clone has none, so however the tests are started, it comes first.
const kit = dirname(createRequire(import.meta.url).resolve('@sveltejs/kit/package.json'));
execFileSync(process.execPath, [join(kit, 'svelte-kit.js'), 'sync'], { cwd: import.meta.dirname, stdio: 'inherit' });

export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } })],
  test: {
    name: 'dapp',
    include: ['src/**/*.test.ts', '*.test.ts'],
    environment: 'node',
    expect: { requireAssertions: true },
  },
});
