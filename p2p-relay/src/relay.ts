// A relay: the shared core with listeners, an identity, a store, the chain, and a status page.
import { createServer } from 'node:net';
import { tcp } from '@libp2p/tcp';
import { type Envelope, Message, Validate } from '@wattconnect/protocol';
import { type Clock, createClock } from './chain/clock.ts';
import { createStacksNode } from './chain/stacks-node.ts';
import { type ChainView, createMakerLookup, objection } from './chain/view.ts';
import { createCheckpoints, type HeardCheckpoint } from './checkpoints.ts';
import { dialable, knownRelays } from './discovery.ts';
import { RelayError } from './errors.ts';
import { cellsOf, createCore, networkOf, type Published, topicsOf } from './gossip/core.ts';
import { Counters } from './gossip/counters.ts';
import { addressOf, createNode, hasGossip } from './gossip/node.ts';
import { createWatchdog, parseAddress } from './gossip/watchdog.ts';
import { safeWebSockets } from './gossip/websockets.ts';
import { Buckets } from './guard/buckets.ts';
import { createGuard } from './guard/guard.ts';
import { startHttp } from './http/server.ts';
import type { Status } from './http/status.ts';
import { loadKey } from './key-file.ts';
import { CONNECTIONS } from './limits.ts';
import { createRecover, sha256 } from './native.ts';
import { Book, type StoredOffer, type StoredOrder } from './orders/book.ts';
import { createOrderEvents, type Listen, type OrderEvents } from './orders/events.ts';
import { createJudge } from './orders/judge.ts';
import { openStore } from './store/store.ts';

export type RelayOptions = {
  chainId: number;
  /** The marketplace, such as ST….marketplace. */
  contract: string;
  /** H3 cells of resolution 7 to follow, as integers or hex. */
  cells: (bigint | string)[];
  /** Address to listen on; 127.0.0.1 unless told otherwise, 0.0.0.0 for everybody. */
  host?: string;
  /** TCP port; 0 or none picks a free one. */
  port?: number;
  /** WebSocket port; 0 or none picks a free one. */
  wsPort?: number;
  /** Port of the status page; none when undefined, 0 picks a free one. */
  httpPort?: number;
  /** Multiaddrs of other relays. */
  bootstrap?: string[];
  /** Multiaddrs to tell others instead of those listened on, behind a router or proxy. */
  announce?: string[];
  /** Key file; without it, the relay has a new identity at each start. */
  key?: string;
  /** Database file; without it, orders live in memory only. */
  data?: string;
  /** URL of a Stacks node to ask about makers and the time; without it (and `chain`), all validly signed orders are kept. */
  node?: string;
  /** Another source of the makers' state. */
  chain?: ChainView;
  /** Unix seconds, when the clock is to be another than the node's or the computer's. */
  now?: () => number;
  /** Told one line for each event that the relay's owner may want to know. */
  log?: (line: string) => void;
};

export type Relay = {
  peerId: string;
  multiaddrs: string[];
  /** URL of the status page. */
  http: string | undefined;
  publish: (envelope: Envelope.Envelope) => Promise<Published>;
  /** Live offers, oldest first. */
  offers: () => StoredOffer[];
  bids: () => StoredOrder[];
  /** The newest checkpoint of each indexer that was heard: signed by its key, believed by nobody. */
  checkpoints: () => HeardCheckpoint[];
  /** Calls back on each order that comes or goes until the returned function is called. */
  on: Listen<OrderEvents>;
  status: () => Status;
  close: () => Promise<void>;
};

const CLOCK_MS = 2000;
const RECHECK_MS = 30_000;
const RATE_SAMPLES = 12;
const RATE_EVERY_MS = 5000;

/** Finds out early, and says it clearly, that a port cannot be had. */
async function probe(host: string, port: number | undefined, flag: string): Promise<void> {
  if (!port) return;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use already: stop the other program, or choose another with ${flag}.`
          : error.code === 'EACCES'
            ? `Port ${port} may not be used without more rights: choose one above 1023 with ${flag}.`
            : `${host} port ${port} cannot be listened on: ${error.message}`;
      reject(new RelayError('port-in-use', why, { cause: error }));
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { chainId, contract, host = '127.0.0.1', log = () => {} } = options;
  if (!Number.isInteger(chainId) || chainId < 0 || chainId > 0xffffffff)
    throw new RelayError(
      'bad-option',
      'The chain id is a number below 2^32: 1 is mainnet, 2147483648 testnet and devnet.',
    );
  try {
    if (!contract.includes('.')) throw new RelayError('bad-option', 'An address without a contract.');
    Message.domainHash({ chainId, contract, purpose: 'offer' });
  } catch (error) {
    throw new RelayError(
      'bad-option',
      `"${contract.slice(0, 80)}" is no contract. Write it like ST1PQHQ….marketplace.`,
      {
        cause: error,
      },
    );
  }
  const cells = cellsOf(options.cells);
  for (const address of [...(options.bootstrap ?? []), ...(options.announce ?? [])]) parseAddress(address);
  const ports = [options.port, options.wsPort, options.httpPort].filter((port) => port);
  if (new Set(ports).size !== ports.length)
    throw new RelayError('bad-option', 'TCP, WebSocket and HTTP need three different ports.');
  await probe(host, options.port, '--port');
  await probe(host, options.wsPort, '--ws-port');
  await probe(host, options.httpPort, '--http-port');

  const started = performance.now();
  // What was opened is closed again in reverse, at the end and when the start fails half-way.
  const closers: (() => unknown)[] = [];
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      for (const closer of closers.reverse()) {
        try {
          await closer();
        } catch (error) {
          log(`While closing: ${(error as Error).message}`);
        }
      }
    })();
    return closed;
  };

  try {
    const privateKey = options.key === undefined ? undefined : await loadKey(options.key);
    const store = options.data === undefined ? undefined : openStore(options.data, log);
    if (store) closers.push(store.close);

    const stacks = options.node === undefined ? undefined : createStacksNode(options.node, contract);
    let clock: Clock | undefined;
    if (stacks && !options.now) {
      clock = createClock(stacks.time, CLOCK_MS);
      closers.push(clock.close);
      await clock.read();
      if (!clock.isSet())
        log(`The node ${options.node} does not answer yet: the computer's clock is used until it does.`);
    }
    const now = options.now ?? clock?.now ?? (() => Date.now() / 1000);
    const view = options.chain ?? stacks;
    const lookup = view && createMakerLookup(view);
    if (lookup) closers.push(lookup.close);

    const { name: signatures, recover } = createRecover(networkOf(chainId));
    if (signatures === 'noble')
      log('No native signature code for this platform: JavaScript checks them, some 800 a second.');
    const counters = new Counters();
    const book = new Book();
    const guard = createGuard({
      onBan(peer, reason) {
        log(`Cut off ${peer}: ${reason}`);
        for (const connection of node.getConnections())
          if (connection.remotePeer.toString() === peer) connection.abort(new Error('Banned.'));
      },
    });

    if (store) {
      const judge = createJudge({
        chainId,
        contract,
        network: networkOf(chainId),
        now,
        book,
        cells,
        authors: new Buckets({ perSecond: 1, burst: 1 }, 1),
        strangers: new Buckets({ perSecond: 1, burst: 1 }, 1),
        isKnown: () => true,
        recover,
      });
      for (const { id, bytes } of store.load()) {
        const judged = judge(id, bytes, 'store');
        if (judged.verdict === 'accept') book.add(judged.entry);
      }
      store.follow(book);
      if (book.size > 0) log(`${book.size} live messages from the last run.`);
    }

    const listen = [`${host}/tcp/${options.port ?? 0}`, `${host}/tcp/${options.wsPort ?? 0}/ws`].map(
      (rest) => `/${host.includes(':') ? 'ip6' : 'ip4'}/${rest}`,
    );
    const checkpoints = createCheckpoints({
      chainId,
      contract,
      now: () => (performance.timeOrigin + performance.now()) / 1000,
    });
    const node = await createNode({
      topics: [...topicsOf(chainId, contract, cells).keys(), checkpoints.topic],
      transports: [
        tcp({ maxConnections: 2 * CONNECTIONS.most, inboundSocketInactivityTimeout: 60_000 }),
        safeWebSockets({
          http: {
            headersTimeout: CONNECTIONS.handshakeMs,
            requestTimeout: CONNECTIONS.handshakeMs,
            maxHeaderSize: 8192,
          },
        }),
      ],
      listen,
      announce: options.announce ?? [],
      ...(privateKey ? { privateKey } : {}),
      guard,
      hash: sha256,
    });
    closers.push(() => node.stop());
    // The library remembers everybody who ever said hello, for hours.
    node.addEventListener('peer:disconnect', ({ detail }) => void node.peerStore.delete(detail).catch(() => {}));
    if (node.getMultiaddrs().length < listen.length)
      throw new RelayError('port-in-use', `Not all of ${listen.join(', ')} can be listened on.`);

    let watchdog: ReturnType<typeof createWatchdog> | undefined;
    const core = createCore({
      chainId,
      contract,
      cells,
      now,
      node,
      book,
      guard,
      counters,
      hash: sha256,
      recover,
      ...(lookup ? { lookup } : {}),
      checkpoints,
      onFault: (error) => log(`A message met a fault of this program: ${error instanceof Error ? error.stack : error}`),
      addresses: () => knownRelays(node),
      onAddresses(addresses, from) {
        for (const address of dialable(addresses, from)) watchdog?.discover(address);
      },
    });
    closers.push(core.close);
    await core.start();
    watchdog = createWatchdog(node, options.bootstrap ?? [], {
      onFault(what, peer) {
        counters.add('connections_total', { cause: what });
        log(
          what === 'silent'
            ? `Gossip with ${peer} has died: the connection is made anew.`
            : `Lost ${peer}: dialling again.`,
        );
      },
    });
    closers.push(watchdog.close);

    if (lookup) {
      const recheck = async () => {
        const rows = await lookup.refresh([...book.makers()]);
        // Without an answer, nothing changes: a node that is down does not empty the market.
        book.keep(
          (order) => !rows.has(order.order.maker) || !objection(order, rows.get(order.order.maker), Validate.maker),
        );
      };
      const timer = setInterval(() => void recheck(), RECHECK_MS);
      closers.push(() => clearInterval(timer));
      void recheck();
    }

    const rates = createRates(counters);
    closers.push(rates.close);
    const status = (): Status => ({
      peerId: node.peerId.toString(),
      chainId,
      contract,
      cells: [...cells].map((cell) => cell.toString(16)),
      multiaddrs: node.getMultiaddrs().map(String),
      uptime: (performance.now() - started) / 1000,
      peers: node.getConnections().map((connection) => {
        const id = connection.remotePeer.toString();
        return {
          id,
          address: addressOf(connection) ?? '',
          direction: connection.direction === 'inbound' ? 'came in' : 'dialled',
          gossip: hasGossip(node, id),
          points: guard.points(id),
        };
      }),
      bootstrap: watchdog.targets(),
      offers: book.orders('offer').length,
      bids: book.orders('bid').length,
      entries: book.size,
      checkpoints: checkpoints.list().length,
      queued: core.queued,
      bans: guard.bans,
      chain: !view ? 'none' : clock && !clock.isSet() ? 'waiting' : 'connected',
      chainFailures: lookup?.failures ?? 0,
      now: now(),
      signatures,
      rates: rates.read(),
      counters,
    });

    /** A checkpoint that was handed in. */
    const hear = (bytes: Uint8Array, from: string) => {
      const heard = checkpoints.take(bytes, `http ${from}`);
      counters.add('checkpoints_total', heard);
      // Without neighbours it is kept here alone; the next one is a minute away.
      if (heard.verdict === 'accept') void node.services.pubsub.publish(checkpoints.topic, bytes).catch(() => {});
      return heard;
    };
    let http: string | undefined;
    if (options.httpPort !== undefined) {
      const server = await startHttp({
        host,
        port: options.httpPort,
        status,
        orders: () => book.orders(),
        checkpoints: checkpoints.list,
        hear,
      });
      closers.push(server.close);
      http = server.url;
    }

    return {
      peerId: node.peerId.toString(),
      multiaddrs: node.getMultiaddrs().map(String),
      http,
      publish: core.publish,
      offers: () => book.orders('offer'),
      bids: () => book.orders('bid'),
      checkpoints: checkpoints.list,
      on: createOrderEvents(book),
      status,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Messages a second over the last minute. */
function createRates(counters: Counters) {
  type Sample = Status['rates'] & { at: number };
  const read = (): Sample => {
    const out = { at: performance.now(), accept: 0, ignore: 0, reject: 0 };
    for (const [name, labels, count] of counters.series()) {
      if (name !== 'messages_total') continue;
      const verdict = /verdict="(accept|ignore|reject)"/.exec(labels)?.[1] as keyof Status['rates'] | undefined;
      if (verdict) out[verdict] += count;
    }
    return out;
  };
  const samples = [read()];
  const timer = setInterval(() => {
    samples.push(read());
    if (samples.length > RATE_SAMPLES) samples.shift();
  }, RATE_EVERY_MS);
  return {
    read(): Status['rates'] {
      const [first] = samples as [Sample];
      const last = read();
      const seconds = Math.max(1, (last.at - first.at) / 1000);
      return {
        accept: (last.accept - first.accept) / seconds,
        ignore: (last.ignore - first.ignore) / seconds,
        reject: (last.reject - first.reject) / seconds,
      };
    },
    close: () => clearInterval(timer),
  };
}
