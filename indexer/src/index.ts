/** Rebuildable, checkable views of the chain. */
export { FinalityError, Indexer, type IndexerOptions, type Outcome, UnknownEvent } from './indexer.ts';
export { type Pull, type Replayed, type RunOptions, replay, run, type SourceChoice, sourceOf } from './run.ts';
export { type EntityName, entities, schemaHash } from './schema.ts';
export { SqliteStore as Store } from './store/sqlite.ts';
export { StoreError } from './store/types.ts';
