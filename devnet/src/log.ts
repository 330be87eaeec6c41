// The chain's memory on disk: one line a fact, each with a checksum, in the order in which they happened. Blocks are computed again from it.
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { Fact, Genesis } from './chain.ts';
import { messageOf, SetupError } from './errors.ts';

const VERSION = 2;
/** First line of a log: what it is, and the chain's beginning. */
type Header = {
  k: 'wattconnect-devnet';
  version: number;
  time: number;
  accounts: { address: string; balance: string }[];
};
type Line = Header | Fact;

const FILES = ['chain.log', 'subscribers.json'];
const sum = (text: string) => crc32(text).toString(16).padStart(8, '0');
const lineOf = (entry: Line) => {
  const body = JSON.stringify(entry);
  return `${sum(body)} ${body}\n`;
};

function parse(line: string): Line | undefined {
  const body = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== sum(body)) return undefined;
  return JSON.parse(body) as Line;
}

/** Facts of a log. What comes after the last whole line was never acknowledged; a line that is damaged in between is not survivable. */
function read(content: Buffer, file: string): { lines: Line[]; bytes: number } {
  const lines: Line[] = [];
  let bytes = 0;
  let broken: number | undefined;
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(10, start);
    const entry = end < 0 ? undefined : parse(content.toString('utf8', start, end));
    if (entry === undefined) broken ??= start;
    else if (broken !== undefined)
      throw new SetupError(
        `${file} is damaged at byte ${broken}, with whole records after it. Restore the file, or start with --fresh to begin a new chain.`,
      );
    else {
      lines.push(entry);
      bytes = end + 1;
    }
    if (end < 0) break;
    start = end + 1;
  }
  return { lines, bytes };
}

/** The operating system frees this lock when the process ends, however it ends. */
function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'lock'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw new SetupError(
      `The folder ${folder} is in use by another chain. Stop it, or choose another folder with --data.`,
      { cause: error },
    );
  }
}

export class Log {
  readonly folder: string;
  readonly #fd: number;
  readonly #lock: DatabaseSync;
  #closed = false;
  #broken: string | undefined;
  readonly #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  private constructor(folder: string, fd: number, lock: DatabaseSync) {
    this.folder = folder;
    this.#fd = fd;
    this.#lock = lock;
  }

  /** Opens the log in a folder, for this process alone. `facts` is what it holds, after the genesis. */
  static open(folder: string, fresh: boolean): { log: Log; genesis: Genesis | undefined; facts: Fact[] } {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw new SetupError(`The folder ${folder} cannot be made: ${messageOf(error)}`);
    }
    const lock = lockFolder(folder);
    try {
      if (fresh) for (const name of FILES) rmSync(join(folder, name), { force: true });
      const file = join(folder, 'chain.log');
      const fd = openSync(file, 'a+', 0o644);
      const { lines, bytes } = read(readFileSync(fd), file);
      ftruncateSync(fd, bytes);
      const [header, ...facts] = lines;
      if (header && (header.k !== 'wattconnect-devnet' || header.version !== VERSION))
        throw new SetupError(`${file} was written by another version. Start with --fresh to begin a new chain.`);
      const genesis = header && {
        time: header.time,
        accounts: header.accounts.map(({ address, balance }) => ({ address, balance: BigInt(balance) })),
      };
      return { log: new Log(folder, fd, lock), genesis, facts: facts as Fact[] };
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  begin({ time, accounts }: Genesis): void {
    const rows = accounts.map(({ address, balance }) => ({ address, balance: String(balance) }));
    this.#write([{ k: 'wattconnect-devnet', version: VERSION, time, accounts: rows }]);
    this.sync();
    const directory = openSync(this.folder, 'r');
    fsyncSync(directory);
    closeSync(directory);
  }

  /** Written when this returns; on the disk once {@link durable} resolves, or {@link sync} has been called. */
  append(facts: Fact[]): void {
    this.#write(facts);
  }

  /** All that has been appended is on the disk when this returns. */
  sync(): void {
    this.#guard(() => fdatasyncSync(this.#fd));
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when all that has been appended is on the disk: those who ask in the same turn share one sync. */
  durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length > 1) return;
      setImmediate(() => {
        if (this.#waiting.length === 0) return;
        try {
          this.sync();
        } catch (error) {
          for (const { reject: fail } of this.#waiting.splice(0)) fail(error);
        }
      });
    });
  }

  #write(lines: Line[]): void {
    const bytes = Buffer.from(lines.map(lineOf).join(''));
    this.#guard(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    });
  }

  /** After a failure what is in memory is ahead of what is on the disk: nothing may follow that gap. */
  #guard(write: () => void): void {
    if (this.#broken !== undefined || this.#closed) throw new Error(this.#broken ?? 'The chain is closed.');
    try {
      write();
    } catch (error) {
      this.#broken = `The chain's log cannot be written: ${messageOf(error)}`;
      throw new Error(this.#broken, { cause: error });
    }
  }

  close(): void {
    if (this.#closed) return;
    if (this.#waiting.length > 0) this.sync();
    this.#closed = true;
    closeSync(this.#fd);
    this.#lock.close();
  }
}
