// Stands for `vitest` when the tests of the contracts are run many thousand times in one process: it collects them, and tests.ts runs
// them. What is compared is vitest's own.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';

type Run = () => unknown;
export type Group = {
  name: string;
  above: Group | undefined;
  beforeAll: Run[];
  beforeEach: Run[];
  afterEach: Run[];
  afterAll: Run[];
};
/** `says`: its name with its row, and its source. */
export type Test = { name: string; group: Group; run: Run; says: string };

export const collected: Test[] = [];
const group = (name: string, above?: Group): Group => ({
  name,
  above,
  beforeAll: [],
  beforeEach: [],
  afterEach: [],
  afterAll: [],
});
let current = group('');
/** What is collected next belongs to this file. */
export function begin(file: string): void {
  current = group(file);
}

export function describe(name: string, body: () => void): void {
  const above = current;
  current = group(name, above);
  body();
  current = above;
}
const rowsOf = (rows: readonly unknown[], call: (name: string, args: unknown[]) => void, name: string) => {
  rows.forEach((row, at) => {
    call(`${name} #${at}`, Array.isArray(row) ? row : [row]);
  });
};
describe.each = (rows: readonly unknown[]) => (name: string, body: (...args: never[]) => void) =>
  rowsOf(rows, (title, args) => describe(title, () => body(...(args as never[]))), name);

const collect = (name: string, run: Run, says: string): void =>
  void collected.push({ name, group: current, run, says });
export function it(name: string, run: Run): void {
  collect(name, run, `${name} ${run}`);
}
it.each = (rows: readonly unknown[]) => (name: string, run: (...args: never[]) => unknown) =>
  rowsOf(
    rows,
    (title, args) => collect(title, () => run(...(args as never[])), `${title} ${args.join(' ')} ${run}`),
    name,
  );
export const beforeAll = (run: Run): void => void current.beforeAll.push(run);
export const beforeEach = (run: Run): void => void current.beforeEach.push(run);
export const afterEach = (run: Run): void => void current.afterEach.push(run);
export const afterAll = (run: Run): void => void current.afterAll.push(run);

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
const expect = ((value: unknown, message?: string) => chai.expect(value, message)) as typeof chai.expect;
Object.assign(expect, chai.expect, (globalThis as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT], {
  getState: () => getState(expect as never),
});
(globalThis as Record<symbol, unknown>)[GLOBAL_EXPECT] = expect;
setState(
  { assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null, testPath: '' } as never,
  expect as never,
);

export { expect };
