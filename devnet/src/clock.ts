// When blocks are mined. Chain time follows the wall, as fast as one likes: a Stacks block adds 10 s and a burn block 600 s, so what cannot be
// said in transactions is said in burn blocks.
import { BLOCK_SECONDS } from './chain.ts';

export type Ticking = {
  /** Unix seconds of the chain. */
  time: () => number;
  hasReady: () => boolean;
  mine: () => void;
  burn: () => void;
};

/** Blocks mined in one go, so that requests are answered in between. */
const BURST = 16;
const TICK_MS = 50;
/** Between two Stacks blocks while the clock runs: what comes in meanwhile shares a block. */
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

export class Clock {
  readonly #chain: Ticking;
  #speed: number;
  #paused = false;
  #anchor = { wall: 0, chain: 0 };
  #ticking: NodeJS.Timeout | undefined;
  #waking = false;
  #lastBlock = 0;
  #stopped = true;

  /** @param speed seconds of chain time a second of wall time; 0 means on demand only */
  constructor(chain: Ticking, speed: number) {
    this.#chain = chain;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }
  set speed(speed: number) {
    this.#speed = speed;
    this.start();
  }
  /** While it is paused, only those who ask for blocks get them. */
  get paused(): boolean {
    return this.#paused;
  }
  set paused(paused: boolean) {
    this.#paused = paused;
    this.start();
  }

  /** Counts from here: the chain's time now is the wall's time now. */
  start(): void {
    this.#stopped = false;
    this.#anchor = { wall: Date.now(), chain: this.#chain.time() };
    clearInterval(this.#ticking);
    const runs = this.#speed > 0 && !this.#paused;
    this.#ticking = runs ? setInterval(() => this.#tick(), TICK_MS) : undefined;
    this.wake();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#ticking);
  }

  /** A transaction came in: mine soon, with what else this turn brings. */
  wake(): void {
    if (this.#waking || this.#stopped || this.#paused || !this.#chain.hasReady()) return;
    this.#waking = true;
    const run = () => {
      this.#waking = false;
      if (this.#stopped || this.#paused || !this.#chain.hasReady()) return;
      this.#lastBlock = Date.now();
      this.#chain.mine();
      this.wake();
    };
    const wait = this.#lastBlock + this.#pause() - Date.now();
    if (wait > 0) setTimeout(run, wait).unref();
    else setImmediate(run);
  }

  /** A busy neighbourhood may run ahead of the wall by one burn block. From then on a block waits until its ten seconds have passed. */
  #pause(): number {
    if (this.#speed === 0) return 0;
    const own = (BLOCK_SECONDS.stacks / this.#speed) * 1000;
    const ahead = this.#chain.time() - this.#target() > BLOCK_SECONDS.burn;
    return Math.max(SHORTEST_PAUSE_MS, ahead ? own : Math.min(own, LONGEST_PAUSE_MS));
  }

  #target(): number {
    return this.#anchor.chain + ((Date.now() - this.#anchor.wall) / 1000) * this.#speed;
  }

  #tick(): void {
    for (let i = 0; i < BURST && this.#target() - this.#chain.time() >= BLOCK_SECONDS.burn; i++) this.#chain.burn();
    this.wake();
  }
}
