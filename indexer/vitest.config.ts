import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One copy of graphql: the runner would take its ES module for our files and Node its CommonJS one for the server's.
  resolve: { alias: { graphql: createRequire(import.meta.url).resolve('graphql') } },
  test: { name: 'indexer', include: ['src/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 },
});
