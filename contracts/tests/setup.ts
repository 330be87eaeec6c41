// Runs around every test file: what it met is handed to whole.test.ts.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { parse, plain } from '../tools/lcov.ts';
import { bench, harvest, lastWorld } from './world.ts';

// Where the calls of this file went, for tools/coverage.ts.
const { WATT_COVERAGE: coverage } = process.env;
let hits = parse('');
if (coverage)
  bench.coverage = (lcov) => {
    hits = parse(lcov, hits);
  };
afterAll(() => {
  if (!coverage) return;
  lastWorld()?.tellCoverage();
  writeFileSync(
    join(coverage, `${randomUUID()}.json`),
    JSON.stringify([...hits].map(([name, of]) => [name, plain(of)])),
  );
});

afterAll(() => {
  if (!process.env.WATT_HARVEST) return;
  const { attacks, reached, costs, decoys, batches } = harvest;
  const found = {
    file: expect.getState().testPath,
    reached: [...reached].map(String),
    // Random lives have other costs with another seed.
    costs: expect.getState().testPath?.includes('stateful') ? [] : [...costs],
    batches: [...batches],
    decoys: [...decoys],
    attacks,
  };
  writeFileSync(join(process.env.WATT_HARVEST, `${randomUUID()}.json`), JSON.stringify(found));
});
