// What the book holds, on disk: a relay that restarts still has its neighbours' offers.
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Envelope } from '@wattconnect/protocol';
import { RelayError } from '../errors.ts';
import { type Book, type Entry, endOf } from '../orders/book.ts';

/** Milliseconds that a change may wait for others to be written with. What a crash loses, the next sync brings back. */
const FLUSH_MS = 100;

export type Store = {
  /** Envelopes of earlier runs, oldest first. */
  load: () => { id: string; bytes: Uint8Array }[];
  /** Follows the book from now on. */
  follow: (book: Book) => void;
  flush: () => void;
  close: () => void;
};

/** Milliseconds until writing is tried again after it failed: the disk may be full for a while. */
const RETRY_MS = 5000;

/** Opens or makes the database. `log` hears of a broken file, which is moved aside, and of failed writes. Throws {@link RelayError}. */
export function openStore(path: string, log: (line: string) => void = () => {}): Store {
  const db = open(path, log);
  const insert = db.prepare('INSERT OR REPLACE INTO entries (id, envelope, received_at, ends_at) VALUES (?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM entries WHERE id = ?');
  const changes = new Map<string, Entry | undefined>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (changes.size === 0) return;
    db.exec('BEGIN');
    try {
      for (const [id, entry] of changes) {
        if (entry) insert.run(id, Envelope.encode(entry), entry.receivedAt, endOf(entry));
        else remove.run(id);
      }
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw new RelayError('store', `The orders cannot be written to ${path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    changes.clear();
  }
  function change(id: string, entry: Entry | undefined): void {
    changes.set(id, entry);
    timer ??= setTimeout(flushLater, FLUSH_MS);
  }
  function flushLater(): void {
    try {
      flush();
    } catch (error) {
      log((error as Error).message);
      timer = setTimeout(flushLater, RETRY_MS);
    }
  }

  return {
    load: () =>
      db
        .prepare('SELECT id, envelope FROM entries ORDER BY received_at, id')
        .all()
        .map((row) => ({ id: String(row.id), bytes: row.envelope as Uint8Array })),
    follow(book) {
      stop = book.listen({
        added: (entry) => change(entry.id, entry),
        removed: (entry) => change(entry.id, undefined),
      });
      // What did not survive the way from the file into the book leaves the file.
      for (const { id } of db.prepare('SELECT id FROM entries').all())
        if (!book.has(String(id))) change(String(id), undefined);
    },
    flush,
    close() {
      stop();
      flush();
      db.close();
    },
  };
}

function open(path: string, log: (line: string) => void, again = true): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    db = new DatabaseSync(path);
    db.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS entries (
        id TEXT PRIMARY KEY,
        envelope BLOB NOT NULL,
        received_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL
      ) STRICT;
      SELECT id, envelope, received_at, ends_at FROM entries LIMIT 1;
    `);
    return db;
  } catch (error) {
    db?.close();
    const code = (error as { errcode?: number }).errcode;
    // SQLite's own numbers: 5 busy, 11 corrupt, 26 no database, 1 a table of another form.
    if (code === 5)
      throw new RelayError('store', `Another relay uses ${path}: stop it, or name another file with --data.`);
    if (again && (code === 11 || code === 26 || code === 1)) {
      const aside = `${path}.broken-${Date.now()}`;
      renameSync(path, aside);
      log(`The database was broken; it is now ${aside}, and a new one is made.`);
      return open(path, log, false);
    }
    throw new RelayError('store', `${path} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}
