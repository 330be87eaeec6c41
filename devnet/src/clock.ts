// Chain time that follows the wall, faster. A Stacks block adds 10 s and a burn block 600 s: what cannot be said in transactions is said in burn blocks.
import { BLOCK_SECONDS } from './chain.ts';

export type Ticking = {
  time: () => number;
  hasReady: () => boolean;
  mine: () => void;
  burn: () => void;
};

/** Blocks mined in one go, so that requests are answered in between. */
const BURST = 32;
const TICK_MS = 50;

export class Clock {
  readonly #chain: Ticking;
  #speed: number;
  #anchor: { wall: number; chain: number };
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #stopped = false;

  /** @param speed seconds of chain time a second of wall time; 0 means on demand only */
  constructor(chain: Ticking, speed: number) {
    this.#chain = chain;
    this.#speed = speed;
    this.#anchor = { wall: Date.now(), chain: chain.time() };
  }

  get speed(): number {
    return this.#speed;
  }
  set speed(speed: number) {
    this.#speed = speed;
    this.#anchor = { wall: Date.now(), chain: this.#chain.time() };
    this.start();
  }

  start(): void {
    clearInterval(this.#timer);
    this.#timer = this.#speed > 0 && !this.#stopped ? setInterval(() => this.#tick(), TICK_MS) : undefined;
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** A transaction came in: mine soon, after what else this turn brings. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#stopped) return;
      for (let i = 0; i < BURST && this.#chain.hasReady(); i++) this.#chain.mine();
      if (this.#chain.hasReady()) this.wake();
    });
  }

  #tick(): void {
    const target = this.#anchor.chain + ((Date.now() - this.#anchor.wall) / 1000) * this.#speed;
    for (let i = 0; i < BURST && target - this.#chain.time() >= BLOCK_SECONDS.burn; i++) this.#chain.burn();
    // Busy neighbourhoods run ahead of the wall by ten seconds a transaction: begin to count anew from there, or it would stand still afterwards.
    if (this.#chain.time() > target + BLOCK_SECONDS.burn)
      this.#anchor = { wall: Date.now(), chain: this.#chain.time() };
  }
}
