// Token buckets for many keys in bounded memory.

export type Rate = { perSecond: number; burst: number };
type Bucket = { tokens: number; at: number };

/** One bucket a key. The least lately used are forgotten first, which fills them again: the bound is on memory, not a promise. */
export class Buckets {
  readonly #rate: Rate;
  readonly #most: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds, never going back */
  constructor(rate: Rate, most: number, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#most = most;
    this.#now = now;
  }

  #fill(key: string): Bucket {
    const now = this.#now();
    const found = this.#buckets.get(key);
    if (!found) return { tokens: this.#rate.burst, at: now };
    const tokens = Math.min(this.#rate.burst, found.tokens + ((now - found.at) / 1000) * this.#rate.perSecond);
    return { tokens, at: now };
  }

  /** Whether the key has a token left; takes none. */
  has(key: string): boolean {
    return this.#fill(key).tokens >= 1;
  }

  /** Takes one token; false when there is none. */
  take(key: string): boolean {
    const bucket = this.#fill(key);
    const taken = bucket.tokens >= 1;
    if (taken) bucket.tokens -= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#most) this.#buckets.delete(this.#buckets.keys().next().value!);
    return taken;
  }

  get size(): number {
    return this.#buckets.size;
  }
}
