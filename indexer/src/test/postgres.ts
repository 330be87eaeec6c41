// A PostgreSQL for the tests: the one at INDEXER_POSTGRES, or one of the machine's own, started for them in a folder that goes afterwards.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { freePort } from './port.ts';

export type TestPostgres = {
  url: string;
  /** An empty database of its own. */
  fresh: () => Promise<string>;
  close: () => Promise<void>;
};

const DEBIAN = '/usr/lib/postgresql';

/** Where `initdb` and `postgres` are on this machine, the newest first. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ].find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
}

export async function postgres(): Promise<TestPostgres> {
  const given = process.env.INDEXER_POSTGRES;
  return given === undefined ? started() : served(given, async () => {});
}

/** PostgreSQL refuses to run as root. */
function somebody(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) };
}

async function started(): Promise<TestPostgres> {
  const bin = findPostgres();
  if (bin === undefined)
    throw new Error(
      'These tests need PostgreSQL. Install it (Debian and Ubuntu: "sudo apt-get install postgresql"; "npm test" as root does it), or name a server in INDEXER_POSTGRES.',
    );
  const folder = mkdtempSync(join(tmpdir(), 'indexer-postgres-'));
  const user = somebody();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync', '--no-locale', '--encoding', 'UTF8'],
    { ...user, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error}`);
  const port = await freePort();
  // Unlike a fall of the machine, a killed client loses nothing that the server has: it need not wait for the disk.
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=60',
  ];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  await answers(url, server, () => said);
  return served(url, async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT'); // ends it at once, in order
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
}

async function answers(url: string, server: ChildProcess, said: () => string): Promise<void> {
  for (let i = 0; i < 300 && server.exitCode === null; i++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  server.kill('SIGKILL');
  throw new Error(`PostgreSQL does not start: ${said()}`);
}

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
    url,
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
