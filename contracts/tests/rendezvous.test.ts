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

it('plays a little', () => {
  const tool = new URL('../tools/rendezvous/index.ts', import.meta.url).pathname;
  const text = execFileSync(
    process.execPath,
    [...process.execArgv, tool, '--contract', 'dispute-resolution', '--runs', '10'],
    {
      encoding: 'utf8',
    },
  );
  expect(text).toMatch(/test: ok, 2 properties held 10 times/);
  expect(text).toMatch(/invariant: ok, 7 laws held 10 times/);
}, 120_000);
