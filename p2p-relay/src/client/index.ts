// The neighbourhood's gossip in a browser (or an agent): dials relays over WebSocket, checks everything itself, keeps what is live.
import { sha256 } from '@noble/hashes/sha2.js';
import type { Envelope } from '@wattconnect/protocol';
import { type ChainView, createMakerLookup } from '../chain/view.ts';
import { cellsOf, createCore, type Published, topicsOf } from '../gossip/core.ts';
import { Counters } from '../gossip/counters.ts';
import { createNode } from '../gossip/node.ts';
import { createWatchdog, parseAddress } from '../gossip/watchdog.ts';
import { safeWebSockets } from '../gossip/websockets.ts';
import { createGuard } from '../guard/guard.ts';
import { Book, type StoredOffer, type StoredOrder } from '../orders/book.ts';
import { createOrderEvents, type Listen, type OrderEvents } from '../orders/events.ts';

export type { ChainView, MakerRow } from '../chain/view.ts';
export { RelayError } from '../errors.ts';
export type { Published } from '../gossip/core.ts';
export type { RemovalReason, StoredOffer, StoredOrder } from '../orders/book.ts';

export type ClientOptions = {
  /** Multiaddrs of relays, such as /ip4/127.0.0.1/tcp/3811/ws. Name at least two: one alone can hide messages. */
  relays: string[];
  chainId: number;
  /** The marketplace, such as ST….marketplace. */
  contract: string;
  /** H3 cells of resolution 7 to follow, as integers or hex. */
  cells: (bigint | string)[];
  /** Unix seconds by the chain's clock; the computer's by default. */
  now?: () => number;
  /** What the chain says of makers. Without it, every validly signed order is kept: hold it against the chain before you act on it. */
  chain?: ChainView;
};

export type ClientEvents = OrderEvents & {
  /** The number of connected relays has changed. */
  peers: (connected: number) => void;
};

export type Client = {
  /** Sends a signed envelope. Rejects with a {@link RelayError} and its reason when neighbours would refuse it. */
  publish: (envelope: Envelope.Envelope) => Promise<Published>;
  /** Live offers, oldest first. */
  offers: () => StoredOffer[];
  bids: () => StoredOrder[];
  /** Calls back on each event until the returned function is called. */
  on: Listen<ClientEvents>;
  /** Peer ids of the connected relays. */
  peers: () => string[];
  close: () => Promise<void>;
};

/** Starts to connect in the background and resolves at once: offers come when a relay is reached. */
export async function createClient(options: ClientOptions): Promise<Client> {
  const { chainId, contract } = options;
  const cells = cellsOf(options.cells);
  for (const relay of options.relays) parseAddress(relay);
  const now = options.now ?? (() => Date.now() / 1000);
  const counters = new Counters();
  const book = new Book();
  const guard = createGuard();
  const onOrder = createOrderEvents(book);
  const peerListeners = new Set<ClientEvents['peers']>();

  const node = await createNode({
    topics: [...topicsOf(chainId, contract, cells).keys()],
    transports: [safeWebSockets()],
    guard,
    hash: sha256,
  });
  const lookup = options.chain && createMakerLookup(options.chain);
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
    ...(lookup ? { lookup } : {}),
  });
  const peers = () => [...new Set(node.getConnections().map((connection) => connection.remotePeer.toString()))];
  const tellPeers = () => {
    const connected = peers().length;
    for (const tell of peerListeners) tell(connected);
  };
  node.addEventListener('peer:connect', tellPeers);
  node.addEventListener('peer:disconnect', tellPeers);
  await core.start();
  const watchdog = createWatchdog(node, options.relays);
  let closed: Promise<void> | undefined;

  return {
    publish: core.publish,
    offers: () => book.orders('offer'),
    bids: () => book.orders('bid'),
    on(event, listener) {
      if (event !== 'peers') return onOrder(event as keyof OrderEvents, listener as never);
      const tell = listener as ClientEvents['peers'];
      peerListeners.add(tell);
      return () => void peerListeners.delete(tell);
    },
    peers,
    close() {
      closed ??= (async () => {
        watchdog.close();
        core.close();
        lookup?.close();
        await node.stop();
      })();
      return closed;
    },
  };
}
