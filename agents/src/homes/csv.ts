// Meter files: start_local,home,load_wh,pv_wh,import_wh,export_wh with a row for each home and quarter of an hour.
import { readFileSync } from 'node:fs';
import { type Day, MeterFileError, type Meters, QUARTERS_A_DAY, type Quarter } from './meters.ts';

const COLUMNS = ['start_local', 'home', 'load_wh', 'pv_wh', 'import_wh', 'export_wh'] as const;
const MAX_BYTES = 256 * 1024 * 1024;
/** 200 kW for a quarter of an hour: no connection of a household gives more. */
const MAX_WH = 50_000;
const MAX_HOMES = 1000;

/** @throws {MeterFileError} that names the line and what was expected */
export function parseMeters(text: string, name = 'The meter file'): Meters {
  const fail = (line: number, message: string) => new MeterFileError(`${name}, line ${line}: ${message}`);
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines[0]?.trim() !== COLUMNS.join(',')) throw fail(1, `the columns must be ${COLUMNS.join(',')}.`);
  const days = new Map<string, Map<string, (Quarter | undefined)[]>>();
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line === '') continue;
    const cells = line.split(',');
    if (cells.length !== COLUMNS.length)
      throw fail(i + 1, `${COLUMNS.length} values are expected, there are ${cells.length}.`);
    const [start, home, ...numbers] = cells as [string, string, ...string[]];
    const time = /^(\d{4}-\d\d-\d\d)T(\d\d):(00|15|30|45)$/.exec(start);
    // Date.parse takes 30 February for 1 March, and 24:00 for the next day: a real moment reads the same again.
    const at = time ? new Date(`${start}:00Z`) : undefined;
    if (!time || !at || Number.isNaN(at.getTime()) || !at.toISOString().startsWith(start))
      throw fail(i + 1, `start_local "${start.slice(0, 30)}" is no quarter of an hour such as 2016-08-01T13:15.`);
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(home))
      throw fail(i + 1, `home "${home.slice(0, 40)}" is no name of letters and digits.`);
    const values = numbers.map((cell, n) => {
      if (!/^\d{1,6}$/.test(cell) || Number(cell) > MAX_WH)
        throw fail(i + 1, `${COLUMNS[n + 2]} "${cell.slice(0, 20)}" is no whole number of Wh from 0 to ${MAX_WH}.`);
      return Number(cell);
    });
    const [loadWh, pvWh, importWh, exportWh] = values as [number, number, number, number];
    const day = time[1]!;
    const quarter = Number(time[2]) * 4 + Number(time[3]) / 15;
    const ofHome = days.get(home) ?? new Map<string, (Quarter | undefined)[]>();
    days.set(home, ofHome);
    if (days.size > MAX_HOMES) throw fail(i + 1, `there are more than ${MAX_HOMES} homes.`);
    const quarters = ofHome.get(day) ?? Array.from<Quarter | undefined>({ length: QUARTERS_A_DAY });
    ofHome.set(day, quarters);
    if (quarters[quarter]) throw fail(i + 1, `${home} has ${start} twice.`);
    quarters[quarter] = { loadWh, pvWh, importWh, exportWh };
  }
  const homes = [...days.keys()].sort();
  if (homes.length === 0) throw fail(2, 'there are no readings.');
  const all = [...new Set(homes.flatMap((home) => [...days.get(home)!.keys()]))].sort();
  for (const home of homes) {
    for (const day of all) {
      const missing =
        days
          .get(home)!
          .get(day)
          ?.findIndex((quarter) => !quarter) ?? 0;
      if (missing >= 0)
        throw new MeterFileError(
          `${name}: ${home} has no reading for ${day}T${String(Math.floor(missing / 4)).padStart(2, '0')}:${String((missing % 4) * 15).padStart(2, '0')}. Every home needs every quarter of an hour of each day.`,
        );
    }
  }
  return { homes, days: all, of: (home, day) => days.get(home)!.get(day) as Day };
}

/** @throws {MeterFileError} */
export function readMeters(path: string): Meters {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new MeterFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
  if (bytes.length > MAX_BYTES) throw new MeterFileError(`${path} has more than ${MAX_BYTES} bytes.`);
  if (bytes.includes(0)) throw new MeterFileError(`${path} is no text file.`);
  return parseMeters(bytes.toString('utf8'), path);
}
