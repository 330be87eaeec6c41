import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Every test file leaves here what it met, and whole.test.ts, which runs last, looks at all of it.
const harvest = mkdtempSync(join(tmpdir(), 'wattconnect-contracts-'));
process.env.WATT_HARVEST ??= harvest;
process.on('exit', () => rmSync(harvest, { recursive: true, force: true }));

const WHOLE = 'tests/whole.test.ts';

export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'contracts',
          include: ['tests/**/*.test.ts', 'src/**/*.test.ts'],
          // Random lives reach other places with another seed: coverage is that of the tests.
          exclude: process.env.WATT_COVERAGE ? [WHOLE, 'tests/stateful.test.ts'] : [WHOLE],
          setupFiles: ['tests/setup.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'whole', include: [WHOLE], sequence: { groupOrder: 1 } } },
    ],
  },
});
