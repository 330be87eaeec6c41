import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateMeters, inDay, startOfDay } from '@wattconnect/agents';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = join(import.meta.dirname, 'demo.ts');
const DAY = '2026-06-14';
const WEEK = Array.from({ length: 8 }, (_, i) =>
  new Date((startOfDay(DAY) - (7 - i) * 86_400) * 1000).toISOString().slice(0, 10),
);

type Ended = { code: number; stdout: string; stderr: string };
const demo = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', DEMO, ...args],
      { timeout: 150_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
  });

const FIGURES = [
  'homes',
  'slots',
  'exportWh',
  'mintedWh',
  'promisedWh',
  'deliveredWh',
  'surplusWh',
  'trades',
  'settled',
  'failed',
  'lockedMicro',
  'paidMicro',
  'feesMicro',
  'refundedMicro',
  'blocks',
  'transactions',
  'indexerDigest',
  'replayDigest',
  'seconds',
] as const;
type Report = Record<Exclude<(typeof FIGURES)[number], 'indexerDigest' | 'replayDigest'>, number> & {
  indexerDigest: string;
  replayDigest: string;
};

describe('a day of three generated homes', () => {
  let ended: Ended;
  let report: Report;
  beforeAll(async () => {
    ended = await demo('--homes', '3', '--seed', '5', '--day', DAY, '--json');
    if (ended.code === 0) report = JSON.parse(ended.stdout) as Report;
  }, 160_000);

  it('ends well, with progress on stderr and one object on stdout', () => {
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.trim().split('\n')).toHaveLength(1);
    expect(Object.keys(report)).toEqual([...FIGURES]);
    expect(ended.stderr).toContain('every law holds');
  });

  it('mints what the meters have counted, to the Wh', () => {
    const meters = generateMeters({ homes: 3, seed: 5, days: WEEK });
    const metered = meters.homes.reduce((sum, home) => sum + inDay(meters.of(home, DAY), 'exportWh'), 0);
    expect(metered).toBeGreaterThan(0);
    expect(report.exportWh).toBe(metered);
    expect(report.mintedWh).toBe(metered);
    expect(report.deliveredWh + report.surplusWh).toBe(metered);
  });

  it('loses no microSTX and leaves no trade open', () => {
    expect(report.trades).toBeGreaterThan(0);
    expect(report.settled).toBe(report.trades);
    expect(report.lockedMicro).toBe(report.paidMicro + report.feesMicro + report.refundedMicro);
    expect(report.deliveredWh).toBeLessThanOrEqual(report.promisedWh);
    expect(report.paidMicro).toBeGreaterThan(0);
  });

  it('has an indexer that agrees with a replay of the whole chain', () => {
    expect(report.indexerDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(report.replayDigest).toBe(report.indexerDigest);
  });

  it('is the same day for the same seed', async () => {
    const figures = (of: Report) =>
      FIGURES.slice(0, FIGURES.indexOf('blocks')).map((name) => `${name} ${String(of[name])}`);
    const again = await demo('--homes', '3', '--seed', '5', '--day', DAY, '--json');
    expect(again.code, again.stderr).toBe(0);
    expect(figures(JSON.parse(again.stdout) as Report)).toEqual(figures(report));
  });
});

describe.concurrent('what cannot be used is refused before anything is started', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wattconnect-demo-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const header = 'start_local,home,load_wh,pv_wh,import_wh,export_wh';
  const day = Array.from({ length: 96 }, (_, q) => {
    const time = `${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`;
    return `2026-06-14T${time},h01,10,0,10,0`;
  });
  const good = file('good.csv', [header, ...day].join('\n'));
  const bad = file('bad.csv', [header, '2026-06-14T00:00,h01,ten,0,0,0'].join('\n'));

  it.each<[string, string[], RegExp]>([
    ['a file that is not there', ['--meters', join(folder, 'none.csv')], /none\.csv cannot be read/],
    ['a file with a bad line', ['--meters', bad], /bad\.csv, line 2: load_wh "ten"/],
    ['a day that the file does not have', ['--meters', good, '--day', '2026-06-15'], /has no 2026-06-15/],
    ['a day that is none', ['--day', 'tomorrow'], /--day "tomorrow" is no day/],
    ['a day that no calendar has', ['--day', '2026-02-30'], /--day "2026-02-30" is no day/],
    ['homes made up beside a file', ['--meters', good, '--homes', '3'], /leave them out with --meters/],
    ['one home alone', ['--homes', '1'], /--homes is a whole number from 2 to 40/],
    ['a seed that is no number', ['--seed', 'oak'], /--seed is a whole number/],
    ['an option that there is not', ['--fast'], /--fast/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await demo(...args, '--json');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('and --help says how it is used', async () => {
    const { code, stdout } = await demo('--help');
    expect(code).toBe(0);
    for (const option of ['--meters', '--day', '--homes', '--seed', '--json']) expect(stdout).toContain(option);
  });
});
