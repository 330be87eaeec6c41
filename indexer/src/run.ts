// An indexer that follows a node: catches up by asking, then listens, and asks again whenever something does not fit.
import { randomBytes } from 'node:crypto';
import { type Network, nodeSource, readPredicate, startChainhookObserver } from '@wattconnect/chainhooks';
import { FinalityError, Indexer } from './indexer.ts';
import { serve } from './server.ts';
import { Store } from './store.ts';

export type RunOptions = {
  node: string;
  deployer: string;
  /** File of the database. Default: in memory. */
  db?: string;
  port?: number;
  host?: string;
  /** Port for the Chainhook node's deliveries; without one the node is only asked. */
  chainhookPort?: number;
  network?: Network;
  onLog?: (line: string) => void;
};

const POLL_MS = 1000;
const RETRY_MS = 500;

export async function run(options: RunOptions) {
  const { node, deployer, onLog = () => {} } = options;
  const stop = new AbortController();
  const store = new Store(options.db);
  const indexer = new Indexer(store, deployer);
  const source = nodeSource(node, { signal: stop.signal });
  let sourceHeight: number | undefined;
  let server: Awaited<ReturnType<typeof serve>>;
  try {
    server = await serve(indexer, {
      port: options.port ?? 3800,
      ...(options.host !== undefined && { host: options.host }),
      sourceTip: () => sourceHeight,
    });
  } catch (error) {
    store.close();
    throw error;
  }

  let wake = () => {};
  let fatal: FinalityError | undefined;
  const following = (async () => {
    while (!stop.signal.aborted && !fatal) {
      try {
        const tip = await indexer.sync(source, {
          signal: stop.signal,
          onProgress: (at, target) => onLog(`block ${at.height} of ${target.height}`),
        });
        sourceHeight = tip.height;
        if (indexer.lastError) onLog('in step again');
        indexer.lastError = undefined;
      } catch (error) {
        if (stop.signal.aborted) break;
        const message = error instanceof Error ? error.message : String(error);
        if (indexer.lastError !== message) onLog(message);
        indexer.lastError = message;
        if (error instanceof FinalityError) fatal = error;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, indexer.lastError ? RETRY_MS : POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stop.signal.aborted) wake();
      });
    }
  })();

  let observer: { close: () => Promise<void> } | undefined;
  if (options.chainhookPort !== undefined) {
    observer = await startChainhookObserver({
      node,
      port: options.chainhookPort,
      token: randomBytes(24).toString('hex'),
      predicate: readPredicate(options.network ?? 'devnet'),
      onBlocks: async (delivery) => {
        const outcome = await indexer.deliver(delivery);
        if (outcome.kind === 'applied') sourceHeight = store.tip()?.height;
        // A push only says that there is news: what does not fit is fetched.
        if (outcome.kind === 'gap') wake();
      },
    });
  }

  return {
    indexer,
    store,
    url: server.url,
    following,
    failure: () => fatal,
    close: async () => {
      stop.abort();
      wake();
      await following;
      await observer?.close().catch(() => undefined);
      await server.close();
      store.close();
    },
  };
}

/** Replays the whole chain of a node into a store of its own and gives the digest of its tip. */
export async function replay(
  node: string,
  deployer: string,
  onLog: (line: string) => void = () => {},
): Promise<{ height: number; hash: string; digest: string }> {
  const store = new Store();
  try {
    const indexer = new Indexer(store, deployer);
    await indexer.sync(nodeSource(node), {
      onProgress: (at, target) => onLog(`block ${at.height} of ${target.height}`),
    });
    const tip = store.tip();
    if (!tip) throw new Error('The node has no blocks.');
    return { height: tip.height, hash: tip.hash, digest: tip.digest };
  } finally {
    store.close();
  }
}
