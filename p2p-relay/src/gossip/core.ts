// What a relay and a browser have in common: listen to the topics of some cells, judge what comes, keep and pass on what is good, sync with
// those that were dialled. A relay adds listeners, a store, a chain and a status page to it.
import type { GossipsubMessage } from '@libp2p/gossipsub';
import type { Connection, PeerId, Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import { Bytes, Cell, Envelope, Keys, Topic, Validate } from '@wattconnect/protocol';
import type { MakerLookup, MakerRow } from '../chain/view.ts';
import { objection } from '../chain/view.ts';
import type { Checkpoints } from '../checkpoints.ts';
import { RelayError } from '../errors.ts';
import { Buckets } from '../guard/buckets.ts';
import type { Guard } from '../guard/guard.ts';
import {
  AUTHOR_RATE,
  MAX_BUCKETS,
  MAX_CELLS,
  PEER_RATE,
  PENALTY,
  REDIAL,
  SLICE_MS,
  STRANGER_RATE,
  SYNC,
} from '../limits.ts';
import { type Book, cellOf, type Entry, makerOf } from '../orders/book.ts';
import { createJudge, type OrderTopic, TOPICS } from '../orders/judge.ts';
import * as Frames from '../sync/frames.ts';
import * as Session from '../sync/session.ts';
import type { Counters } from './counters.ts';
import { createInbox } from './inbox.ts';
import { addressOf, type GossipNode, internalsOf, type Verdict } from './node.ts';

export const SYNC_PROTOCOL = '/wattconnect/1/sync';

type CoreOptions = {
  chainId: number;
  /** The marketplace, such as ST….marketplace. */
  contract: string;
  cells: ReadonlySet<bigint>;
  /** Unix seconds by the chain's clock. */
  now: () => number;
  node: GossipNode;
  book: Book;
  guard: Guard;
  counters: Counters;
  hash: (bytes: Uint8Array) => Uint8Array;
  recover?: (digest: Uint8Array, signature: Uint8Array) => string;
  /** What the chain says of makers; without it, all validly signed orders are kept. */
  lookup?: MakerLookup;
  /** Addresses of other relays that this node may tell of, and what to do with those it is told of. */
  addresses?: () => Promise<string[]>;
  onAddresses?: (addresses: string[], from: Connection) => void;
  /** Of indexers; without it their topic is not followed. */
  checkpoints?: Checkpoints;
  /** Told of errors in this program that a message brought to light. */
  onFault?: (error: unknown) => void;
};

export type Published = {
  /** sha256 of the envelope, in hex: its name in gossip. */
  id: string;
  /** Peers that it was sent to at once. With none it stays in the book and goes out with the next sync. */
  recipients: number;
};

export function networkOf(chainId: number): Keys.Network {
  return chainId === Keys.CHAIN_ID.mainnet ? 'mainnet' : 'testnet';
}

/** Cells of integers or hex texts. Throws when one is none, or there are none or too many. */
export function cellsOf(cells: (bigint | string)[]): Set<bigint> {
  const out = new Set(cells.map((cell) => (typeof cell === 'bigint' ? cell : Cell.fromHex(cell))));
  for (const cell of out)
    if (!Cell.isCell(cell)) throw new RelayError('bad-option', `${cell} is not an H3 cell of resolution 7.`);
  if (out.size === 0 || out.size > MAX_CELLS)
    throw new RelayError('bad-option', `Name between 1 and ${MAX_CELLS} cells to follow.`);
  return out;
}

/** The names of the topics of these cells. */
export function topicsOf(chainId: number, contract: string, cells: Iterable<bigint>) {
  const contractHash = Topic.contractHash(contract);
  const topics = new Map<string, { what: OrderTopic; cell: bigint }>();
  for (const cell of cells)
    for (const what of TOPICS) topics.set(Topic.name({ chainId, contractHash, cell, what }), { what, cell });
  return topics;
}

export function createCore(options: CoreOptions) {
  const { node, book, guard, counters, hash, chainId, contract, cells, lookup, checkpoints } = options;
  const { pubsub } = node.services;
  const contractHash = Topic.contractHash(contract);
  const topics = topicsOf(chainId, contract, cells);
  const strangers = new Buckets(STRANGER_RATE, MAX_BUCKETS);
  const peers = new Buckets(PEER_RATE, MAX_BUCKETS);
  const sessions = new Buckets(SYNC.perPeer, MAX_BUCKETS);
  const shared = {
    chainId,
    contract,
    network: networkOf(chainId),
    now: options.now,
    ...(options.recover ? { recover: options.recover } : {}),
  };
  const judge = createJudge({
    ...shared,
    book,
    cells,
    authors: new Buckets(AUTHOR_RATE, MAX_BUCKETS),
    strangers,
    isKnown: (maker) => lookup === undefined || lookup.isKnown(maker),
  });
  const refused = new Map<string, number>();
  const closing = new AbortController();
  /** When a peer was last asked, and how often since it was connected. */
  const synced = new Map<string, { at: number; rounds: number }>();
  const syncing = new Set<string>();
  let serving = 0;

  const idOf = (bytes: Uint8Array) => Bytes.toHex(hash(bytes));
  const bytesOf = (entry: Entry) => Envelope.encode(entry);
  const topicOf = (entry: Entry) =>
    Topic.name({ chainId, contractHash, cell: cellOf(entry), what: entry.kind === 'bid' ? 'bids' : 'offers' });

  /** What is bad stays bad; what was ignored may be good at the next session: its maker has registered, or the chain answers again. */
  function refuse(id: string, verdict: Verdict): void {
    refused.delete(id);
    refused.set(id, performance.now() + (verdict === 'reject' ? SYNC.refusedTtlMs : SYNC.ignoredTtlMs));
    if (refused.size > SYNC.maxRefused) refused.delete(refused.keys().next().value!);
  }
  const isRefused = (id: string) => (refused.get(id) ?? 0) > performance.now();

  function blame(peer: string, points: number, reason: string): void {
    const connection = node.getConnections().find((one) => one.remotePeer.toString() === peer);
    guard.penalise(peer, points, reason, connection && addressOf(connection));
  }

  /** Keeps a judged entry when the chain does not object. */
  function keep(entry: Entry, row: MakerRow | undefined, peer: string): { reason: string } | undefined {
    if (lookup) {
      const objected = objection(entry, row, Validate.maker);
      if (objected?.stranger) strangers.take(peer);
      if (objected) return objected;
    }
    const added = book.add(entry);
    return added === 'added' ? undefined : { reason: added };
  }

  /** The whole way of one message, from gossip or sync: judged, held against the chain, kept. `done` is called once. */
  function handle(
    id: string,
    bytes: Uint8Array,
    peer: string,
    where: { what: OrderTopic; cell: bigint } | undefined,
    done: (verdict: Verdict, reason: string, entry?: Entry) => void,
  ): void {
    // A fault of ours must cost one message, not the relay.
    const fault = (error: unknown) => {
      options.onFault?.(error);
      done('ignore', 'A fault of this node.');
    };
    const settle = (entry: Entry, row: MakerRow | undefined) => {
      const objected = keep(entry, row, peer);
      if (objected) done('ignore', objected.reason);
      else done('accept', '', entry);
    };
    try {
      const judged = judge(id, bytes, peer, where);
      if (judged.verdict !== 'accept') {
        if (judged.verdict === 'reject') blame(peer, PENALTY.reject, judged.reason);
        done(judged.verdict, judged.reason);
        return;
      }
      const { entry } = judged;
      const row = lookup?.get(makerOf(entry));
      if (row instanceof Promise) row.then((found) => settle(entry, found)).catch(fault);
      else settle(entry, row);
    } catch (error) {
      fault(error);
    }
  }

  // ---------------------------------------------------------------- gossip

  const inbox = createInbox<GossipsubMessage>((peer, { msgId, msg }) => {
    const where = topics.get(msg.topic);
    const isCheckpoint = msg.topic === checkpoints?.topic;
    const report = (verdict: Verdict, reason: string) => {
      if (closing.signal.aborted) return;
      counters.add('messages_total', { verdict, reason });
      internalsOf(node).reportMessageValidationResult(msgId, peer, verdict);
    };
    if (guard.isBanned(peer) || !(where || isCheckpoint)) return report('ignore', 'The sender is banned.');
    if (!peers.take(peer)) return report('ignore', 'The peer sends too much.');
    if (where) return handle(msgId, msg.data, peer, where, report);
    try {
      const { verdict, reason } = checkpoints!.take(msg.data, peer);
      if (verdict === 'reject') blame(peer, PENALTY.reject, reason);
      report(verdict, reason);
    } catch (error) {
      options.onFault?.(error);
      report('ignore', 'A fault of this node.');
    }
  });

  const onMessage = ({ detail }: CustomEvent<GossipsubMessage>) => {
    const peer = detail.propagationSource.toString();
    if (inbox.push(peer, detail)) return;
    counters.add('messages_total', { verdict: 'ignore', reason: 'The queue is full.' });
    internalsOf(node).reportMessageValidationResult(detail.msgId, peer, 'ignore');
  };

  // ---------------------------------------------------------------- sync

  /** Judges envelopes that a peer brought by sync. A provably bad one costs as much as in gossip. */
  async function take(envelopes: Uint8Array[], peer: string): Promise<number> {
    const fresh: Entry[] = [];
    const judged: Promise<void>[] = [];
    let until = performance.now() + SLICE_MS;
    for (const bytes of envelopes) {
      const id = idOf(bytes);
      judged.push(
        new Promise((resolve) => {
          handle(id, bytes, peer, undefined, (verdict, reason, entry) => {
            counters.add('sync_messages_total', { verdict, reason });
            if (entry) fresh.push(entry);
            else refuse(id, verdict);
            resolve();
          });
        }),
      );
      // A browser checks some 800 signatures a second: leave room for everything else in between.
      if (performance.now() < until) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      until = performance.now() + SLICE_MS;
    }
    await Promise.all(judged);
    // What a neighbour brought is news to the others too; a whole stock is not, they have it or will ask for it.
    if (fresh.length <= 64)
      for (const entry of fresh) await pubsub.publish(topicOf(entry), bytesOf(entry)).catch(() => {});
    return fresh.length;
  }

  const stockFor = (peer: string): Session.Stock => ({
    chainId,
    contractHash,
    cells,
    book,
    bytesOf: (id) => {
      const entry = book.get(id);
      return entry && bytesOf(entry);
    },
    take: (envelopes) => take(envelopes, peer),
    refused: isRefused,
    addresses: async () => ((await options.addresses?.()) ?? []).slice(0, SYNC.maxAddresses),
  });

  function channelOf(stream: Stream): Session.Channel & { signal: AbortSignal } {
    const lp = lpStream(stream, { maxDataLength: SYNC.maxFrameBytes, maxBufferSize: 2 * SYNC.maxFrameBytes });
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(SYNC.timeoutMs)]);
    let frames = 0;
    return {
      signal,
      async read() {
        if (++frames > SYNC.maxFrames) throw new RelayError('protocol', 'The session has too many frames.');
        return Frames.decode((await lp.read({ signal })).subarray());
      },
      write: (frame) => lp.write(Frames.encode(frame), { signal }),
    };
  }

  const isOurFault = (error: unknown) =>
    closing.signal.aborted || (error instanceof Error && error.name === 'TimeoutError');

  async function onStream(stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString();
    if (guard.isBanned(peer) || serving >= SYNC.maxSessions || !sessions.take(peer)) {
      counters.add('sync_sessions_total', { side: 'listener', result: 'refused' });
      stream.abort(new Error('Not now.'));
      return;
    }
    serving++;
    try {
      await Session.serve(channelOf(stream), stockFor(peer));
      counters.add('sync_sessions_total', { side: 'listener', result: 'done' });
      await stream.close({ signal: AbortSignal.timeout(1000) });
    } catch (error) {
      counters.add('sync_sessions_total', { side: 'listener', result: 'failed' });
      if (!isOurFault(error) && isProtocolBreach(error)) blame(peer, PENALTY.protocol, 'It breaks the sync protocol.');
      stream.abort(error instanceof Error ? error : new Error(String(error)));
    } finally {
      serving--;
    }
  }

  /** Compares and exchanges with one connected peer. Undefined when that was not possible. */
  async function sync(connection: Connection): Promise<Session.Outcome | undefined> {
    const peer = connection.remotePeer.toString();
    if (syncing.has(peer) || closing.signal.aborted || guard.isBanned(peer)) return undefined;
    syncing.add(peer);
    synced.set(peer, { at: performance.now(), rounds: (synced.get(peer)?.rounds ?? 0) + 1 });
    let stream: Stream | undefined;
    try {
      stream = await connection.newStream(SYNC_PROTOCOL, {
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(5000)]),
      });
      const outcome = await Session.dial(channelOf(stream), stockFor(peer));
      counters.add('sync_sessions_total', { side: 'dialler', result: outcome.same ? 'same' : 'done' });
      options.onAddresses?.(outcome.addresses, connection);
      await stream.close({ signal: AbortSignal.timeout(1000) });
      return outcome;
    } catch (error) {
      counters.add('sync_sessions_total', { side: 'dialler', result: 'failed' });
      if (stream && isProtocolBreach(error) && !isOurFault(error))
        blame(peer, PENALTY.protocol, 'It breaks the sync protocol.');
      stream?.abort(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    } finally {
      syncing.delete(peer);
    }
  }

  /** Syncs with the peers that we dialled and have not asked for a while; with all of them when `now`. */
  async function syncAll(now = false): Promise<void> {
    const due = new Map<string, Connection>();
    for (const connection of node.getConnections()) {
      const peer = connection.remotePeer.toString();
      const last = synced.get(peer);
      // Soon again after the first time: what the peer itself was just fetching was not there yet, and gossip had not begun.
      const pause = last ? Math.min(SYNC.intervalMs, SYNC.firstIntervalMs * 2 ** (last.rounds - 1)) : 0;
      const isDue = now || !last || performance.now() - last.at >= pause;
      if (isDue && connection.direction === 'outbound' && connection.status === 'open') due.set(peer, connection);
    }
    await Promise.all([...due.values()].map(sync));
  }

  // ---------------------------------------------------------------- life

  const onConnect = ({ detail }: CustomEvent<PeerId>) => {
    synced.delete(detail.toString());
    void syncAll();
  };

  /** Peers that the library has stopped listening to are cut off, and stay out. */
  function tick(): void {
    book.sweep(options.now());
    for (const connection of node.getConnections()) {
      const peer = connection.remotePeer.toString();
      if (internalsOf(node).getScore(peer) < -PENALTY.ban)
        guard.ban(peer, 'Its gossip is invalid.', addressOf(connection));
      if (guard.isBanned(peer))
        void node.hangUp(connection.remotePeer).catch(() => connection.abort(new Error('Banned.')));
    }
    for (const [peer] of synced)
      if (node.getConnections().every((one) => one.remotePeer.toString() !== peer)) synced.delete(peer);
    void syncAll();
  }

  let timer: ReturnType<typeof setInterval> | undefined;

  return {
    topics: [...topics.keys()],
    sync,
    syncAll,
    get queued(): number {
      return inbox.size;
    },
    async start(): Promise<void> {
      book.sweep(options.now());
      pubsub.addEventListener('gossipsub:message', onMessage);
      node.addEventListener('peer:connect', onConnect);
      await node.handle(SYNC_PROTOCOL, onStream, { maxInboundStreams: 2, maxOutboundStreams: 2 });
      for (const topic of topics.keys()) pubsub.subscribe(topic);
      if (checkpoints) pubsub.subscribe(checkpoints.topic);
      timer = setInterval(tick, REDIAL.tickMs);
    },
    /** Checks as strictly as others will, keeps and sends. Throws {@link RelayError} with the reason when others would refuse it. */
    async publish(envelope: Envelope.Envelope): Promise<Published> {
      if (closing.signal.aborted) throw new RelayError('closed', 'The node is closed: make a new one.');
      const bytes = Envelope.encode(envelope);
      const id = idOf(bytes);
      if (!book.has(id)) {
        const judged = createJudge({
          ...shared,
          book,
          cells,
          authors: new Buckets({ perSecond: 1, burst: 1 }, 1),
          strangers,
          isKnown: () => true,
        })(id, bytes, 'self');
        if (judged.verdict !== 'accept')
          throw new RelayError('refused', `Neighbours would refuse this message: ${judged.reason}`);
        const added = book.add(judged.entry);
        if (added !== 'added') throw new RelayError('refused', REFUSALS[added]);
      }
      const entry = book.get(id);
      if (!entry) throw new RelayError('refused', 'The message has ended.');
      const { recipients } = await pubsub.publish(topicOf(entry), bytes);
      if (recipients.length === 0) void syncAll(true);
      return { id, recipients: recipients.length };
    },
    close(): void {
      closing.abort();
      clearInterval(timer);
      inbox.close();
      pubsub.removeEventListener('gossipsub:message', onMessage);
      node.removeEventListener('peer:connect', onConnect);
    },
  };
}

const REFUSALS = {
  known: 'The message is known already.',
  withdrawn: 'The order of this nonce has been withdrawn: sign it anew with another nonce.',
  'nonce-taken': 'Another order has this nonce: sign with one that was not used yet.',
  'maker-full': 'The maker has too many live orders: withdraw some, or wait until they end.',
  full: 'This node keeps as many orders as it can: try another relay.',
} as const;

/** Whether the other side did what no correct program does; a stream that just ended is nobody's fault. */
function isProtocolBreach(error: unknown): boolean {
  if (error instanceof RelayError) return error.code === 'protocol';
  return (
    error instanceof Error &&
    ['DecodeError', 'InvalidDataLengthError', 'InvalidMessageLengthError'].includes(error.name)
  );
}
