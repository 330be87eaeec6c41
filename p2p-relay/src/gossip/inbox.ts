// Messages waiting for validation: bounded, fair between peers, and polite to whatever else the program does.
import { QUEUE, SLICE_MS } from '../limits.ts';

type Immediate = (run: () => void) => void;
const later: Immediate =
  (globalThis as { setImmediate?: Immediate }).setImmediate?.bind(globalThis) ?? ((run) => void setTimeout(run, 0));

export type Inbox<T> = {
  /** False when there is no room: the message is to be dropped. */
  push: (peer: string, item: T) => boolean;
  readonly size: number;
  close: () => void;
};

/** Hands items to `work` one after the other, taking turns between peers, for at most {@link SLICE_MS} in one go. */
export function createInbox<T>(work: (peer: string, item: T) => void): Inbox<T> {
  const queues = new Map<string, T[]>();
  let size = 0;
  let running = false;
  let closed = false;

  function run(): void {
    const until = performance.now() + SLICE_MS;
    while (size > 0 && !closed) {
      for (const [peer, queue] of queues) {
        const item = queue.shift();
        // To the end of the line, or out of it.
        queues.delete(peer);
        if (queue.length > 0) queues.set(peer, queue);
        if (item !== undefined) {
          size--;
          work(peer, item);
        }
        if (performance.now() >= until && size > 0) {
          later(run);
          return;
        }
      }
    }
    running = false;
  }

  return {
    push(peer, item) {
      const queue = queues.get(peer) ?? [];
      if (closed || size >= QUEUE.total || queue.length >= QUEUE.perPeer) return false;
      queue.push(item);
      queues.set(peer, queue);
      size++;
      if (!running) {
        running = true;
        // In the same turn when nothing waits: a single message has no delay.
        run();
      }
      return true;
    },
    get size() {
      return size;
    },
    close() {
      closed = true;
      queues.clear();
      size = 0;
    },
  };
}
