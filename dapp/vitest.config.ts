import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } })],
  test: {
    name: 'dapp',
    include: ['src/**/*.test.ts', '*.test.ts'],
    environment: 'node',
    expect: { requireAssertions: true },
  },
});
