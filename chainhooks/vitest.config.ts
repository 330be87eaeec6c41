import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'chainhooks', include: ['src/**/*.test.ts'], testTimeout: 120_000 } });
