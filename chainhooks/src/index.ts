/** Every source of blocks, as one normalised stream. */
export { apiSource, pullFromApi } from './api.ts';
export { type Block, type BlockEvent, type BlockTx, MalformedBlock } from './block.ts';
export { chainhookV1, type Delivery } from './chainhook-v1.ts';
export { chainhooks2, type News } from './chainhooks-2.ts';
export { newBlock } from './new-block.ts';
export { type NodeOptions, nodeSource } from './node.ts';
export { type ObserverOptions, startChainhookObserver } from './observer.ts';
export { NETWORKS, type Network, type PredicateFile, predicateOf, readPredicate } from './predicates.ts';
export { type ReceiverOptions, startReceiver } from './receiver.ts';
export { replayedBlock } from './replay.ts';
export { several } from './several.ts';
export { type Head, type Source, SourceUnreachable, walk } from './source.ts';
