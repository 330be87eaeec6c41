import { defineConfig } from 'vitest/config';

// Real sockets and clocks: on a machine shared with other suites a step may take seconds.
export default defineConfig({
  test: { name: 'p2p-relay', include: ['src/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
