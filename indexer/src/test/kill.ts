// A writer that kills itself with -9 at one of its writes, for kill.test.ts. It goes on where the database is, says so, and works off its batches.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { deserialize } from 'node:v8';
import pg from 'pg';
import { signerOf } from '../signer.ts';
import type { Batch } from '../store/types.ts';

/** Opening makes the tables, `anew` takes old ones away first, a number is that of a batch. */
export type Phase = 'open' | 'anew' | number;
export type Errand = {
  db: string;
  batches: string;
  key: string;
  phase: Phase;
  /** Write at which it dies, from 0; none: it lives. */
  at?: number;
  /** Dies when the write has been given away, not before. */
  after?: boolean;
};
/** What it says: which write was which, and what it found at first. */
export type Said = { writes?: string[]; found?: string };

const errand = JSON.parse(process.argv[2]!) as Errand;
const writes: string[] = [];
let armed = errand.phase === 'open' || errand.phase === 'anew';

function around<A extends unknown[], R>(name: (args: A, self: object) => string, original: (...args: A) => R) {
  return function (this: object, ...args: A): R {
    if (!armed) return original.apply(this, args);
    const mine = writes.push(name(args, this)) - 1 === errand.at;
    if (mine && !errand.after) process.kill(process.pid, 'SIGKILL');
    const result = original.apply(this, args);
    if (mine) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}
DatabaseSync.prototype.exec = around(([sql]) => sql.slice(0, 200), DatabaseSync.prototype.exec);
StatementSync.prototype.run = around(
  (_, self) => (self as StatementSync).sourceSQL,
  StatementSync.prototype.run as (...args: unknown[]) => ReturnType<StatementSync['run']>,
);
const { query } = pg.Client.prototype;
pg.Client.prototype.query = around(
  ([text]: unknown[]) => String(text).slice(0, 200),
  query as (...args: unknown[]) => unknown,
) as typeof query;
for (const name of ['rmSync', 'writeFileSync', 'renameSync'] as const)
  Object.assign(fs, { [name]: around(() => name, fs[name] as (...args: unknown[]) => unknown) });
syncBuiltinESMExports();

const say = (said: Said) => fs.writeSync(1, `${JSON.stringify(said)}\n`);
const { openStore } = await import('../store/open.ts');
const { contentOf } = await import('./content.ts');

const batches = deserialize(fs.readFileSync(errand.batches)) as Batch[];
const store = await openStore(errand.db, { anew: errand.phase === 'anew' });
signerOf('ST000000000000000000002AMW42H', errand.key);
say({});
if (armed) {
  armed = false;
  say({ writes });
} else {
  say({ found: await contentOf(store) });
  armed = true;
  await store.commit(batches[errand.phase as number]!);
  armed = false;
  say({ writes });
}
await store.close();
