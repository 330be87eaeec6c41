// Processes that read a database file, one question at a time each. SQLite runs a statement to its end in the thread that asked, and nothing in Node
// can stop it there: whoever follows the chain must not wait for that, nor others who ask. A process can be ended, whatever it is doing.
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { QUESTION_MS } from '../store/types.ts';
import type { Answer, Asked } from './answer.ts';
import type { Said, Start, Told } from './reader.ts';
import { Refused } from './requests.ts';

/** Readers that are free to take questions, and readers in all: a question that takes long has one of its own beside them. */
const FREE = Math.min(2, availableParallelism());
const MOST = 5;
/** From here on a question counts as one that takes long. */
const LONG_MS = 250;
/** Questions that wait for a reader, and for how long at most. */
export const MOST_WAITING = 200;
const WAIT_MS = 10_000;
/** Memory of one reader's objects, in MiB: an answer has at most 20,000 rows. */
const HEAP_MIB = 96;
/** Of this, what is new: left to itself it grows beyond the rest, and is then collected all the time. */
const YOUNG_MIB = 4;

const tooMany = () => new Refused(429, 'Too many ask at once. Ask again in a moment.', 'TOO_MANY');
const tooLong = () =>
  new Refused(400, 'This takes too long. Ask for less, or by what is indexed: ids and references.', 'BAD_USER_INPUT');

type Job = { asked: Asked; resolve: (answer: Answer) => void; reject: (error: Error) => void; timer: NodeJS.Timeout };
type Reader = { child: ChildProcess; ready: boolean; job: Job | undefined; long: boolean };

export class Readers {
  readonly #start: Start;
  readonly #questionMs: number;
  readonly #onFault: (details: string) => void;
  readonly #readers = new Set<Reader>();
  readonly #line = new Set<Job>();
  #closed = false;

  constructor(
    start: Start,
    { questionMs = QUESTION_MS, onFault }: { questionMs?: number; onFault: (details: string) => void },
  ) {
    this.#start = start;
    this.#questionMs = questionMs;
    this.#onFault = onFault;
    this.#open();
  }

  get size(): number {
    return this.#readers.size;
  }

  /** @throws {Refused} when it takes too long, or too many ask */
  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#line.size >= MOST_WAITING) return reject(tooMany());
      const job: Job = { asked, resolve, reject, timer: setTimeout(() => this.#giveUp(job), WAIT_MS) };
      this.#line.add(job);
      this.#next();
    });
  }
  #giveUp(job: Job): void {
    if (this.#line.delete(job)) job.reject(tooMany());
  }

  #open(): void {
    const child = fork(new URL('./reader.ts', import.meta.url), [], {
      serialization: 'advanced',
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        `--max-old-space-size=${HEAP_MIB}`,
        `--max-semi-space-size=${YOUNG_MIB}`,
      ],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const reader: Reader = { child, ready: false, job: undefined, long: false };
    this.#readers.add(reader);
    child.on('message', (said: Said) => this.#hear(reader, said));
    child.on('error', (error) => this.#onFault(`A reader: ${error.message}`));
    child.on('exit', (code, signal) => {
      this.#readers.delete(reader);
      if (this.#closed) return;
      this.#onFault(`A reader of the database has ended (${signal ?? code}).`);
      const failed =
        signal === 'SIGABRT' // out of memory
          ? new Refused(400, 'This asks for too much at once.', 'TOO_COMPLEX')
          : new Error('The reader that had this question has ended.');
      this.#done(reader)?.reject(failed);
      // One that cannot even start would be started for ever; whoever asks next tries again.
      if (reader.ready) this.#next();
      else if (this.#readers.size === 0) for (const waiting of this.#line) this.#giveUp(waiting);
    });
    this.#tell(reader, { start: this.#start });
  }
  #tell({ child }: Reader, told: Told): void {
    child.send(told, () => {}); // one that cannot be told has ended, which is heard of
  }

  #hear(reader: Reader, said: Said): void {
    if ('fault' in said) this.#onFault(said.fault);
    else if ('ready' in said) reader.ready = true;
    else this.#done(reader)?.resolve(said.answer);
    this.#next();
  }

  /** Ends the turn of a reader; the question that it had. */
  #done(reader: Reader): Job | undefined {
    const { job } = reader;
    clearTimeout(job?.timer);
    reader.job = undefined;
    reader.long = false;
    return job;
  }

  /** Gives waiting questions to readers, and keeps as many of these as are needed. */
  #next(): void {
    if (this.#closed) return;
    for (const reader of this.#readers) {
      if (!reader.ready || reader.job) continue;
      const [job] = this.#line;
      if (!job) break;
      this.#line.delete(job);
      clearTimeout(job.timer);
      reader.job = job;
      job.timer = setTimeout(() => this.#long(reader, job), Math.min(LONG_MS, this.#questionMs));
      this.#tell(reader, { asked: job.asked });
    }
    const free = [...this.#readers].filter(({ long }) => !long);
    const starting = free.filter(({ ready }) => !ready).length;
    // Somebody else is sure to come while a question takes long.
    const needed = this.#line.size > starting || free.length < this.#readers.size;
    if (needed && free.length < FREE && this.#readers.size < MOST) this.#open();
    if (needed) return;
    // Those that stood in for the long ones may go.
    const idle = free.filter(({ job, ready }) => ready && !job);
    for (const reader of idle.slice(0, Math.max(0, free.length - FREE))) this.#end(reader);
  }

  #long(reader: Reader, job: Job): void {
    reader.long = true;
    job.timer = setTimeout(() => {
      this.#done(reader);
      this.#end(reader);
      job.reject(tooLong());
      this.#next();
    }, this.#questionMs - Math.min(LONG_MS, this.#questionMs));
    this.#next();
  }

  /** Ends a reader at once, in the middle of a statement too. */
  #end(reader: Reader): void {
    this.#readers.delete(reader);
    reader.child.removeAllListeners();
    reader.child.on('error', () => {});
    reader.child.kill('SIGKILL');
  }

  close(): void {
    this.#closed = true;
    for (const job of this.#line) this.#giveUp(job);
    for (const reader of this.#readers) {
      this.#done(reader)?.reject(tooMany());
      this.#end(reader);
    }
  }
}

/** The same bound for questions that are answered here, over a database that ends its statements itself. */
export function inTurns(most: number, answer: (asked: Asked) => Promise<Answer>): (asked: Asked) => Promise<Answer> {
  let running = 0;
  const line = new Set<() => void>();
  return async (asked) => {
    if (running >= most)
      await new Promise<void>((resolve, reject) => {
        if (line.size >= MOST_WAITING) return reject(tooMany());
        const turn = () => {
          clearTimeout(timer);
          line.delete(turn);
          resolve();
        };
        const timer = setTimeout(() => {
          if (line.delete(turn)) reject(tooMany());
        }, WAIT_MS);
        line.add(turn);
      });
    else running += 1;
    try {
      return await answer(asked);
    } finally {
      // A turn goes from one to the next.
      const [next] = line;
      if (next) next();
      else running -= 1;
    }
  };
}
