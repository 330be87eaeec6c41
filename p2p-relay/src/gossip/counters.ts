// Counts of what happened, for the metrics and the status page.

export type Labels = Record<string, string>;

export class Counters {
  readonly #counts = new Map<string, Map<string, number>>();

  add(name: string, labels: Labels = {}, by = 1): void {
    const text = Object.entries(labels)
      .map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, '_')}"`)
      .join(',');
    const series = this.#counts.get(name) ?? new Map<string, number>();
    this.#counts.set(name, series);
    series.set(text, (series.get(text) ?? 0) + by);
  }

  /** Sum over all labels. */
  total(name: string): number {
    return [...(this.#counts.get(name)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  /** [name, label text, count] of every series. */
  *series(): Generator<[string, string, number]> {
    for (const [name, series] of this.#counts) for (const [labels, count] of series) yield [name, labels, count];
  }
}
