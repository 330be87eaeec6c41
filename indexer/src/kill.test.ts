// kill -9 at every write: what is there afterwards is what was there before, or all of it. The next start goes on from there, at once.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { Block } from '@wattconnect/chainhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Indexer } from './indexer.ts';
import { referenceDigest } from './reference.ts';
import { openStore } from './store/open.ts';
import { SqliteStore } from './store/sqlite.ts';
import type { Batch } from './store/types.ts';
import { busyChain } from './test/chain.ts';
import { contentOf } from './test/content.ts';
import type { Errand, Phase, Said } from './test/kill.ts';
import { Trials, timeLeft } from './test/night.ts';
import { postgres, type TestPostgres } from './test/postgres.ts';

/** Kills at random writes, beside one at each kind of write. `INDEXER_KILLS=5000` is for the night. */
const KILLS = Number(process.env.INDEXER_KILLS ?? 0);
const SEED = Number(process.env.INDEXER_SEED ?? 11);
const RECOVERY_MS = 5000;
const CHILD = new URL('./test/kill.ts', import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), 'indexer-kill-'));
const batchesFile = join(folder, 'batches');
/** What a database holds: nothing, then what it holds after each batch. */
const contents: string[] = [];
let batches: Batch[];
let last: Block;
let database: TestPostgres;

beforeAll(async () => {
  database = await postgres();
  const chain = await busyChain(70);
  const { blocks } = chain;
  const store = new SqliteStore();
  contents.push(await contentOf(store));
  batches = [];
  const commit = store.commit.bind(store);
  store.commit = (batch) => {
    batches.push(batch);
    commit(batch);
  };
  const indexer = new Indexer(store, chain.deployer, { first: blocks[0]!.height });
  let parentHash = blocks[39]!.hash;
  const fork = blocks.slice(40, 55).map((block, i) => {
    const hash = `0xfd${i.toString(16).padStart(62, '0')}`;
    const other = { ...block, hash, parentHash };
    parentHash = hash;
    return other;
  });
  // Catching up, one block as it comes, a fork, and the way back.
  for (const part of [blocks.slice(0, 50), [blocks[50]!], fork, blocks.slice(40)]) {
    await indexer.accept(part);
    contents.push(await contentOf(store));
  }
  expect(batches.map(({ keep }) => keep !== undefined)).toEqual([false, false, true, true]);
  last = blocks.at(-1)!;
  writeFileSync(batchesFile, serialize(batches));
  store.close();
  await chain.close();
}, 120_000);
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

type End = { killed: boolean; writes: string[]; found: string | undefined; recovered: number };
async function child(errand: Omit<Errand, 'batches'>): Promise<End> {
  const full: Errand = { ...errand, batches: batchesFile };
  const began = performance.now();
  let recovered = Number.POSITIVE_INFINITY;
  let said = '';
  let wrong = '';
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, JSON.stringify(full)], {
    // Thousands of them read the same sources.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  process_.stdout.on('data', (chunk) => {
    if (said === '') recovered = performance.now() - began;
    said += chunk;
  });
  process_.stderr.on('data', (chunk) => {
    wrong += chunk;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    process_.on('close', (...end) => resolve(end)),
  );
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`The writer failed at ${JSON.stringify(errand)}: ${wrong}`);
  const lines = said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Said);
  return {
    killed: signal === 'SIGKILL',
    writes: lines.findLast(({ writes }) => writes)?.writes ?? [],
    found: lines.find(({ found }) => found !== undefined)?.found,
    recovered,
  };
}

const PHASES: Phase[] = ['open', 0, 1, 2, 3, 'anew'];
/** A database and the key beside it. */
type Place = { db: string; key: string };
type Point = { phase: Phase; at: number; after: boolean; what: string };

/** All writes of a life without a kill. */
async function pointsOf(place: Place): Promise<Point[]> {
  const points: Point[] = [];
  for (const phase of PHASES) {
    const { killed, writes, found } = await child({ ...place, phase });
    expect([phase, killed]).toEqual([phase, false]);
    if (typeof phase === 'number') expect([phase, found]).toEqual([phase, contents[phase]]);
    for (const [at, what] of writes.entries())
      points.push({ phase, at, after: false, what }, { phase, at, after: true, what });
  }
  return points;
}

const isCommit = (what: string) => /^commit$/i.test(what);

/** Dies while everything is made, then starts again. */
async function bear(place: Place, { phase, at, after, what }: Point): Promise<void> {
  expect([what, at, (await child({ ...place, phase, at, after })).killed]).toEqual([what, at, true]);
  expect([what, at, (await child({ ...place, phase })).killed]).toEqual([what, at, false]);
  const store = await openStore(place.db);
  expect(await contentOf(store)).toBe(contents[0]);
  await store.close();
  expect(readFileSync(place.key, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n$/);
}

/** Lets a database live through a script of deaths, in the order of its phases; gives the longest time until one was usable again. */
async function live(place: Place, points: readonly Point[]): Promise<number> {
  const { db } = place;
  await child({ ...place, phase: 'open' });
  let slowest = 0;
  /** Whether the batch at hand may be in the database already, or must be. */
  let since: 'before' | 'maybe' = 'before';
  for (const phase of PHASES.slice(1)) {
    for (const { at, after, what } of points.filter((point) => point.phase === phase)) {
      const done = since === 'maybe' && typeof phase === 'number';
      if (done) {
        // Its commit was given away before the last death: it is there, or it is not.
        const reader = await openStore(db, { readOnly: true });
        const found = await contentOf(reader);
        await reader.close();
        expect([contents[phase], contents[phase + 1]]).toContain(found);
        since = 'before';
        if (found === contents[phase + 1]) break;
      }
      const end = await child({ ...place, phase, at, after });
      expect([phase, at, what, end.killed]).toEqual([phase, at, what, true]);
      if (typeof phase === 'number') {
        expect([phase, at, what, end.found]).toEqual([phase, at, what, contents[phase]]);
        slowest = Math.max(slowest, end.recovered);
      }
      if (after && isCommit(what)) since = 'maybe';
    }
    if (typeof phase === 'number') {
      const reader = await openStore(db, { readOnly: true });
      const found = await contentOf(reader);
      await reader.close();
      const may = since === 'maybe' ? [contents[phase], contents[phase + 1]] : [contents[phase]];
      expect(may).toContain(found);
      since = 'before';
      if (found === contents[phase + 1]) continue;
    }
    const end = await child({ ...place, phase });
    expect([phase, end.killed]).toEqual([phase, false]);
    if (typeof phase === 'number') slowest = Math.max(slowest, end.recovered);
    if (phase === 3) {
      const reader = await openStore(db, { readOnly: true });
      expect(await contentOf(reader)).toBe(contents.at(-1));
      expect(await referenceDigest(reader)).toBe(reader.tip()!.digest);
      expect(reader.tip()!.hash).toBe(last.hash);
      await reader.close();
    }
  }
  const store = await openStore(db);
  expect(await contentOf(store)).toBe(contents[0]);
  await store.close();
  return slowest;
}

/** Numbers from 0 to 1, the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe.each(['SQLite', 'PostgreSQL'])('%s, killed at a write', (name) => {
  let salt = 0;
  const fresh = async (): Promise<Place> => {
    const key = join(folder, `${name}-${++salt}.key`);
    return { db: name === 'SQLite' ? join(folder, `${salt}.db`) : await database.fresh(), key };
  };

  it('of every kind, loses nothing and doubles nothing, and is back at once', { timeout: 600_000 }, async () => {
    const points = await pointsOf(await fresh());
    const kinds = new Map<string, Point>();
    for (const point of points) {
      const known = `${point.what} ${isCommit(point.what) ? `${point.phase} ${point.after}` : ''}`;
      if (!kinds.has(known)) kinds.set(known, point);
    }
    const once = [...kinds.values()];
    expect(once.length).toBeGreaterThan(80);
    for (const point of once.filter(({ phase }) => phase === 'open')) await bear(await fresh(), point);
    const slowest = await live(await fresh(), once);
    console.log(`${name}: ${once.length} kills, slowest start ${slowest.toFixed(0)} ms`);
    expect(slowest).toBeLessThan(RECOVERY_MS);
  });

  if (KILLS > 0)
    it('at random, again and again', { timeout: KILLS * 5000 }, async () => {
      const points = await pointsOf(await fresh());
      const next = dice(SEED);
      const trials = new Trials(`${name}, kills`, KILLS);
      let slowest = 0;
      while (trials.done < KILLS && timeLeft() > 0) {
        const some = points.filter(() => next() < 40 / points.length).slice(0, KILLS - trials.done);
        for (const point of some.filter(({ phase }) => phase === 'open')) await bear(await fresh(), point);
        slowest = Math.max(slowest, await live(await fresh(), some));
        trials.add(some.length);
      }
      trials.end(`slowest start ${slowest.toFixed(0)} ms, seed ${SEED}`);
      expect(slowest).toBeLessThan(RECOVERY_MS);
    });
});
