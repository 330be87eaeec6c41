// Other indexers of the same deployment: whether they say of the same blocks what we say. Nobody is believed; who differs is shown, and `verify` finds
// out where.
import { again, textOf } from './asking.ts';
import { COMPARED, MAX_CHECKPOINT_BYTES, readCheckpoint } from './checkpoint.ts';
import { schemaHash } from './schema.ts';
import type { Log } from './server.ts';
import type { BlockRow, Store } from './store/types.ts';

/** Blocks below our newest one at which is compared: most forks are shorter. */
const DEPTH = 6;
const EVERY_MS = 30_000;
const WAIT_MS = 5000;

export const VERDICTS = {
  ...COMPARED,
  behind: 'is not there yet',
  silent: 'does not answer as an indexer does',
  unsigned: 'says what it has not signed',
} as const;
export type Verdict = keyof typeof VERDICTS;
export type Peer = {
  url: string;
  verdict: Verdict;
  /** Block at which it was compared. */
  height: number | null;
  /** Public key with which it signs. */
  signer: string | null;
};

/** What a peer says of one of our blocks. */
export async function compare(url: string, deployer: string, ours: BlockRow): Promise<Peer> {
  const said = (verdict: Verdict, signer: string | null = null): Peer => ({
    url,
    verdict,
    height: ours.height,
    signer,
  });
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/checkpoint?block=${ours.height}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    text = await textOf(response, MAX_CHECKPOINT_BYTES);
  } catch {
    return said('silent');
  }
  if (response.status === 404) return said(/"not-here-yet"/.test(text) ? 'behind' : 'silent');
  if (response.status !== 200) return said('silent');
  const theirs = readCheckpoint(text);
  if (!theirs) return said('unsigned');
  const { signer } = theirs;
  if (theirs.deployer !== deployer || theirs.deployment !== schemaHash) return said('other views', signer);
  if (theirs.height !== ours.height) return said('silent', signer);
  if (theirs.hash !== ours.hash) return said('other chain', signer);
  return said(theirs.digest === ours.digest ? 'agrees' : 'differs', signer);
}

/** Compares with peers again and again; `list` says how it stands. */
export function followPeers(
  urls: readonly string[],
  { store, deployer, onLog, everyMs = EVERY_MS }: { store: Store; deployer: string; onLog: Log; everyMs?: number },
): { list: () => Peer[]; close: () => Promise<void> } {
  const peers = new Map<string, Peer>();
  const look = async (url: string): Promise<void> => {
    const tip = store.tip();
    const ours = tip && (await store.blockAt(Math.max(tip.height - DEPTH, 0)));
    if (!ours) return;
    const before = peers.get(url)?.verdict;
    const found = await compare(url, deployer, ours);
    // A fork may have taken our own block back while the peer was asked.
    if ((await store.blockAt(ours.height))?.hash !== ours.hash) return;
    peers.set(url, found);
    if (found.verdict === before || found.verdict === 'behind') return;
    onLog(
      `${url} ${VERDICTS[found.verdict]} at block ${ours.height}`,
      found.verdict === 'differs' ? 'error' : found.verdict === 'agrees' ? 'info' : 'warn',
    );
  };
  const all = () =>
    Promise.all(urls.map((url) => look(url).catch((error: unknown) => onLog(`${url}: ${error}`, 'warn'))));
  const looking = urls.length > 0 ? again(all, () => (store.tip() ? everyMs : Math.min(everyMs, 1000))) : undefined;
  return { list: () => [...peers.values()], close: async () => looking?.close() };
}
