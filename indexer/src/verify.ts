// Two indexers side by side: whether they agree, and if not, since which block and in which row.
import { lower, plural } from './graphql/schema.ts';
import { type EntityName, entityNames, fieldsOf } from './schema.ts';

/** One that does not answer as an indexer does. */
export class PeerError extends Error {
  constructor(url: string, why: string) {
    super(`${url} cannot be compared: ${why}`);
    this.name = 'PeerError';
  }
}

export type Mark = { height: number; hash: string; digest: string };
export type Verified =
  | { kind: 'agrees'; peers: [string, string]; at: Mark }
  /** They follow different chains from this height on, or one of them is on a fork: nothing can be said about the views. */
  | { kind: 'other-chain'; peers: [string, string]; height: number; hashes: [string, string] }
  | { kind: 'other-schema'; peers: [string, string]; schemas: [string, string] }
  | {
      kind: 'differs';
      peers: [string, string];
      /** First block after which their digests differ. */
      first: { height: number; hash: string; digests: [string, string] };
      /** The first row of that block that is not the same, and both forms of it. */
      row?: { entity: EntityName; id: string; forms: [string | null, string | null] };
    };

const WAIT_MS = 15_000;
const PAGE = 1000;

async function ask<T>(url: string, query: string): Promise<T> {
  let body: { data?: T; errors?: { message: string }[] };
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    body = (await response.json()) as typeof body;
  } catch (error) {
    throw new PeerError(url, `it does not answer (${error instanceof Error ? error.message : error}).`);
  }
  if (!body.data) throw new PeerError(url, body.errors?.[0]?.message ?? 'its answer is none of an indexer.');
  return body.data;
}

type Meta = { _meta: { block: { number: number; hash: string }; digest: string; deployment: string } | null };
async function markAt(url: string, height?: number): Promise<Mark & { schema: string }> {
  const where = height === undefined ? '' : `(block: { number: ${height} })`;
  const { _meta } = await ask<Meta>(url, `{ _meta${where} { block { number hash } digest deployment } }`);
  if (!_meta) throw new PeerError(url, 'it has no block yet.');
  return { height: _meta.block.number, hash: _meta.block.hash, digest: _meta.digest, schema: _meta.deployment };
}

/** Compares what two indexers say after the newest block that both have. @throws {PeerError} */
export async function verify(ours: string, theirs: string): Promise<Verified> {
  const peers: [string, string] = [ours, theirs];
  const [a, b] = await Promise.all([markAt(ours), markAt(theirs)]);
  if (a.schema !== b.schema) return { kind: 'other-schema', peers, schemas: [a.schema, b.schema] };
  const both = (height: number) => Promise.all([markAt(ours, height), markAt(theirs, height)]);
  const top = Math.min(a.height, b.height);
  const [left, right] = await both(top);
  const same = ([x, y]: readonly [Mark, Mark]) => x.digest === y.digest;
  if (same([left, right])) return { kind: 'agrees', peers, at: left };
  // Digests grow from block to block: once they differ, they differ for ever. Where they first do is found by halving.
  let good = -1;
  let bad = top;
  for (let step = 1; bad > 0; step *= 2) {
    const height = Math.max(0, top - step);
    let pair: Awaited<ReturnType<typeof both>>;
    try {
      pair = await both(height);
    } catch (error) {
      // Before the first block of the views.
      if (!(error instanceof PeerError)) throw error;
      good = height;
      break;
    }
    if (same(pair)) {
      good = height;
      break;
    }
    bad = height;
    if (height === 0) break;
  }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const pair = await both(middle).catch((error: unknown) => {
      if (error instanceof PeerError) return undefined;
      throw error;
    });
    if (!pair || same(pair)) good = middle;
    else bad = middle;
  }
  const [x, y] = await both(bad);
  if (x.hash !== y.hash) return { kind: 'other-chain', peers, height: bad, hashes: [x.hash, y.hash] };
  const first = { height: bad, hash: x.hash, digests: [x.digest, y.digest] as [string, string] };
  const row = await firstRow(peers, bad);
  return { kind: 'differs', peers, first, ...(row && { row }) };
}

/** Rows that a block has changed, as text by id. */
async function changed(url: string, entity: EntityName, height: number): Promise<Map<string, string>> {
  const fields = fieldsOf(entity).map(([name, field]) => ('ref' in field ? `${name} { id }` : name));
  const out = new Map<string, string>();
  for (let last = ''; ; ) {
    const list = plural(lower(entity));
    const data = await ask<Record<string, { id: string }[]>>(
      url,
      `{ ${list}(first: ${PAGE}, orderBy: id, block: { number: ${height} }, where: { id_gt: ${JSON.stringify(last)}, _change_block: { number_gte: ${height} } }) { ${fields.join(' ')} } }`,
    );
    const rows = data[list]!;
    for (const row of rows) out.set(row.id, JSON.stringify(row));
    if (rows.length < PAGE) return out;
    last = rows.at(-1)!.id;
  }
}

async function firstRow(peers: [string, string], height: number) {
  for (const entity of [...entityNames].sort()) {
    const [a, b] = await Promise.all([changed(peers[0], entity, height), changed(peers[1], entity, height)]);
    for (const id of [...new Set([...a.keys(), ...b.keys()])].sort())
      if (a.get(id) !== b.get(id))
        return { entity, id, forms: [a.get(id) ?? null, b.get(id) ?? null] as [string | null, string | null] };
  }
  return undefined;
}

/** What was found, for people. */
export function describe(result: Verified): string {
  const [a, b] = result.peers;
  switch (result.kind) {
    case 'agrees':
      return `${a} and ${b} agree at block ${result.at.height} (${result.at.hash}): digest ${result.at.digest}`;
    case 'other-schema':
      return `${a} and ${b} have other definitions of the views (${result.schemas.join(', ')}): update the older one.`;
    case 'other-chain':
      return `${a} and ${b} see different chains at block ${result.height} (${result.hashes.join(', ')}): one of them follows a fork or another network.`;
    case 'differs': {
      const { first, row } = result;
      const where = row
        ? `\nThe first row that is not the same is ${row.entity} ${row.id}:\n  ${a}: ${row.forms[0] ?? 'not there'}\n  ${b}: ${row.forms[1] ?? 'not there'}`
        : '\nNo row of that block differs now: an earlier version of one of them did.';
      return `${a} and ${b} differ since block ${first.height} (${first.hash}).${where}\nReplay the chain ("digest") to see which of them is right; the other one mends itself with "rebuild".`;
    }
  }
}
