// A PostgreSQL for the tests: the one at INDEXER_POSTGRES, or one in this process behind the same wire.
import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';

export type TestPostgres = {
  /** An empty database of its own. */
  fresh: () => Promise<string>;
  close: () => Promise<void>;
};

export async function postgres(): Promise<TestPostgres> {
  const given = process.env.INDEXER_POSTGRES;
  if (given !== undefined) return existing(given);
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 50 });
  await server.start();
  return served(`postgresql://postgres@${server.getServerConn()}/postgres`, async () => {
    await server.stop();
    await db.close();
  });
}

const existing = (url: string) => served(url, async () => {});

/** Each test has a schema of its own in the one database. */
function served(url: string, close: () => Promise<void>): TestPostgres {
  const made: string[] = [];
  const execute = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  return {
    fresh: async () => {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await execute(`create schema ${name}`);
      made.push(name);
      const own = new URL(url);
      own.searchParams.set('options', `-c search_path=${name}`);
      return String(own);
    },
    close: async () => {
      for (const name of made) await execute(`drop schema ${name} cascade`);
      await close();
    },
  };
}
