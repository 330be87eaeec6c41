// What other indexers say in gossip. Our own checkpoint is handed in at relays, what they heard is held against our views. A key costs nothing:
// only those that the operator named count, all others are shown as what they are. Relays are not believed either: they can keep silent, not lie.
import { Envelope, Checkpoint as Protocol } from '@wattconnect/protocol';
import { again, textOf } from './asking.ts';
import {
  type Checkpoint,
  COMPARED,
  checkpointOf,
  finalBlock,
  MAX_CHECKPOINT_BYTES,
  readCheckpoint,
} from './checkpoint.ts';
import { schemaHash } from './schema.ts';
import type { Log } from './server.ts';
import type { Signer } from './signer.ts';
import type { BlockRow, Store } from './store/types.ts';

const EVERY_MS = 30_000;
/** Of our own checkpoints. */
const AT_MOST_EVERY_MS = 60_000;
const WAIT_MS = 5000;
/** More keys than any relay keeps are not looked at. */
const MAX_AUTHORS = 512;
const MAX_ANSWER_BYTES = MAX_AUTHORS * MAX_CHECKPOINT_BYTES;
/** Seconds by the blocks' time that a checkpoint may lie behind our newest final block and still count: who stopped long ago agrees with nothing. */
const OLD_S = 7200;

export const SAYINGS = {
  ...COMPARED,
  ahead: 'is ahead of these views',
  old: 'has said nothing new for hours',
  'before ours': 'speaks of a block before these views begin',
  silent: 'is not heard',
} as const;
export type Saying = keyof typeof SAYINGS;
export type Author = {
  /** Public key with which it signs. */
  signer: string;
  /** Whether the operator named it. */
  trusted: boolean;
  verdict: Saying;
  /** Block that it speaks of. */
  height: number | null;
};

/** What a relay heard, of those that are signed. @throws when it does not answer as a relay does */
async function heardAt(relay: string): Promise<Checkpoint[]> {
  const response = await fetch(`${relay}/checkpoints`, { redirect: 'error', signal: AbortSignal.timeout(WAIT_MS) });
  const text = await textOf(response, MAX_ANSWER_BYTES);
  if (response.status !== 200) throw new Error(`it answers ${response.status}`);
  const { checkpoints } = JSON.parse(text) as { checkpoints: unknown };
  if (!Array.isArray(checkpoints)) throw new Error('it tells of no checkpoints');
  return checkpoints.slice(0, MAX_AUTHORS).flatMap((one) => readCheckpoint(JSON.stringify(one) ?? '') ?? []);
}

/** What a checkpoint of another says, held against our views. */
async function sayingOf(
  theirs: Checkpoint,
  { store, deployer, final, oldS }: { store: Store; deployer: string; final: BlockRow | undefined; oldS: number },
): Promise<Saying> {
  if (theirs.deployer !== deployer || theirs.deployment !== schemaHash) return 'other views';
  const tip = store.tip();
  if (!tip || theirs.height > tip.height) return 'ahead';
  const ours = await store.blockAt(theirs.height);
  if (!ours) return 'before ours';
  if (ours.hash !== theirs.hash) return 'other chain';
  if (ours.digest !== theirs.digest) return 'differs';
  return final && final.time - ours.time > oldS ? 'old' : 'agrees';
}

type GossipOptions = {
  store: Store;
  deployer: string;
  finality: number;
  signer: Signer;
  /** Public keys that count. */
  trusted: readonly string[];
  onLog: Log;
  everyMs?: number;
  oldS?: number;
};

/** Hands in and compares again and again; `list` says how it stands, those that count first. */
export function followRelays(
  relays: readonly string[],
  { store, deployer, finality, signer, trusted, onLog, everyMs = EVERY_MS, oldS = OLD_S }: GossipOptions,
): { list: () => Author[]; close: () => Promise<void> } {
  const faults = new Map<string, string>();
  let authors: Author[] = trusted.map((key) => ({ signer: key, trusted: true, verdict: 'silent', height: null }));
  /** Block that a relay was told of, and when. */
  const handedIn = new Map<string, { height: number; at: number }>();

  /** Says once what a relay does wrong. */
  function fault(relay: string, said: string): void {
    const what = said.replace(/\s+/g, ' ').trim().slice(0, 300);
    if (faults.get(relay) !== what) onLog(`Relay ${relay}: ${what}.`, 'warn');
    faults.set(relay, what);
  }

  async function handIn(relay: string): Promise<void> {
    const last = handedIn.get(relay);
    if (last && performance.now() - last.at < AT_MOST_EVERY_MS) return;
    const final = await finalBlock(store, finality);
    if (!final || final.height === last?.height) return;
    const response = await fetch(`${relay}/checkpoints`, {
      method: 'POST',
      body: Buffer.from(Envelope.encode(Protocol.envelopeOf(checkpointOf(deployer, final, signer)))),
      headers: { 'content-type': 'application/octet-stream' },
      redirect: 'error',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const text = await textOf(response, MAX_ANSWER_BYTES);
    // Heard before, or too often: the next block will do.
    if (response.status !== 202 && response.status !== 409)
      throw new Error(`it does not take our checkpoint (${response.status}): ${text}`);
    handedIn.set(relay, { height: final.height, at: performance.now() });
  }

  function tell(before: readonly Author[], now: readonly Author[]): void {
    const was = new Map(before.map((one) => [one.signer, one.verdict]));
    for (const one of now) {
      if (!one.trusted || one.verdict === was.get(one.signer)) continue;
      onLog(
        `In gossip ${one.signer} ${SAYINGS[one.verdict]}${one.height === null ? '' : ` at block ${one.height}`}`,
        one.verdict === 'differs' ? 'error' : one.verdict === 'agrees' ? 'info' : 'warn',
      );
    }
    // Strangers could fill the log: they get a line when the first of them differs, not one each.
    const strange = (list: readonly Author[]) => list.filter((one) => !one.trusted && one.verdict === 'differs').length;
    if (strange(now) > 0 && strange(before) === 0)
      onLog(`In gossip ${strange(now)} keys that nobody vouches for differ from these views`, 'warn');
  }

  async function look(): Promise<void> {
    const newest = new Map<string, Checkpoint>();
    for (const relay of relays) {
      let wrong: unknown;
      await handIn(relay).catch((error: unknown) => {
        wrong = error;
      });
      try {
        for (const one of await heardAt(relay))
          if (one.height > (newest.get(one.signer)?.height ?? -1)) newest.set(one.signer, one);
      } catch (error) {
        wrong ??= error;
      }
      if (wrong === undefined) faults.delete(relay);
      else fault(relay, wrong instanceof Error ? wrong.message : String(wrong));
    }
    newest.delete(signer.publicKey);
    const final = await finalBlock(store, finality);
    const found: Author[] = [];
    for (const key of new Set([...trusted, ...newest.keys()])) {
      const theirs = newest.get(key);
      found.push({
        signer: key,
        trusted: trusted.includes(key),
        verdict: theirs ? await sayingOf(theirs, { store, deployer, final, oldS }) : 'silent',
        height: theirs?.height ?? null,
      });
    }
    tell(authors, found);
    authors = found;
  }

  const safely = () => look().catch((error: unknown) => onLog(`Gossip: ${error}`, 'warn'));
  const looking = relays.length > 0 ? again(safely, () => everyMs) : undefined;
  return { list: () => authors, close: async () => looking?.close() };
}
