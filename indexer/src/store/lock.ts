// One process writes to a database file. The lock is the operating system's: it ends with the process, however that ends.
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './types.ts';

/** @throws {StoreError} when another process, or another part of this one, has the file */
export function takeLock(path: string): () => void {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('pragma journal_mode = delete; pragma busy_timeout = 0; begin exclusive');
  } catch {
    lock.close();
    throw new StoreError(`${path} is in use by another indexer. Stop it, or give this one another file with --db.`);
  }
  return () => lock.close();
}
