// Every bound of the relay and its client in one place. A test exceeds each and sees that it holds.
import { Limits } from '@wattconnect/protocol';

/** Bytes of an envelope with an order or a withdrawal: the tuple, the signature and their three headers. */
export const MAX_ORDER_ENVELOPE_BYTES = Limits.MAX_ORDER_BYTES + 65 + 8;

/** Bytes of one gossip frame (many messages, or ids of messages). */
export const MAX_GOSSIP_FRAME_BYTES = 1024 * 1024;
/** What one gossip frame may hold. The ids are what an honest peer may announce by the library's own rules. */
export const DECODE_RPC = {
  maxSubscriptions: 256,
  maxMessages: 2000,
  maxIhaveMessageIDs: 5000,
  maxIwantMessageIDs: 2000,
  maxIdontwantMessageIDs: 512,
  maxControlMessages: 256,
  maxPeerInfos: 16,
};
/** Bytes of one WebSocket message: a piece of the encrypted stream, at most 64 KiB and its header each. */
export const MAX_WEBSOCKET_MESSAGE_BYTES = 256 * 1024;
/** Bytes waiting for a peer that does not read; then its gossip stream ends and the watchdog starts over. */
export const MAX_OUTBOUND_BYTES = 4 * 1024 * 1024;

/** Cells that one relay or client follows. */
export const MAX_CELLS = 64;

/** Messages waiting for validation: in all, and of one peer. More are ignored. */
export const QUEUE = { total: 8192, perPeer: 2048 };
/** Milliseconds of validation before other work gets its turn. */
export const SLICE_MS = 8;

/** Messages a second and at once, of one peer. A neighbouring relay passes on what a whole community says. */
export const PEER_RATE = { perSecond: 2000, burst: 4000 };
/** Messages of makers that the chain does not know, of one peer: each costs a signature check and maybe a look-up. */
export const STRANGER_RATE = { perSecond: 10, burst: 60 };
/** Orders of one maker: a day of hourly offers at once, and its renewal. */
export const AUTHOR_RATE = { perSecond: 2, burst: 60 };
/** Makers or peers whose rates are remembered. */
export const MAX_BUCKETS = 20_000;

/** Live orders and withdrawals of one maker. */
export const MAX_ENTRIES_PER_MAKER = 512;
/** Live orders and withdrawals in all. */
export const MAX_ENTRIES = 50_000;

/** Orders that wait for the chain to say who their maker is. */
export const MAX_WAITING = 1024;
/** Milliseconds until such an order is given up: gossip forgets it after some five seconds. */
export const LOOKUP_TIMEOUT_MS = 3000;
/** Milliseconds that the chain's answer of a maker counts: known, unknown, and known while the chain is silent. */
export const MAKER_TTL_MS = { known: 30_000, unknown: 5_000, silent: 15 * 60_000 };
export const MAX_CACHED_MAKERS = 20_000;

/** Penalties: a provably bad message costs 10 points, 1 % of them is forgiven each second, 80 cut a peer off. */
export const PENALTY = { reject: 10, protocol: 20, decayPerSecond: 0.99, ban: 80 };
/** Milliseconds of a ban; each further one doubles up to the longest. */
export const BAN_MS = { first: 10 * 60_000, longest: 24 * 3_600_000 };
export const MAX_BANS = 20_000;
/** Peers of one public address that may be banned before the address is. */
export const BANS_PER_ADDRESS = 4;

export const CHECKPOINTS = {
  /** Bytes of one: the tuple, the signature and their headers. */
  maxBytes: Limits.MAX_CHECKPOINT_BYTES + 64 + 8,
  /** Keys of indexers that are remembered, and after how many seconds of silence one may lose its place. */
  authors: 256,
  silentS: 3600,
  /** Checkpoints of one key that are passed on: indexers hand in one a minute. */
  perAuthor: { perSecond: 1 / 20, burst: 4 },
  /** Checkpoints that one peer passes on: each costs a signature check. */
  perPeer: { perSecond: 16, burst: 256 },
};

export const SYNC = {
  /** Bytes of one frame. */
  maxFrameBytes: 256 * 1024,
  /** Ids in one frame that lists them. */
  idsPerFrame: 1024,
  /** Envelopes asked for, and sent, at once. */
  envelopesPerFrame: 256,
  /** Envelopes that a dialler may bring in one session. */
  maxPushed: 2048,
  /** Frames of one session. */
  maxFrames: 1024,
  /** Milliseconds of one session. */
  timeoutMs: 30_000,
  /** Sessions served at once, and of one peer: at once and each second. */
  maxSessions: 32,
  perPeer: { perSecond: 0.5, burst: 12 },
  /** Milliseconds between two sessions with the same peer: the first pause, doubled each time up to the longest. */
  firstIntervalMs: 2000,
  intervalMs: 30_000,
  /** Addresses of other relays in an answer. */
  maxAddresses: 8,
  /** Ids that were rejected or ignored lately, so that they are not asked for again: how many, and for how many milliseconds. */
  maxRefused: 20_000,
  refusedTtlMs: 5 * 60_000,
  ignoredTtlMs: 10_000,
};

export const CONNECTIONS = {
  most: 512,
  /** New connections a second from one host. */
  perSecond: 64,
  /** Connections that have not finished their handshake. */
  pending: 64,
  /** Milliseconds for the handshake. */
  handshakeMs: 5_000,
  /** Relays that a relay dials by itself, besides its bootstrap list. */
  discovered: 8,
};

export const REDIAL = {
  /** Milliseconds: how often the watchdog looks. */
  tickMs: 1000,
  /** First and longest pause before dialling again. */
  firstMs: 500,
  longestMs: 30_000,
  /** A connection without working gossip is closed after this long, to be made anew. */
  graceMs: 5_000,
};
