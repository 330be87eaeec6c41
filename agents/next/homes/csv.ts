// Meters from a file: start_local,home,load_wh,pv_wh,import_wh,export_wh, one row a home and quarter of an hour. Times are taken as UTC.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Slot } from '@wattconnect/protocol';
import { MeterFileError, messageOf } from '../errors.ts';
import { cellOf } from './cells.ts';
import {
  DAY_SECONDS,
  dayOf,
  type Home,
  midnightOf,
  type Neighbourhood,
  type Quarter,
  QUARTER_SECONDS,
} from './home.ts';

export const COLUMNS = ['start_local', 'home', 'load_wh', 'pv_wh', 'import_wh', 'export_wh'] as const;
const QUANTITIES = ['load_wh', 'pv_wh', 'import_wh', 'export_wh'] as const;

/** 200 kW for a quarter of an hour: the largest connection that the rules know. */
const MAX_QUARTER_WH = 50_000;
const MAX_HOMES = 100;
const MAX_BYTES = 128 * 1024 * 1024;
const QUARTERS_PER_DAY = 96;
const MONTH_DAYS = 30n;
/** The least that can be certified: kWh a month, and W that give them. */
const LEAST = { kwh: 100n, watts: 200 };

export type MeterFile = {
  /** All homes of the file, by id. */
  homes: Home[];
  /** Days of the file, oldest first: 2016-08-01 and so on. Each is whole, for every home. */
  days: string[];
  /** Exactly what the file says. */
  exact: Neighbourhood;
  /** The file's days over and over, for a clock that runs on: the day of `from` (unix seconds) is the file's first. */
  repeated: (from: number) => Neighbourhood;
  /** Sum of export_wh of a home over a day, as it stands in the file. */
  exportOf: (id: string, day: string) => bigint;
};

type Row = { quarters: (Quarter | undefined)[]; lines: number[] };

/**
 * Reads a file of meters from disk.
 * @throws {MeterFileError} that names file, line and column
 */
export function readMeters(path: string): MeterFile {
  let text: string;
  try {
    const file = openSync(path, 'r');
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new Error('it is no file');
      if (stat.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new MeterFileError(
      `The meter file ${path} ${missing ? 'does not exist' : `cannot be read: ${messageOf(error)}`}.`,
    );
  }
  try {
    return parseMeters(text);
  } catch (error) {
    if (error instanceof MeterFileError) error.message = `${path}, ${error.message}`;
    throw error;
  }
}

/** @throws {MeterFileError} that names line and column */
export function parseMeters(text: string): MeterFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  checkHeader((lines[0] ?? '').split(','));
  const homes = new Map<string, Map<string, Row>>();
  for (let at = 1; at < lines.length; at++) addRow(homes, lines[at]!, at + 1);
  if (homes.size === 0) throw new MeterFileError('there are no readings after the header.', { line: 1 });
  return fileOf(complete(homes));
}

const shown = (text: string) => text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');

function checkHeader(header: string[]): void {
  for (const [i, name] of COLUMNS.entries())
    if (header[i]?.trim() !== name)
      throw new MeterFileError(`expected "${name}", found "${shown(header[i] ?? '')}". The header is ${COLUMNS}.`, {
        line: 1,
        column: String(i + 1),
      });
  if (header.length > COLUMNS.length)
    throw new MeterFileError(`${header.length} columns, expected ${COLUMNS.length}: ${COLUMNS}.`, { line: 1 });
}

function addRow(homes: Map<string, Map<string, Row>>, text: string, line: number): void {
  const cells = text.split(',');
  if (cells.length !== COLUMNS.length)
    throw new MeterFileError(
      text.trim() === '' ? 'the line is empty.' : `${cells.length} values, expected ${COLUMNS.length}: ${COLUMNS}.`,
      { line },
    );
  const [start, id] = cells as [string, string];
  const { day, quarter } = momentOf(start, line);
  if (!/^[a-z0-9][a-z0-9-]{0,23}$/.test(id))
    throw new MeterFileError(`"${shown(id)}" is no name of a home: lower-case letters, digits and dashes.`, {
      line,
      column: 'home',
    });
  const [loadWh, pvWh, importWh, exportWh] = QUANTITIES.map((column, at) => whOf(cells[at + 2]!, line, column));
  if (!homes.has(id) && homes.size >= MAX_HOMES)
    throw new MeterFileError(`the file has more than ${MAX_HOMES} homes.`, { line, column: 'home' });
  const days = homes.get(id) ?? new Map<string, Row>();
  homes.set(id, days);
  const row = days.get(day) ?? { quarters: new Array(QUARTERS_PER_DAY).fill(undefined), lines: [] };
  days.set(day, row);
  if (row.quarters[quarter])
    throw new MeterFileError(`${id} has readings of ${start} already, in line ${row.lines[quarter]}.`, {
      line,
      column: 'start_local',
    });
  row.quarters[quarter] = { loadWh: loadWh!, pvWh: pvWh!, importWh: importWh!, exportWh: exportWh! };
  row.lines[quarter] = line;
}

function momentOf(text: string, line: number): { day: string; quarter: number } {
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):(00|15|30|45)$/.exec(text);
  if (!parts?.[1] || midnightOf(parts[1]) === undefined)
    throw new MeterFileError(`"${shown(text)}" is not the start of a quarter of an hour, such as 2016-08-01T13:45.`, {
      line,
      column: 'start_local',
    });
  return { day: parts[1], quarter: Number(parts[2]) * 4 + Number(parts[3]) / 15 };
}

function whOf(text: string, line: number, column: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= MAX_QUARTER_WH))
    throw new MeterFileError(
      `"${shown(text)}" is not a whole number of Wh from 0 to ${MAX_QUARTER_WH} (200 kW for a quarter of an hour).`,
      { line, column },
    );
  return value;
}

type Table = { days: string[]; homes: Map<string, Quarter[][]> };

/** Missing readings are never taken for zero. */
function complete(homes: Map<string, Map<string, Row>>): Table {
  const days = [...new Set([...homes.values()].flatMap((rows) => [...rows.keys()]))].sort();
  for (const [id, rows] of homes)
    for (const day of days) {
      const row = rows.get(day);
      if (!row) throw new MeterFileError(`${id} has no readings of ${day}, which other homes have.`);
      const missing = row.quarters.indexOf(undefined);
      if (missing < 0) continue;
      const count = row.quarters.filter((quarter) => quarter !== undefined).length;
      const time = new Date(missing * QUARTER_SECONDS * 1000).toISOString().slice(11, 16);
      throw new MeterFileError(
        `${id} has ${count} of ${QUARTERS_PER_DAY} readings of ${day}; the first that is missing is ${day}T${time}.`,
        { line: row.lines.findLast((line) => line !== undefined)! },
      );
    }
  return {
    days,
    homes: new Map([...homes].map(([id, rows]) => [id, days.map((day) => rows.get(day)!.quarters as Quarter[])])),
  };
}

function fileOf({ days, homes }: Table): MeterFile {
  const at = (id: string, day: number, slot: bigint) => {
    const first = (Slot.start(slot) % DAY_SECONDS) / QUARTER_SECONDS;
    return homes.get(id)?.[day]?.slice(first, first + Slot.READINGS);
  };
  const list = [...homes.keys()].sort().map((id, index) => describe(id, index, homes.get(id)!));
  const positions = new Map(days.map((day, index) => [day, index]));
  const dayNumber = (unixSeconds: number) => Math.floor(unixSeconds / DAY_SECONDS);
  return {
    homes: list,
    days,
    exact: { homes: list, readings: (id, slot) => at(id, positions.get(dayOf(Slot.start(slot))) ?? -1, slot) },
    repeated: (from) => ({
      homes: list,
      readings: (id, slot) => {
        const since = (dayNumber(Slot.start(slot)) - dayNumber(from)) % days.length;
        return at(id, since < 0 ? since + days.length : since, slot);
      },
    }),
    exportOf: (id, day) =>
      (homes.get(id)?.[positions.get(day) ?? -1] ?? []).reduce((sum, { exportWh }) => sum + BigInt(exportWh), 0n),
  };
}

/** What an installer would have certified: the largest power that the panels ever gave, and their energy in a month. */
function describe(id: string, index: number, days: Quarter[][]): Home {
  let most = 0;
  let total = 0n;
  for (const { pvWh, exportWh } of days.flat()) {
    most = Math.max(most, pvWh, exportWh);
    total += BigInt(Math.max(pvWh, exportWh));
  }
  const peakW = most === 0 ? 0 : Math.max(LEAST.watts, Math.ceil((most * 4) / 100) * 100);
  const monthly = (total * MONTH_DAYS) / BigInt(days.length) / 1000n;
  return {
    id,
    account: `home-${id}`,
    name: `Home ${id.replace(/^h0*(?=\d)/, '')}`,
    about: peakW > 0 ? `${(peakW / 1000).toFixed(1)} kWp, from the meter file` : 'From the meter file, without panels',
    cell: cellOf(index),
    peakW: BigInt(peakW),
    monthlyKwh: peakW === 0 ? 0n : monthly < LEAST.kwh ? LEAST.kwh : monthly,
  };
}
