import { defineConfig } from 'vitest/config';

// The chain is a process of its own: on a machine shared with other suites its start may take seconds.
export default defineConfig({
  test: { name: 'agents', include: ['src/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
