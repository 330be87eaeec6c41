// Posts to one subscriber, in order, again and again with growing pauses, until it answers or is given up.

export type QueueStatus = {
  delivered: number;
  waiting: number;
  failures: number;
  interrupted: boolean;
  lastError: string | undefined;
};

const TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Tries for one payload before the subscriber is given up: about two minutes. It can pull what it missed. */
const TRIES = 30;
const MOST_WAITING = 10_000;

export class Queue<T> {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #merge: (items: T[]) => { body: unknown; used: number };
  readonly #items: T[] = [];
  readonly #stop = new AbortController();
  #running = false;
  readonly status: QueueStatus = { delivered: 0, waiting: 0, failures: 0, interrupted: false, lastError: undefined };

  /** @param merge makes one body of the first items and says how many it used */
  constructor(url: string, headers: Record<string, string>, merge: (items: T[]) => { body: unknown; used: number }) {
    this.#url = url;
    this.#headers = headers;
    this.#merge = merge;
  }

  push(...items: T[]): void {
    if (this.status.interrupted || this.#stop.signal.aborted) return;
    this.#items.push(...items);
    if (this.#items.length > MOST_WAITING) this.#interrupt(`More than ${MOST_WAITING} messages were waiting.`);
    this.status.waiting = this.#items.length;
    void this.#run();
  }

  close(): void {
    this.#stop.abort();
    this.#items.length = 0;
  }

  #interrupt(reason: string): void {
    this.status.interrupted = true;
    this.status.lastError = reason;
    this.#items.length = 0;
    this.status.waiting = 0;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#items.length > 0 && !this.#stop.signal.aborted) {
        const { body, used } = this.#merge(this.#items);
        if (!(await this.#deliver(JSON.stringify(body)))) return;
        this.#items.splice(0, used);
        this.status.delivered += used;
        this.status.waiting = this.#items.length;
      }
    } finally {
      this.#running = false;
    }
  }

  async #deliver(body: string): Promise<boolean> {
    let pause = FIRST_PAUSE_MS;
    for (let attempt = 1; !this.#stop.signal.aborted; attempt++) {
      try {
        const response = await fetch(this.#url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...this.#headers },
          body,
          signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        await response.arrayBuffer();
        if (response.ok) return true;
        this.status.lastError = `${this.#url} answered ${response.status}.`;
      } catch (error) {
        this.status.lastError = error instanceof Error ? error.message : String(error);
      }
      this.status.failures += 1;
      if (attempt >= TRIES) {
        this.#interrupt(this.status.lastError ?? 'No answer.');
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, pause).unref());
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
    return false;
  }
}
