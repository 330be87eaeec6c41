// What calls cost: the committed baseline, and the page that is made of it. Run: npm run costs -w @wattconnect/contracts, which runs
// all contract tests and writes what their calls cost; otherwise the tests compare it.
import { existsSync, readFileSync } from 'node:fs';

/** As the VM counts; its runtime differs between versions and is neither kept nor compared. */
export type Count = { read_count: number; read_length: number; write_count: number; write_length: number };
export type Costs = {
  /** The least that a successful call of each public function cost. */
  calls: Record<string, Count>;
  /** The dearest call with the longest list. */
  batches: Record<string, Count & { rows: number }>;
};

/** What a block of epoch 4.0 holds. */
export const BLOCK: Count = {
  read_count: 30_000,
  read_length: 200_000_000,
  write_count: 15_000,
  write_length: 15_000_000,
};
/** No call takes more of a block. */
export const MOST = 0.05;
/** Bytes follow every line of source, so they may drift this far; counts may not. */
export const DRIFT = 0.1;

export const BASELINE = new URL('../costs/baseline.json', import.meta.url);
export const baseline = (): Costs =>
  existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, 'utf8')) : { calls: {}, batches: {} };

const DIMENSIONS = ['read_count', 'read_length', 'write_count', 'write_length'] as const;
type Dimension = (typeof DIMENSIONS)[number];
const NAMES: Record<Dimension, string> = {
  read_count: 'reads',
  read_length: 'bytes read',
  write_count: 'writes',
  write_length: 'bytes written',
};

/** The dimension that fills a block first, and the share that one call takes of it. */
export function shareOf(count: Count): { share: number; of: Dimension } {
  return DIMENSIONS.map((of) => ({ share: count[of] / BLOCK[of], of })).sort((a, b) => b.share - a.share)[0]!;
}

/** What a trade may cost, by call. Batches by row. */
export const AIMS: { what: string; call: string; batch: boolean; reads: number; writes?: number }[] = [
  {
    what: 'a signed offer, bought directly',
    call: 'marketplace.fill-signed-offer',
    batch: false,
    reads: 40,
    writes: 9,
  },
  { what: 'a pair of fifty signed pairs', call: 'marketplace.match-signed-batch', batch: true, reads: 17, writes: 7 },
  { what: 'a bid of fifty on one offer', call: 'marketplace.match-offer-bids', batch: true, reads: 9 },
  { what: 'the settlement of one of fifty trades', call: 'trade-escrow.settle-slot', batch: true, reads: 6 },
];
type Met = (typeof AIMS)[number] & { is: { reads: number; writes: number; block: number } | undefined };
/** What is, beside what is aimed at. */
export function aims({ calls, batches }: Costs): Met[] {
  return AIMS.map((aim) => {
    const batch = batches[aim.call];
    const count = aim.batch ? batch : calls[aim.call];
    const rows = aim.batch ? (batch?.rows ?? 1) : 1;
    const is = count && {
      reads: count.read_count / rows,
      writes: count.write_count / rows,
      block: Math.floor(rows / shareOf(count).share),
    };
    return { ...aim, is };
  });
}
/** Aims that are missed, in sentences. */
export const missedAims = (costs: Costs): string[] =>
  aims(costs)
    .filter(({ is, reads, writes }) => !is || is.reads > reads || (writes !== undefined && is.writes > writes))
    .map(({ what, is, reads, writes }) =>
      is
        ? `${what}: ${is.reads} reads and ${is.writes} writes, at most ${reads}${writes === undefined ? '' : ` and ${writes}`} are meant`
        : `${what}: was not measured`,
    );

/** How `now` differs from the baseline, in sentences; nothing when it does not. */
export function differences(before: Costs, now: Costs): string[] {
  const found: string[] = [];
  const compare = (kind: string, name: string, was: Count | undefined, is: Count | undefined) => {
    if (!was || !is) {
      found.push(`${name}: ${was ? 'is in the baseline and was not called' : 'is not in the baseline'}${kind}`);
      return;
    }
    for (const key of ['read_count', 'write_count'] as const)
      if (was[key] !== is[key]) found.push(`${name}${kind}: ${is[key]} ${NAMES[key]} instead of ${was[key]}`);
    for (const key of ['read_length', 'write_length'] as const)
      if (is[key] > was[key] * (1 + DRIFT))
        found.push(`${name}${kind}: ${is[key]} ${NAMES[key]} instead of ${was[key]}`);
  };
  for (const name of new Set([...Object.keys(before.calls), ...Object.keys(now.calls)]))
    compare('', name, before.calls[name], now.calls[name]);
  for (const name of new Set([...Object.keys(before.batches), ...Object.keys(now.batches)])) {
    const [was, is] = [before.batches[name], now.batches[name]];
    if (was && is && was.rows !== is.rows) found.push(`${name}: a batch of ${is.rows} instead of ${was.rows}`);
    else compare(' (batch)', name, was, is);
  }
  return found;
}

export function costsText(note: string): string {
  const { calls, batches } = baseline();
  const percent = (share: number) => `${(share * 100).toFixed(share < 0.01 ? 3 : 2)} %`;
  const number = (value: number) => (Number.isInteger(value) ? `${value}` : value.toFixed(2));
  const limits = DIMENSIONS.map((key) => `${BLOCK[key].toLocaleString('en')} ${NAMES[key]}`).join(', ');
  return [
    note,
    '# Costs',
    `A block of epoch 4.0 holds ${limits}. What the contract tests measured, from contracts/costs/baseline.json: \`npm test\` compares reads and writes exactly and bytes within ${DRIFT * 100} %, \`npm run costs -w @wattconnect/contracts\` writes them anew. "Of a block" is the share of whatever a block runs out of first; runtime is left out, because it differs between versions of the VM. No call may take more than ${MOST * 100} %.`,
    '## Aims',
    'What trades may cost at most, and what they cost. A test fails when one costs more.',
    [
      '| Trade | Reads | At most | Writes | At most | Trades a block |',
      '| --- | --- | --- | --- | --- | --- |',
      ...aims(baseline()).map(
        ({ what, is, reads, writes }) =>
          `| ${what} | ${is ? number(is.reads) : '-'} | ${reads} | ${is ? number(is.writes) : '-'} | ${writes ?? '-'} | ${is?.block ?? '-'} |`,
      ),
    ].join('\n'),
    '## Batches',
    'The dearest call with the longest list, by row: what a trade, a report or a settlement costs, and how many of them a block holds.',
    [
      '| Call | Rows | Reads a row | Writes a row | Of a block | Runs out of | Rows a block |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...Object.entries(batches).map(([name, { rows, ...cost }]) => {
        const { share, of } = shareOf(cost);
        return `| ${name} | ${rows} | ${number(cost.read_count / rows)} | ${number(cost.write_count / rows)} | ${percent(share)} | ${NAMES[of]} | ${Math.floor(rows / share)} |`;
      }),
    ].join('\n'),
    '## Single calls',
    'The least that a successful call cost. Functions that only our own contracts or the DAO may call are part of the calls that lead to them.',
    [
      '| Call | Reads | Writes | Bytes read | Bytes written | Of a block | Runs out of | Calls a block |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...Object.entries(calls).map(([name, cost]) => {
        const { share, of } = shareOf(cost);
        return `| ${name} | ${cost.read_count} | ${cost.write_count} | ${cost.read_length} | ${cost.write_length} | ${percent(share)} | ${NAMES[of]} | ${Math.floor(1 / share)} |`;
      }),
    ].join('\n'),
  ].join('\n\n');
}
