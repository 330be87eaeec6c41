// An indexer that follows a node: catches up by asking, then listens, and asks again whenever something does not fit.
import { randomBytes } from 'node:crypto';
import {
  apiSource,
  type Delivery,
  type Network,
  nodeSource,
  readPredicate,
  type Source,
  several,
  startChainhookObserver,
  startReceiver,
} from '@wattconnect/chainhooks';
import { followRelays } from './gossip.ts';
import { FinalityError, Indexer, type IndexerOptions } from './indexer.ts';
import { followPeers } from './peers.ts';
import { type Log, serve } from './server.ts';
import { signerOf } from './signer.ts';
import { isPostgres, openStore } from './store/open.ts';
import { SqliteStore } from './store/sqlite.ts';
import { StoreError } from './store/types.ts';

/** How blocks are pulled: replayed by the node, or read from the API beside it. */
export type Pull = 'node' | 'api';

export type SourceChoice = {
  node: string;
  /** Default: the node's replay. */
  pull?: Pull;
  /** The node's `auth_token`, for its replay. */
  password?: string;
  /** Others that stand in when the node is silent or behind: addresses of nodes, or of APIs as api+https://… */
  backups?: string[];
};

export type RunOptions = SourceChoice &
  IndexerOptions & {
    deployer: string;
    /** File of the database, or postgresql://… Default: in memory. */
    db?: string;
    /** Drop the views that are there. */
    anew?: boolean;
    port?: number;
    host?: string;
    /** Port for the Chainhook node's deliveries; without one the node is only asked. */
    chainhookPort?: number;
    /** Where the Chainhook node is, when not at `node`. */
    chainhookNode?: string;
    /** Address under which the Chainhook node reaches this side. */
    chainhookUrl?: string;
    /** Port at which a node's event observer posts /new_block, and Chainhooks 2.0 posts /chainhooks. */
    receivePort?: number;
    /** Secret of those who post there. */
    receiveToken?: string;
    /** File of the key that signs answers. Default: beside the database. */
    key?: string;
    network?: Network;
    /** Addresses of other indexers to compare with. */
    peers?: string[];
    /** Pages of relays at which checkpoints are handed in and heard. */
    relays?: string[];
    /** Public keys of indexers whose checkpoints in gossip count. */
    trusted?: string[];
    onLog?: Log;
  };

const POLL_MS = 1000;
/** With somebody who pushes, asking is only for what was lost. */
const POLL_BEHIND_PUSH_MS = 5000;
const RETRY_MS = 500;
const RETRY_MOST_MS = 10_000;

export function sourceOf({ node, pull = 'node', password, backups = [] }: SourceChoice, signal?: AbortSignal): Source {
  const options = signal ? { signal } : {};
  const first =
    pull === 'api'
      ? apiSource(node, options)
      : nodeSource(node, { ...options, ...(password !== undefined && { password }) });
  return several([
    first,
    ...backups.map((url) => (url.startsWith('api+') ? apiSource(url.slice(4), options) : nodeSource(url, options))),
  ]);
}

/** A file beside a database that is a file; in the working folder for one that is not. */
const besides = (db: string | undefined, end: string): string | undefined =>
  db === undefined || db === ':memory:' ? undefined : isPostgres(db) ? `indexer${end}` : `${db}${end}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Wakes whoever sleeps, and whoever is about to. */
class Bell {
  #rung = false;
  #wake = () => {};
  ring(): void {
    this.#rung = true;
    this.#wake();
  }
  async wait(ms: number): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#rung = false;
  }
}

export async function run(options: RunOptions) {
  const { node, deployer, first, finality, network = 'devnet', onLog = () => {} } = options;
  const stop = new AbortController();
  const bell = new Bell();
  const store = await openStore(options.db, { anew: options.anew ?? false });
  let indexer: Indexer;
  let server: Awaited<ReturnType<typeof serve>>;
  const source = sourceOf(options, stop.signal);
  let sourceTip: { height: number; hash: string } | undefined;
  let deliveries = 0;
  const pushed: string[] = [];
  const peers = followPeers(options.peers ?? [], { store, deployer, onLog });
  let gossip: ReturnType<typeof followRelays> | undefined;
  try {
    indexer = new Indexer(store, deployer, {
      ...(first !== undefined && { first }),
      ...(finality !== undefined && { finality }),
    });
    const signer = signerOf(deployer, options.key ?? besides(options.db, '.key'));
    gossip = followRelays(options.relays ?? [], {
      store,
      deployer,
      finality: indexer.finality,
      signer,
      trusted: options.trusted ?? [],
      onLog,
    });
    server = await serve(indexer, {
      port: options.port ?? 3800,
      onLog,
      signer,
      ...(options.host !== undefined && { host: options.host }),
      following: () => ({
        source: source.name,
        sourceHeight: sourceTip?.height ?? null,
        sourceHash: sourceTip?.hash ?? null,
        deliveries,
        push: pushed.length > 0 ? pushed.join(', ') : null,
        network,
        peers: peers.list(),
        authors: gossip?.list() ?? [],
      }),
    });
  } catch (error) {
    await Promise.all([peers.close(), gossip?.close()]);
    await store.close();
    throw error;
  }

  let fatal: Error | undefined;
  const following = (async () => {
    let pause = RETRY_MS;
    while (!stop.signal.aborted && !fatal) {
      try {
        sourceTip = await indexer.sync(source, {
          signal: stop.signal,
          onProgress: (at, target) => {
            sourceTip = target;
            if (target.height - at.height > 1) onLog(`block ${at.height} of ${target.height}`, 'info');
          },
        });
        if (indexer.lastError) onLog('in step again', 'info');
        indexer.lastError = undefined;
        pause = RETRY_MS;
      } catch (error) {
        if (stop.signal.aborted) break;
        const message = messageOf(error);
        // Neither mends itself: whoever keeps this process up starts it again, or reads what it says.
        if (error instanceof FinalityError || error instanceof StoreError) fatal = error;
        if (indexer.lastError !== message) onLog(message, fatal ? 'error' : 'warn');
        indexer.lastError = message;
        pause = Math.min(pause * 2, RETRY_MOST_MS);
      }
      if (!fatal) await bell.wait(indexer.lastError ? pause : pushed.length > 0 ? POLL_BEHIND_PUSH_MS : POLL_MS);
    }
  })();

  /** What was pushed is taken, or fetched when it does not fit: a push only says that there is news. */
  const hear = async (delivery: Delivery): Promise<void> => {
    deliveries += 1;
    const outcome = await indexer.deliver(delivery);
    const tip = store.tip();
    if (outcome.kind === 'applied' && tip && tip.height >= (sourceTip?.height ?? 0))
      sourceTip = { height: tip.height, hash: tip.hash };
    if (outcome.kind === 'gap') bell.ring();
  };
  let receiver: Awaited<ReturnType<typeof startReceiver>> | undefined;
  try {
    if (options.receivePort !== undefined) {
      receiver = await startReceiver({
        port: options.receivePort,
        ...(options.host !== undefined && { host: options.host }),
        ...(options.receiveToken !== undefined && { token: options.receiveToken }),
        onBlock: (block) => hear({ apply: [block], rollback: [] }),
        onNews: async () => {
          deliveries += 1;
          bell.ring();
        },
      });
      pushed.push(`posts at ${receiver.url}`);
    }
  } catch (error) {
    stop.abort();
    bell.ring();
    await following;
    await Promise.all([peers.close(), gossip?.close()]);
    await server.close();
    await store.close();
    throw error;
  }

  // Registering waits for the Chainhook node; the views are served and followed by asking meanwhile.
  let observer: Awaited<ReturnType<typeof startChainhookObserver>> | undefined;
  const listening =
    options.chainhookPort === undefined
      ? Promise.resolve()
      : startChainhookObserver({
          node: options.chainhookNode ?? node,
          port: options.chainhookPort,
          ...(options.host !== undefined && { host: options.host }),
          ...(options.chainhookUrl !== undefined && { externalUrl: options.chainhookUrl }),
          ...(besides(options.db, '') !== undefined && { state: besides(options.db, '.chainhook')! }),
          token: randomBytes(24).toString('hex'),
          predicate: readPredicate(network),
          signal: stop.signal,
          onBlocks: hear,
        }).then(
          (started) => {
            observer = started;
            pushed.push(`Chainhook at ${options.chainhookNode ?? node}`);
            // What came between the last look and the registration.
            bell.ring();
          },
          (error: unknown) => {
            if (stop.signal.aborted) return;
            onLog(`Chainhook is not heard: ${messageOf(error)} The node is asked instead.`, 'warn');
          },
        );

  return {
    indexer,
    store,
    url: server.url,
    /** Where blocks and news are posted, if anywhere. */
    receiver: receiver?.url,
    status: server.status,
    /** Ends when following ends: at the close, or at what nobody can follow. */
    following,
    failure: () => fatal,
    close: async () => {
      stop.abort();
      bell.ring();
      await Promise.all([following, listening]);
      await observer?.close().catch(() => undefined);
      await receiver?.close();
      await Promise.all([peers.close(), gossip?.close()]);
      await server.close();
      await store.close();
    },
  };
}

export type Replayed = { height: number; hash: string; digest: string };

/** Replays the whole chain of a node into a store of its own and gives the digest of its tip. */
export async function replay(
  node: string | SourceChoice,
  deployer: string,
  onLog: (line: string) => void = () => {},
  options: IndexerOptions = {},
): Promise<Replayed> {
  const store = new SqliteStore();
  try {
    const indexer = new Indexer(store, deployer, options);
    await indexer.sync(sourceOf(typeof node === 'string' ? { node } : node), {
      onProgress: (at, target) => onLog(`block ${at.height} of ${target.height}`),
    });
    const tip = store.tip();
    if (!tip) throw new Error('The node has no blocks.');
    return { height: tip.height, hash: tip.hash, digest: tip.digest };
  } finally {
    store.close();
  }
}
