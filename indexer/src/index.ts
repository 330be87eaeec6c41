/** Rebuildable, checkable views of the chain. */
export { FinalityError, Indexer } from './indexer.ts';
export { type RunOptions, replay, run } from './run.ts';
export { schemaHash } from './schema.ts';
export { Store, StoreError } from './store.ts';
