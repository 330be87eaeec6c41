// What is promised of coverage, and that the committed page keeps it. `npm run coverage` measures.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../src/names.ts';
import { LEAST, PAGE, page, reachedOf, shortfalls } from '../tools/coverage.ts';
import { type PlainHits, parse, plain } from '../tools/lcov.ts';

const LCOV = `SF:/wattconnect/contracts/energy-token.clar
FN:1,transfer
FN:2,retire
FNDA:3,transfer
FNDA:0,retire
BRDA:1,0,0,2
BRDA:1,0,1,0
end_of_record`;
const hitsOf = (...reports: string[]): [string, PlainHits][][] =>
  reports.map((report) => [...parse(report)].map(([name, hits]) => [name, plain(hits)]));

describe('coverage', () => {
  it('is what any test file reached', () => {
    const of = (...reports: string[]) =>
      reachedOf(hitsOf(...reports)).find(({ contract }) => contract === 'energy-token')!;
    expect(of(LCOV)).toMatchObject({ functions: { all: 2, reached: 1 }, branches: { all: 2, reached: 1 } });
    expect(of(LCOV).missed[0]).toBe('the function retire');
    const other = LCOV.replace('FNDA:0,retire', 'FNDA:1,retire').replace('BRDA:1,0,1,0', 'BRDA:1,0,1,5');
    expect(of(LCOV, other)).toMatchObject({ functions: { all: 2, reached: 2 }, branches: { all: 2, reached: 2 } });
    expect(of(LCOV, other).missed).toEqual([]);
  });

  it('falls short with one function or too many branches missed, and with nothing measured', () => {
    const one = (functions: number, branches: number) => [
      {
        contract: 'energy-token',
        functions: { all: 10, reached: functions },
        branches: { all: 1000, reached: branches },
        missed: [],
      },
    ];
    expect(shortfalls(one(10, 1000 * LEAST))).toEqual([]);
    expect(shortfalls(one(9, 1000))).toEqual(['9 of 10 functions are reached, all should be']);
    expect(shortfalls(one(10, 1000 * LEAST - 1))).toEqual(['97.9 % of the branches are reached, 98.0 % should be']);
    expect(shortfalls([])).toHaveLength(2);
  });

  it('is as promised on the page', () => {
    const text = readFileSync(PAGE, 'utf8');
    const rows = [...text.matchAll(/^\| (\S+) \| (\d+) of (\d+) \| [\d.]+ % \| (\d+) of (\d+) \|/gm)].map(
      ([, contract, functions, allFunctions, branches, allBranches]) => ({
        contract: contract!,
        functions: { reached: Number(functions), all: Number(allFunctions) },
        branches: { reached: Number(branches), all: Number(allBranches) },
        missed: [],
      }),
    );
    expect(rows.map(({ contract }) => contract)).toEqual([...CONTRACTS, 'all']);
    expect(shortfalls(rows.slice(0, -1))).toEqual([]);
    expect(page(rows.slice(0, -1)).split('## Not reached')[0]!.trim()).toBe(text.split('## Not reached')[0]!.trim());
  });
});
