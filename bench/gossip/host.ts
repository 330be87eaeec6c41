// Relays in a thread of their own, so that a benchmark uses all cores.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Relay, type RelayOptions, startRelay } from '@wattconnect/p2p-relay';
import { Bytes, Envelope } from '@wattconnect/protocol';
import { sha256 } from '../../p2p-relay/src/native.ts';

export type Published = { sent: [string, number][]; arrived: [string, number][] };
type Start = { op: 'start'; options: RelayOptions };
type Connected = { op: 'connected'; least: number };
/** Publishes by turns from the thread's relays, `rate` a second, and waits until its relays hold all `total` offers or nothing comes any more. */
type Publish = { op: 'publish'; offers: Envelope.Envelope[]; rate: number; total: number };
type Close = { op: 'close' };

export type Host = {
  ask: {
    (order: Start): Promise<string>;
    (order: Connected | Close): Promise<void>;
    (order: Publish): Promise<Published>;
  };
  close: () => Promise<void>;
};

/** Milliseconds on the clock that all threads share. */
const clock = () => performance.timeOrigin + performance.now();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function openHost(): Host {
  const worker = new Worker(new URL(import.meta.url));
  const ask = (order: Start | Connected | Publish | Close) =>
    new Promise<never>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage(order);
    }).finally(() => worker.removeAllListeners());
  return {
    ask,
    async close() {
      await ask({ op: 'close' });
      await worker.terminate();
    },
  };
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  const relays: Relay[] = [];
  const gossips = (one: Relay) => one.status().peers.filter(({ gossip }) => gossip).length;

  async function publish({ offers, rate, total }: Publish): Promise<Published> {
    const out: Published = { sent: [], arrived: [] };
    const own = relays.map(() => new Set<string>());
    for (const [i, one] of relays.entries())
      one.on('offer', ({ id }) => {
        if (!own[i]!.has(id)) out.arrived.push([id, clock()]);
      });
    const started = performance.now();
    for (let n = 0; n < offers.length; await sleep(1)) {
      const due = Math.min(Math.floor(((performance.now() - started) / 1000) * rate), offers.length);
      for (; n < due; n++) {
        const offer = offers[n]!;
        const id = Bytes.toHex(sha256(Envelope.encode(offer)));
        own[n % relays.length]!.add(id);
        out.sent.push([id, clock()]);
        void relays[n % relays.length]!.publish(offer);
      }
    }
    for (let last = -1; last !== out.arrived.length && relays.some((one) => one.offers().length < total); ) {
      last = out.arrived.length;
      await sleep(1500);
    }
    return out;
  }

  port.on('message', async (order: Start | Connected | Publish | Close) => {
    if (order.op === 'start') {
      const one = await startRelay(order.options);
      relays.push(one);
      port.postMessage(one.multiaddrs.find((address) => !address.includes('/ws')));
    } else if (order.op === 'connected') {
      while (relays.some((one) => gossips(one) < order.least)) await sleep(20);
      port.postMessage(undefined);
    } else if (order.op === 'publish') {
      port.postMessage(await publish(order));
    } else {
      await Promise.all(relays.map((one) => one.close()));
      port.postMessage(undefined);
    }
  });
}
