/** Every source of blocks, as one normalised stream. */
export { type Block, type BlockEvent, type BlockTx, MalformedBlock } from './block.ts';
export { chainhookV1, type Delivery } from './chainhook-v1.ts';
export { newBlock } from './new-block.ts';
export { startChainhookObserver } from './observer.ts';
export { NETWORKS, type Network, predicateOf, readPredicate } from './predicates.ts';
export { type Head, NodeUnreachable, nodeSource, type Source } from './pull.ts';
