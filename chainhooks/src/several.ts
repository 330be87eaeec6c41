// Several sources as one: the one that is furthest is followed, and the others stand in for it. All are checked by parent hashes by whoever walks.
import { type Source, SourceUnreachable } from './source.ts';

/** @param sources at least one, in the order in which they are preferred */
export function several(sources: readonly Source[]): Source {
  const [first, ...others] = sources;
  if (!first) throw new RangeError('At least one source is needed.');
  if (others.length === 0) return first;
  let order = sources;

  /** The first answer that is one; an answer of "not here" counts only when nobody has more to say. */
  const ask = async <T>(question: (source: Source) => Promise<T | undefined>): Promise<T | undefined> => {
    let failure: unknown;
    let answered = false;
    for (const source of order) {
      try {
        const answer = await question(source);
        if (answer !== undefined) return answer;
        answered = true;
      } catch (error) {
        failure = error;
      }
    }
    if (answered) return undefined;
    throw failure;
  };

  return {
    name: sources.map(({ name }) => name).join(', '),
    first: Math.max(...sources.map((source) => source.first)),
    tip: async () => {
      const tips = await Promise.all(
        sources.map((source) =>
          source.tip().then(
            (tip) => ({ source, tip, error: undefined }),
            (error: unknown) => ({ source, tip: undefined, error }),
          ),
        ),
      );
      const heard = tips.flatMap(({ source, tip }) => (tip ? [{ source, tip }] : []));
      if (heard.length === 0) throw tips[0]!.error ?? new SourceUnreachable('No source answers.');
      // A stable sort: of those that are equally far, the one that is named first.
      heard.sort((a, b) => b.tip.height - a.tip.height);
      const silent = sources.filter((source) => !heard.some((one) => one.source === source));
      order = [...heard.map(({ source }) => source), ...silent];
      return heard[0]!.tip;
    },
    hashAt: (height) => ask((source) => source.hashAt(height)),
    block: (hash) => ask((source) => source.block(hash)),
  };
}
