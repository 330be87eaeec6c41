/** Neighbours' signed offers, from home to home: a relay for Node. The browser's part is `@wattconnect/p2p-relay/client`. */
export type { ChainView, MakerRow } from './chain/view.ts';
export type { HeardCheckpoint } from './checkpoints.ts';
export { RelayError, type RelayErrorCode } from './errors.ts';
export type { Published } from './gossip/core.ts';
export type { Status } from './http/status.ts';
export type { StoredOffer, StoredOrder } from './orders/book.ts';
export { type Relay, type RelayOptions, startRelay } from './relay.ts';
