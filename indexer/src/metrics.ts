// Figures for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Status } from './status.ts';

export class Metrics {
  readonly #registry = new Registry();
  readonly #asked: Histogram<'status'>;
  readonly #refused: Counter<'status'>;

  /** @param status is asked whenever the figures are */
  constructor(status: () => Status) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, value: (now: Status) => number | null) =>
      new Gauge({
        name: `wattconnect_indexer_${name}`,
        help,
        registers,
        collect() {
          const now = value(status());
          if (now !== null) this.set(now);
        },
      });
    gauge('height', 'Newest block of the views.', ({ tip }) => tip?.number ?? null);
    gauge('block_timestamp_seconds', 'Its time, unix seconds.', ({ tip }) => tip?.timestamp ?? null);
    gauge('source_height', 'Newest block of the source.', ({ sourceHeight }) => sourceHeight);
    gauge('lag_blocks', 'Blocks that the source has and the views have not.', ({ lagBlocks }) => lagBlocks);
    gauge('up_to_date', '1 when nothing is wrong.', ({ error }) => (error === null ? 1 : 0));
    gauge('blocks_written', 'Blocks written since the start.', ({ counters }) => counters.blocks);
    gauge('events_written', 'Events written since the start.', ({ counters }) => counters.events);
    gauge('reorgs', 'Forks followed since the start.', ({ counters }) => counters.reorgs);
    gauge('reorg_depth_max', 'Deepest of them, in blocks.', ({ counters }) => counters.deepest);
    gauge('gaps', 'Deliveries that did not fit, since the start.', ({ counters }) => counters.gaps);
    gauge('deliveries', 'Pushed payloads since the start.', ({ deliveries }) => deliveries);
    gauge('database_bytes', 'Size of the database.', ({ databaseBytes }) => databaseBytes);
    const peers = (which: (verdict: string) => boolean) => (now: Status) =>
      now.peers.filter(({ verdict }) => which(verdict)).length;
    gauge(
      'peers_agree',
      'Other indexers that say the same.',
      peers((verdict) => verdict === 'agrees'),
    );
    gauge(
      'peers_differ',
      'Other indexers whose views differ.',
      peers((verdict) => verdict === 'differs'),
    );
    const authors = (trusted: boolean, which?: string) => (now: Status) =>
      now.authors.filter((one) => one.trusted === trusted && (which === undefined || one.verdict === which)).length;
    gauge('gossip_trusted_agree', 'Trusted keys that say the same in gossip.', authors(true, 'agrees'));
    gauge('gossip_trusted_differ', 'Trusted keys whose views differ.', authors(true, 'differs'));
    gauge('gossip_unvouched', 'Other keys in gossip; anybody can make them.', authors(false));
    gauge('gossip_unvouched_differ', 'Those of them whose views differ.', authors(false, 'differs'));
    gauge('listeners', 'Listeners at /head and /notifications.', ({ listeners }) => listeners);
    this.#asked = new Histogram({
      name: 'wattconnect_indexer_question_seconds',
      help: 'Time to answer a GraphQL question.',
      labelNames: ['status'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
      registers,
    });
    this.#refused = new Counter({
      name: 'wattconnect_indexer_refused_total',
      help: 'Requests that were not served.',
      labelNames: ['status'],
      registers,
    });
  }

  asked(status: number, seconds: number): void {
    this.#asked.observe({ status: `${Math.floor(status / 100)}xx` }, seconds);
  }
  refused(status: number): void {
    this.#refused.inc({ status: String(status) });
  }
  get contentType(): string {
    return this.#registry.contentType;
  }
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
