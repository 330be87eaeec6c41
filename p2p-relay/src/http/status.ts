import type { Counters } from '../gossip/counters.ts';

/** What the relay knows of itself at a moment. */
export type Status = {
  peerId: string;
  chainId: number;
  contract: string;
  cells: string[];
  multiaddrs: string[];
  /** Seconds since the start. */
  uptime: number;
  peers: { id: string; address: string; direction: string; gossip: boolean; points: number }[];
  bootstrap: { address: string; connected: boolean; failures: number }[];
  offers: number;
  bids: number;
  entries: number;
  /** Indexers that were heard. */
  checkpoints: number;
  queued: number;
  bans: number;
  chain: 'connected' | 'waiting' | 'none';
  chainFailures: number;
  /** The clock that decides what has expired, unix seconds. */
  now: number;
  signatures: 'native' | 'noble';
  /** Messages a second over the last minute, by verdict. */
  rates: Record<'accept' | 'ignore' | 'reject', number>;
  counters: Counters;
};
