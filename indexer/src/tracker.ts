// Where blocks belong, by their parents' hashes and never by their heights.
import type { BlockRow } from './store/types.ts';

export type Link = { hash: string; parentHash: string; height: number };
export type Known = {
  tip: BlockRow | undefined;
  find: (hash: string) => BlockRow | undefined;
  /** Height at which views begin. */
  first: number;
};
export type Decision<B> =
  /** Nothing new. */
  | { kind: 'duplicate' }
  /** On top of what is here. */
  | { kind: 'apply'; apply: B[] }
  /** On an older block: what stands above `keep` goes. */
  | { kind: 'reorg'; keep: BlockRow; depth: number; apply: B[] }
  /** Between what is here and these blocks one is missing. */
  | { kind: 'gap'; need: string };

/** What is to be done with blocks that came in any order, some of them perhaps known. */
export function decide<B extends Link>(blocks: readonly B[], { tip, find, first: start }: Known): Decision<B> {
  const fresh = new Map<string, B>();
  for (const block of blocks) if (!find(block.hash)) fresh.set(block.hash, block);
  if (fresh.size === 0) return { kind: 'duplicate' };
  const apply = [...fresh.values()].sort((a, b) => a.height - b.height);
  const first = apply[0]!;
  for (let i = 1; i < apply.length; i++) {
    const { parentHash } = apply[i]!;
    if (parentHash !== apply[i - 1]!.hash) return { kind: 'gap', need: parentHash };
  }
  if (!tip) return first.height === start ? { kind: 'apply', apply } : { kind: 'gap', need: first.parentHash };
  if (first.parentHash === tip.hash) return { kind: 'apply', apply };
  const keep = find(first.parentHash);
  if (!keep) return { kind: 'gap', need: first.parentHash };
  return { kind: 'reorg', keep, depth: tip.height - keep.height, apply };
}
