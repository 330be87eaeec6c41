// What Rendezvous reads beside each contract still fits it. `npm run test:rendezvous` lets it play.
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { CONTRACTS } from '../src/names.ts';
import { original, strip } from '../src/sources.ts';
import { replaceContract, World } from './world.ts';

afterAll(() => replaceContract(undefined));

it.each(CONTRACTS)('of %s', async (contract) => {
  const tests = readFileSync(new URL(`rendezvous/${contract}.tests.clar`, import.meta.url), 'utf8');
  expect(tests.match(/\(define-public \(test-/g)?.length ?? 0).toBeGreaterThan(0);
  expect(tests.match(/\(define-read-only \(invariant-/g)?.length ?? 0).toBeGreaterThan(0);
  replaceContract({ contract, source: `${strip(original(`${contract}.clar`))}\n${strip(tests)}` });
  const world = await World.create();
  world.free();
});
