import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseMeters, readMeters } from './csv.ts';
import { generateMeters } from './generate.ts';
import { inDay, MeterFileError, type Meters } from './meters.ts';

const HEADER = 'start_local,home,load_wh,pv_wh,import_wh,export_wh';

/** The lines of a meter file, header first, quarter by quarter as meters write it. */
function linesOf(meters: Meters): string[] {
  const rows = meters.days.flatMap((day) =>
    Array.from({ length: 96 }, (_, q) => {
      const time = `${day}T${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`;
      return meters.homes.map((home) => {
        const { loadWh, pvWh, importWh, exportWh } = meters.of(home, day)[q]!;
        return `${time},${home},${loadWh},${pvWh},${importWh},${exportWh}`;
      });
    }).flat(),
  );
  return [HEADER, ...rows];
}

const made = generateMeters({ homes: 2, seed: 5, days: ['2026-06-13', '2026-06-14'] });
const lines = linesOf(made);

describe('a meter file', () => {
  it('gives back every quarter of every home and day', () => {
    const read = parseMeters(lines.join('\n'));
    expect(read.homes).toEqual(made.homes);
    expect(read.days).toEqual(made.days);
    for (const home of made.homes)
      for (const day of made.days) expect(read.of(home, day), `${home} ${day}`).toEqual(made.of(home, day));
  });

  it('may have its rows in any order, a byte order mark, Windows line ends and a last empty line', () => {
    const shuffled = [HEADER, ...lines.slice(1).reverse(), ''].join('\r\n');
    const read = parseMeters(`\uFEFF${shuffled}`);
    expect(read.days).toEqual(made.days);
    expect(inDay(read.of('h02', '2026-06-14'), 'exportWh')).toBe(inDay(made.of('h02', '2026-06-14'), 'exportWh'));
  });
});

/** The good file with one line replaced; lines count from 1. */
const spoilt = (line: number, text: string) => lines.with(line - 1, text).join('\n');

describe('a broken meter file is refused, with the place and the reason', () => {
  it.each([
    ['no header', lines.slice(1).join('\n'), /line 1: the columns must be start_local,home/],
    [
      'columns of another order',
      spoilt(1, 'home,start_local,load_wh,pv_wh,import_wh,export_wh'),
      /line 1: the columns/,
    ],
    ['nothing at all', '', /line 1: the columns/],
    ['a header only', HEADER, /line 2: there are no readings/],
    ['too few values', spoilt(3, '2026-06-13T00:00,h02,1,2,3'), /line 3: 6 values are expected, there are 5/],
    ['too many values', spoilt(3, `${lines[2]},7`), /line 3: 6 values are expected, there are 7/],
    ['a time that is no quarter', spoilt(4, '2026-06-13T00:07,h01,1,0,1,0'), /line 4: start_local "2026-06-13T00:07"/],
    ['a time without a month', spoilt(4, '2026-13-13T00:15,h01,1,0,1,0'), /line 4: start_local/],
    ['a time with a zone', spoilt(4, '2026-06-13T00:15Z,h01,1,0,1,0'), /line 4: start_local/],
    ['a day that no month has', spoilt(4, '2026-02-30T00:15,h01,1,0,1,0'), /line 4: start_local "2026-02-30T00:15"/],
    ['an hour that no day has', spoilt(4, '2026-06-13T24:00,h01,1,0,1,0'), /line 4: start_local "2026-06-13T24:00"/],
    ['a name with a path in it', spoilt(5, '2026-06-13T00:15,../h02,1,0,1,0'), /line 5: home "..\/h02" is no name/],
    ['an empty name', spoilt(5, '2026-06-13T00:15,,1,0,1,0'), /line 5: home "" is no name/],
    ['a fraction', spoilt(2, '2026-06-13T00:00,h01,1.5,0,1,0'), /line 2: load_wh "1.5" is no whole number/],
    ['a negative amount', spoilt(2, '2026-06-13T00:00,h01,1,-1,1,0'), /line 2: pv_wh "-1" is no whole number/],
    ['an exponent', spoilt(2, '2026-06-13T00:00,h01,1,0,1e3,0'), /line 2: import_wh "1e3" is no whole number/],
    ['no amount', spoilt(2, '2026-06-13T00:00,h01,1,0,1,'), /line 2: export_wh "" is no whole number/],
    ['a power plant', spoilt(2, '2026-06-13T00:00,h01,1,0,1,50001'), /line 2: export_wh "50001" is no whole number/],
    ['a reading twice', spoilt(4, lines[1]!), /line 4: h01 has 2026-06-13T00:00 twice/],
    ['a hole', lines.filter((_, i) => i !== 30).join('\n'), /has no reading for 2026-06-13T03:/],
    [
      'a home without one of the days',
      lines.filter((l) => !l.startsWith('2026-06-14') || !l.includes('h02')).join('\n'),
      /h02 has no reading for 2026-06-14T00:00/,
    ],
  ])('%s', (_, text, message) => {
    expect(() => parseMeters(text)).toThrow(MeterFileError);
    expect(() => parseMeters(text)).toThrow(message);
  });

  it('never breaks on garbage in any other way', () => {
    const garbage = fc.oneof(
      fc.string({ maxLength: 400 }),
      fc.array(fc.string({ maxLength: 60 }), { maxLength: 20 }).map((rows) => [HEADER, ...rows].join('\n')),
      fc
        .tuple(fc.nat(lines.length - 1), fc.string({ maxLength: 60 }))
        .map(([at, text]) => lines.with(at, text).join('\n')),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        try {
          const { homes, days, of } = parseMeters(text);
          for (const home of homes) for (const day of days) expect(of(home, day)).toHaveLength(96);
        } catch (error) {
          expect(error).toBeInstanceOf(MeterFileError);
          expect((error as Error).message.length).toBeLessThan(400);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a file on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wattconnect-meters-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read by its name', () => {
    const path = join(folder, 'good.csv');
    writeFileSync(path, lines.join('\n'));
    expect(readMeters(path).homes).toEqual(['h01', 'h02']);
  });
  it('that is not there is named', () => {
    expect(() => readMeters(join(folder, 'none.csv'))).toThrow(/none\.csv cannot be read/);
  });
  it('that is a folder, or no text, is refused', () => {
    expect(() => readMeters(folder)).toThrow(MeterFileError);
    const path = join(folder, 'picture.csv');
    writeFileSync(path, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]));
    expect(() => readMeters(path)).toThrow(/is no text file/);
  });
});
