// Which database an address means.
import { PostgresStore } from './postgres.ts';
import { SqliteStore } from './sqlite.ts';
import type { Store } from './types.ts';

export const isPostgres = (db: string): boolean => /^postgres(?:ql)?:\/\//.test(db);

/** @param db a file of SQLite, ":memory:", or postgresql://… @throws {StoreError} */
export async function openStore(
  db: string | undefined,
  options: { anew?: boolean; readOnly?: boolean } = {},
): Promise<Store> {
  return db !== undefined && isPostgres(db) ? PostgresStore.open(db, options) : new SqliteStore(db, options);
}
