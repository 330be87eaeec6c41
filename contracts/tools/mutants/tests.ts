// The tests of the contracts, in this process: one after another, any of them, as often as wanted.
import { readdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Group, Test } from './vitest.ts';

const STANDIN = new URL('./vitest.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest'
      ? { url: STANDIN, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

/** Files that look at sources and not at what contracts do, those that take minutes, and those that change contracts themselves. */
const OTHERS = /^(attacks|bindings|reference|lint|mutants|peek|whole|stateful|rendezvous|coverage|costs)\b/;
export const testFiles = (): string[] =>
  readdirSync(new URL('../../tests/', import.meta.url))
    .sort()
    .filter((name) => name.endsWith('.test.ts') && !OTHERS.test(name));

export type Loaded = {
  tests: (Test & { id: string; file: string })[];
  run: (test: Test) => Promise<void>;
  world: typeof import('../../tests/world.ts');
};

export async function load(): Promise<Loaded> {
  const folder = new URL('../../tests/', import.meta.url);
  const standin = (await import(STANDIN)) as typeof import('./vitest.ts');
  const tests: Loaded['tests'] = [];
  for (const file of testFiles()) {
    standin.begin(file);
    const before = standin.collected.length;
    await import(new URL(file, folder).href);
    for (const test of standin.collected.slice(before)) {
      const path: string[] = [];
      for (let at: Group | undefined = test.group; at; at = at.above) path.unshift(at.name);
      tests.push({ ...test, file, id: [...path, test.name].join(' > ') });
    }
  }
  const world = await import('../../tests/world.ts');

  /** @throws what the test throws */
  async function run({ group, run }: Test): Promise<void> {
    const groups: Group[] = [];
    for (let at: Group | undefined = group; at; at = at.above) groups.unshift(at);
    const hooks = (name: 'beforeAll' | 'beforeEach' | 'afterEach') =>
      (name === 'afterEach' ? [...groups].reverse() : groups).flatMap((one) => one[name]);
    try {
      for (const hook of [...hooks('beforeAll'), ...hooks('beforeEach')]) await hook();
      await run();
      for (const hook of hooks('afterEach')) await hook();
    } finally {
      world.giveBack();
    }
  }
  return { tests, run, world };
}
