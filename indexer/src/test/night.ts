// What a long run of random trials needs, whatever it tries: how many, from which seed, until when, and what it says meanwhile.
import { writeSync } from 'node:fs';

/** Runs end here, however many there were; `npm run nightly -- --minutes` sets it. */
const minutes = Number(process.env.INDEXER_MINUTES ?? Number.POSITIVE_INFINITY);
const end = Date.now() + minutes * 60_000;
const SAY_EVERY_MS = 15_000;

export const timeLeft = (): number => Math.max(0, end - Date.now());
/** Options of fast-check that end a run in time, as a success: {@link Trials.done} tells how many there were. */
export const inTime = (): { interruptAfterTimeLimit: number } | object =>
  Number.isFinite(end) ? { interruptAfterTimeLimit: timeLeft() } : {};

/** Counts trials, and says from time to time how many there were. */
export class Trials {
  readonly #what: string;
  readonly #wanted: number;
  readonly #began = Date.now();
  #said = Date.now();
  done = 0;
  constructor(what: string, wanted: number) {
    this.#what = what;
    this.#wanted = wanted;
  }
  add(n = 1): void {
    this.done += n;
    if (Date.now() - this.#said < SAY_EVERY_MS) return;
    this.#said = Date.now();
    this.say();
  }
  /** Says how it ended. */
  end(more = ''): void {
    const over = this.done < this.#wanted ? 'time is over' : '';
    this.say([over, more].filter((one) => one !== '').join(', '));
  }
  /** Straight to the terminal: the runner keeps what a test prints until it is over. */
  say(more = ''): void {
    const seconds = (Date.now() - this.#began) / 1000;
    const rate = this.done / Math.max(seconds, 0.001);
    writeSync(
      1,
      `${this.#what}: ${this.done} of ${this.#wanted} after ${seconds.toFixed(0)} s, ${rate.toFixed(1)} a second${more && `; ${more}`}\n`,
    );
  }
}
