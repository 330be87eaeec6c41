// What Rendezvous reads beside each contract still fits it. `npm run test:rendezvous` lets it play.
import { execFileSync } from 'node:child_process';
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

// What it reads of a contract can fit and still not play: when the bootstrap fails, say.
it.each(CONTRACTS)(
  'plays a little with %s',
  (contract) => {
    const tool = new URL('../tools/rendezvous/index.ts', import.meta.url).pathname;
    const args = [...process.execArgv, tool, '--contract', contract, '--runs', '40', '--seed', '1'];
    const text = execFileSync(process.execPath, args, { encoding: 'utf8' });
    expect(text).toMatch(/ test: ok, [1-9]/);
    expect(text).toMatch(/ invariant: ok, [1-9]\d* laws held 40 times/);
  },
  240_000,
);
