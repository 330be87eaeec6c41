// Runs around every test file: what it met is handed to whole.test.ts.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { harvest } from './world.ts';

afterAll(() => {
  if (!process.env.WATT_HARVEST) return;
  const { reached, costs, decoys, batches } = harvest;
  const found = {
    file: expect.getState().testPath,
    reached: [...reached].map(String),
    // Random lives have other costs with another seed.
    costs: expect.getState().testPath?.includes('stateful') ? [] : [...costs],
    batches: [...batches],
    decoys: [...decoys],
  };
  writeFileSync(join(process.env.WATT_HARVEST, `${randomUUID()}.json`), JSON.stringify(found));
});
