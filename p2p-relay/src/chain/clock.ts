// The chain's clock between two blocks: the newest block's time and what has passed here since, within reason. Without a chain, the computer's.
import { LOOKUP_TIMEOUT_MS } from '../limits.ts';

/** Seconds that the clock runs on by itself. A development chain may stand still. */
const FREE_RUN_S = 60;

export type Clock = {
  /** Unix seconds. */
  now: () => number;
  /** Whether the chain has told its time yet. */
  isSet: () => boolean;
  /** Asks once. */
  read: () => Promise<void>;
  close: () => void;
};

export function createClock(time: (signal: AbortSignal) => Promise<number>, everyMs: number): Clock {
  const closing = new AbortController();
  let base: { time: number; at: number } | undefined;
  async function read(): Promise<void> {
    try {
      const found = await time(AbortSignal.any([closing.signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)]));
      if (found !== base?.time) base = { time: found, at: performance.now() };
    } catch {
      // The last reading stays; the status page shows whether there was one.
    }
  }
  const timer = setInterval(() => void read(), everyMs);
  return {
    now: () => (base ? base.time + Math.min((performance.now() - base.at) / 1000, FREE_RUN_S) : Date.now() / 1000),
    isSet: () => base !== undefined,
    read,
    close() {
      clearInterval(timer);
      closing.abort();
    },
  };
}
