// Random lives of a neighbourhood, as many as fit into everybody's tests; `npm run test:stateful -- --nightly` lives very many.
import { expect, it } from 'vitest';
import { laws, live } from './lives.ts';

const RUNS = 500;
const STEPS = 40;
const SEED = 7;

it(`keeps its laws through ${RUNS} random lives of ${STEPS} steps (seed ${SEED})`, async () => {
  const { runs, seconds, outcomes } = await live(RUNS, STEPS, SEED);
  const done = new Set([...outcomes.keys()].filter((key) => key.endsWith(' ok')));
  const codes = new Set([...outcomes.keys()].map((key) => key.split(' ')[1]!).filter((outcome) => /^u/.test(outcome)));
  console.log(
    `stateful: ${runs} lives of ${STEPS} steps, seed ${SEED}: ${laws.size} laws held; ${done.size} functions succeeded, ${codes.size} errors in ${outcomes.size} outcomes; ${seconds.toFixed(0)} s`,
  );
  expect(runs).toBe(RUNS);
  expect(laws.size).toBeGreaterThanOrEqual(40);
  // Lives in which nothing happens prove nothing.
  expect(done.size).toBeGreaterThanOrEqual(75);
  expect(codes.size).toBeGreaterThanOrEqual(210);
}, 1_200_000);
