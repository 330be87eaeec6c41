import { defineConfig } from 'vitest/config';

// Whole days of a neighbourhood on real processes: on a machine shared with other suites one may take a minute.
export default defineConfig({
  test: { name: 'deployments', include: ['local/src/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 },
});
