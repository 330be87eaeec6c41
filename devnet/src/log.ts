// The chain's memory on disk: one line a fact, each with a checksum, in the order in which they happened. Blocks are computed again from it.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './errors.ts';

export type Entry =
  | { k: 'genesis'; version: 1; time: number; accounts: { address: string; balance: string }[] }
  | { k: 'submit'; hex: string }
  | { k: 'tx' }
  | { k: 'burn' }
  | { k: 'mint'; address: string; amount: string }
  | { k: 'reorg'; depth: number; drop: string[] }
  | { k: 'predicates'; list: unknown[] };

const sum = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Facts of a log up to the first line that is not whole; what comes after was never acknowledged. */
function read(file: string): { entries: Entry[]; bytes: number } {
  const content = readFileSync(file);
  const entries: Entry[] = [];
  let start = 0;
  for (;;) {
    const end = content.indexOf(10, start);
    if (end < 0) break;
    const line = content.toString('utf8', start, end);
    const body = line.slice(17);
    if (line[16] !== ' ' || line.slice(0, 16) !== sum(body)) break;
    entries.push(JSON.parse(body) as Entry);
    start = end + 1;
  }
  return { entries, bytes: start };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class Log {
  readonly #fd: number;
  readonly #lock: string;
  #waiting: (() => void)[] = [];
  #syncing = false;

  private constructor(fd: number, lock: string) {
    this.#fd = fd;
    this.#lock = lock;
  }

  /** Opens the log in a folder, for this process alone, and gives what it holds. */
  static open(folder: string, { fresh = false }: { fresh?: boolean } = {}): { log: Log; entries: Entry[] } {
    mkdirSync(folder, { recursive: true });
    const lock = join(folder, 'lock');
    if (existsSync(lock)) {
      const owner = Number(readFileSync(lock, 'utf8'));
      if (owner !== process.pid && isRunning(owner)) {
        throw new SetupError(
          `The folder ${folder} is in use by a chain that runs as process ${owner}. Stop it, or choose another folder with --data.`,
        );
      }
    }
    writeFileSync(lock, String(process.pid));
    const file = join(folder, 'chain.log');
    if (fresh) rmSync(file, { force: true });
    let entries: Entry[] = [];
    if (existsSync(file)) {
      const found = read(file);
      entries = found.entries;
      truncateSync(file, found.bytes);
      const first = entries[0];
      if (first && (first.k !== 'genesis' || first.version !== 1))
        throw new SetupError(`${file} was written by another version. Start with --fresh to begin a new chain.`);
    }
    return { log: new Log(openSync(file, 'a', 0o644), lock), entries };
  }

  /** Written when this returns; kept through a loss of power once {@link durable} resolves. */
  append(entry: Entry): void {
    const body = JSON.stringify(entry);
    writeSync(this.#fd, `${sum(body)} ${body}\n`);
  }

  /** Resolves when all that has been appended is on the disk. Callers that wait together share one sync. */
  durable(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#sync();
    });
  }

  #sync(): void {
    if (this.#syncing || this.#waiting.length === 0) return;
    this.#syncing = true;
    const served = this.#waiting.splice(0);
    fdatasync(this.#fd, () => {
      this.#syncing = false;
      for (const resolve of served) resolve();
      this.#sync();
    });
  }

  close(): void {
    closeSync(this.#fd);
    rmSync(this.#lock, { force: true });
  }
}
