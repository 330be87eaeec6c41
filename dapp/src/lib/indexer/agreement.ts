/**
 * Do several indexers tell the same story? A digest covers the whole history up to its block, so two indexers that show the same digest
 * for one block agree about everything before it. They are compared at the newest block that both have shown.
 */
export type Head = { number: number; hash: string; timestamp: number; digest: string };
export type Verdict = 'agrees' | 'differs' | 'behind' | 'silent';

/** The last heads that an indexer has shown, oldest first. */
export type History = readonly Head[];

const KEPT = 64;

/** A history with one more head: a new block, or after a reorg a block that replaces the ones from its height on. */
export const remember = (history: History, head: Head): History => {
  const kept = history.filter((old) => old.number < head.number);
  return [...kept, head].slice(-KEPT);
};

const common = (a: History, b: History): [Head, Head] | undefined => {
  for (let i = a.length - 1; i >= 0; i--) {
    const head = a[i]!;
    const other = b.findLast(({ number }) => number === head.number);
    if (other) return [head, other];
  }
  return undefined;
};

const same = (a: History, b: History): boolean | undefined => {
  const pair = common(a, b);
  return pair && pair[0].digest === pair[1].digest;
};

export type Agreement = {
  /** What each indexer is worth, in the order given. */
  verdicts: Verdict[];
  /** The one to ask: newest of the largest group that agrees. Undefined when all are silent. */
  best: number | undefined;
  /** True when indexers contradict each other and no majority decides. */
  undecided: boolean;
};

/** Compares indexers; an empty or undefined history is a silent one. */
export const compare = (histories: readonly (History | undefined)[]): Agreement => {
  const heard = histories.flatMap((history, index) =>
    history?.length ? [{ index, history, tip: history.at(-1)!.number }] : [],
  );
  // A vote for an indexer is every indexer that agrees with it, itself included.
  const rated = heard.map((one) => ({
    ...one,
    votes: heard.filter((other) => same(one.history, other.history) === true).length,
  }));
  rated.sort((a, b) => b.votes - a.votes || b.tip - a.tip || a.index - b.index);
  const best = rated[0];
  const verdicts = histories.map((history): Verdict => {
    if (!best || !history?.length) return 'silent';
    const equal = same(best.history, history);
    return equal === undefined ? 'behind' : equal ? 'agrees' : 'differs';
  });
  const against = best ? rated.filter((other) => same(best.history, other.history) === false) : [];
  return { verdicts, best: best?.index, undecided: against.some((other) => other.votes >= (best?.votes ?? 0)) };
};
