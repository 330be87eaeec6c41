// What the SDK reports of where calls went.

export type Hits = {
  /** Name of a function, and the line it is declared in. */
  functions: Map<string, number>;
  called: Set<string>;
  lines: Map<number, number>;
  /** How often each branch was taken, by line:block:branch. */
  branches: Map<string, number>;
};
export type PlainHits = { functions: [string, number][]; called: string[]; branches: [string, number][] };

/** What JSON can carry. */
export const plain = ({ functions, called, branches }: Hits): PlainHits => ({
  functions: [...functions],
  called: [...called],
  branches: [...branches],
});

const HIT = /^contracts\/(.+)\.clar$/;

/** By contract; everything that stands in any section of the report is added up. */
export function parse(lcov: string, into = new Map<string, Hits>()): Map<string, Hits> {
  let hits: Hits | undefined;
  for (const line of lcov.split('\n')) {
    const [key, rest = ''] = line.split(/:(.*)/s) as [string, string?];
    if (key === 'SF') {
      const name = HIT.exec(rest.slice(rest.lastIndexOf('contracts/')))?.[1] ?? rest;
      hits = into.get(name) ?? { functions: new Map(), called: new Set(), lines: new Map(), branches: new Map() };
      into.set(name, hits);
    }
    if (!hits) continue;
    const parts = rest.split(',');
    if (key === 'FN') hits.functions.set(parts[1]!, Number(parts[0]));
    if (key === 'FNDA' && Number(parts[0]) > 0) hits.called.add(parts[1]!);
    if (key === 'DA') hits.lines.set(Number(parts[0]), (hits.lines.get(Number(parts[0])) ?? 0) + Number(parts[1]));
    if (key === 'BRDA') {
      const branch = parts.slice(0, 3).join(':');
      hits.branches.set(branch, (hits.branches.get(branch) ?? 0) + (Number(parts[3]) || 0));
    }
  }
  return into;
}
