// What a household takes with it: its records as a table, and its appointments for a calendar.
import { keyOf, tableOf } from './store/layout.ts';
import { OPEN, type Raw, type Snapshot, type Sql, type Store } from './store/types.ts';

const PAGE = 1000;
const MOST_APPOINTMENTS = 500;
const HOUR_S = 3600;

const number = (raw: unknown): string => (raw === null ? '' : String(raw).slice(2));
const seconds = (raw: unknown): number => Number(number(raw));
const iso = (unix: number): string => new Date(unix * 1000).toISOString();

/** A field of a table (RFC 4180). What a spreadsheet would take for a formula gets a quote in front: people's words stand in here. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const COLUMNS = ['time', 'kind', 'counterparty', 'subject', 'trade', 'delivery_hour', 'wh', 'micro_stx', 'transaction'];

/** Number of the database's own form: how many digits, then the digits. */
const sqlNumber = (value: number): string => `${String(String(value).length).padStart(2, '0')}${value}`;

/** Lines of a household's history, the oldest first, from a time up to another that is not part of it. */
export async function* historyCsv(
  store: Store,
  household: string,
  { from = 0, to = OPEN }: { from?: number; to?: number } = {},
): AsyncGenerator<string> {
  const snapshot = await store.snapshot();
  try {
    yield `${COLUMNS.join(',')}\r\n`;
    let last: { at: Sql; id: Sql } = { at: sqlNumber(from), id: '' };
    for (;;) {
      const rows: Raw[] = await snapshot.all(
        `select * from ${tableOf('HistoryEntry')} where household = ? and (at > ? or (at = ? and "id" > ?)) and at < ? order by at, "id" limit ${PAGE}`,
        [household, last.at, last.at, last.id, sqlNumber(to)],
      );
      for (const row of rows)
        yield `${[
          iso(seconds(row.at)),
          row.kind,
          row.counterparty ?? '',
          row.subject,
          row.trade ?? '',
          row.slot === null ? '' : iso(seconds(row.slot) * HOUR_S),
          number(row.wh),
          number(row.micro),
          row.tx,
        ]
          .map((field) => cell(String(field)))
          .join(',')}\r\n`;
      const end = rows.at(-1);
      if (!end || rows.length < PAGE) return;
      last = { at: String(end.at), id: String(end.id) };
    }
  } finally {
    snapshot.close();
  }
}

type Appointment = { uid: string; from: number; to: number; title: string; text: string };

const kWh = (wh: string): string => `${(Number(wh) / 1000).toLocaleString('en', { maximumFractionDigits: 3 })} kWh`;
/** A text in iCalendar (RFC 5545, 3.3.11). */
const escaped = (text: string): string => text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');
const stamp = (unix: number): string => iso(unix).replace(/[-:]|\.\d+/g, '');
/** Lines have at most 75 bytes; these texts are ASCII. */
const folded = (line: string): string => line.replace(/(.{74})(?=.)/g, '$1\r\n ');

async function appointments(snapshot: Snapshot, household: string): Promise<Appointment[]> {
  const live = `block_to = ${OPEN}`;
  const trades = await snapshot.all(
    `select * from ${tableOf('Trade')} where (seller = ? or buyer = ?) and status in ('open', 'confirmed', 'disputed') and ${live} order by slot desc, "id" limit ${MOST_APPOINTMENTS}`,
    [household, household],
  );
  const purchases = await snapshot.all(
    `select * from ${tableOf('Purchase')} where buyer = ? and status = 'held' and ${live} order by ${keyOf('closesAt')} desc, "id" limit ${MOST_APPOINTMENTS}`,
    [household],
  );
  const seats = await snapshot.all(
    `select s."id", s.committed, s.revealed, j."id" as dispute, j.commit_until, j.ends_at from ${tableOf('JurySeat')} s join ${tableOf('Jury')} j on j."id" = s.jury where s.juror = ? and s.block_to = ${OPEN} and j.status = 'sitting' and j.block_to = ${OPEN} order by s."id" limit ${MOST_APPOINTMENTS}`,
    [household],
  );
  const proposals = await snapshot.all(
    `select * from ${tableOf('Proposal')} where status = 'voting' and ${live} order by ${keyOf('closesAt')} desc, "id" limit ${MOST_APPOINTMENTS}`,
    [],
  );
  return [
    ...trades.map((row) => {
      const sells = row.seller === household;
      const from = seconds(row.slot) * HOUR_S;
      return {
        uid: `trade-${row.id}`,
        from,
        to: from + HOUR_S,
        title: `${sells ? 'Deliver' : 'Receive'} ${kWh(number(row.wh))}`,
        text: `Trade ${row.id} ${sells ? 'to' : 'from'} ${sells ? row.buyer : row.seller}`,
      };
    }),
    ...purchases.map((row) => ({
      uid: `purchase-${row.id}`,
      from: seconds(row.closes_at) - HOUR_S,
      to: seconds(row.closes_at),
      title: `Last hour to give back ${kWh(number(row.wh))}`,
      text: `Purchase ${row.id} from ${row.seller}`,
    })),
    // A block brings no event when the time to reveal begins: the calendar is what reminds of it.
    ...seats.flatMap((row) => [
      ...(row.committed === 0
        ? [
            {
              uid: `commit-${row.id}`,
              from: seconds(row.commit_until) - HOUR_S,
              to: seconds(row.commit_until),
              title: `Last hour to commit your vote as a juror on dispute ${row.dispute}`,
              text: 'Who does not vote loses some of its stake',
            },
          ]
        : []),
      ...(row.revealed === 0
        ? [
            {
              uid: `reveal-${row.id}`,
              from: seconds(row.commit_until),
              to: seconds(row.ends_at),
              title: `Reveal your vote as a juror on dispute ${row.dispute}`,
              text: 'A vote that is not revealed does not count, and costs some of the stake',
            },
          ]
        : []),
    ]),
    ...proposals.map((row) => ({
      uid: `proposal-${row.id}`,
      from: seconds(row.opens_at),
      to: seconds(row.closes_at),
      title: `Vote on proposal ${row.id}`,
      text: row.key === '' ? 'A contract of its own' : `${row.key}: ${number(row.value)}`,
    })),
  ];
}

/** A household's appointments as iCalendar: hours to deliver and to receive, last hours to give back, votes, and what jurors have to do. */
export async function calendarOf(store: Store, household: string): Promise<string> {
  const snapshot = await store.snapshot();
  try {
    const now = stamp(snapshot.tip?.time ?? 0);
    const lines = (await appointments(snapshot, household)).flatMap(({ uid, from, to, title, text }) => [
      'BEGIN:VEVENT',
      `UID:${uid}@wattconnect`,
      `DTSTAMP:${now}`,
      `DTSTART:${stamp(from)}`,
      `DTEND:${stamp(to)}`,
      `SUMMARY:${escaped(title)}`,
      `DESCRIPTION:${escaped(text)}`,
      'END:VEVENT',
    ]);
    return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//WattConnect//Indexer//EN', ...lines, 'END:VCALENDAR', '']
      .map(folded)
      .join('\r\n');
  } finally {
    snapshot.close();
  }
}
