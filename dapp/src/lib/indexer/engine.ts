import * as v from 'valibot';
import { app, type Engine, type Source } from '../app.svelte.ts';
import { AppError, sentence } from '../core/errors.ts';
import { readSettings } from '../core/settings.ts';
import { useZone } from '../core/time.ts';
import { compare, type Head, remember } from './agreement.ts';
import { checked, post } from './graphql.ts';

const HeadSchema = v.object({ number: v.number(), hash: v.string(), timestamp: v.number(), digest: v.string() });
const META = '{ _meta { block { number hash timestamp } digest } }';
const MetaSchema = v.object({
  _meta: v.object({
    block: v.object({
      number: v.number(),
      hash: v.string(),
      timestamp: v.pipe(v.union([v.number(), v.string()]), v.transform(Number)),
    }),
    digest: v.string(),
  }),
});

const POLL_MS = 5_000;

/**
 * Listens to the indexers of this copy and asks them. Each tells its newest block over a stream (or is asked every few seconds when the stream
 * breaks); they are compared with each other, and questions go to the newest one of those that agree, then to the next.
 */
class Listener implements Engine {
  #stops: (() => void)[] = [];

  start(urls: readonly string[]): void {
    this.stop();
    this.#show(urls.map((url) => ({ url, name: new URL(url).host, history: [], heardAt: 0, silent: false })));
    this.#stops = urls.map((url) => this.#follow(url));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Asks everybody again now, for instance when the network comes back. */
  wake(): void {
    for (const { url } of app.indexers.sources) void this.#poll(url);
  }

  /** Asks the best indexer, then the others. Throws the last AppError when nobody answers. */
  async ask<S extends v.GenericSchema>(
    query: string,
    variables: object,
    schema: S,
    signal?: AbortSignal,
  ): Promise<{ data: v.InferOutput<S>; raw: unknown; url: string }> {
    let failure: unknown = new AppError('indexer-silent', 'No indexer is known.');
    for (const url of this.#order()) {
      try {
        const raw = await post(url, query, variables, signal);
        return { data: checked(schema, raw, url), raw, url };
      } catch (error) {
        if (signal?.aborted) throw error;
        failure = error;
        if (error instanceof AppError && error.code === 'indexer-silent') this.#mark(url, { silent: true });
      }
    }
    throw failure;
  }

  #order(): string[] {
    const { verdicts, best } = app.indexers.agreement;
    const rank = (index: number) =>
      index === best ? 0 : { agrees: 1, behind: 2, silent: 3, differs: 4 }[verdicts[index] ?? 'silent'];
    return app.indexers.sources
      .map(({ url }, index) => ({ url, rank: rank(index) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ url }) => url);
  }

  #mark(url: string, change: Partial<Source>): void {
    this.#show(app.indexers.sources.map((source) => (source.url === url ? { ...source, ...change } : source)));
  }

  #show(sources: Source[]): void {
    app.indexers.sources = sources;
    app.indexers.agreement = compare(sources.map((source) => (source.silent ? undefined : source.history)));
  }

  #hear(url: string, head: Head): void {
    const source = app.indexers.sources.find((one) => one.url === url);
    if (!source) return;
    this.#mark(url, { history: remember(source.history, head), heardAt: Date.now(), silent: false });
    const { best } = app.indexers.agreement;
    const newest = best === undefined ? undefined : app.indexers.sources[best]?.history.at(-1);
    if (newest && newest.hash !== app.indexers.head?.hash) app.indexers.head = newest;
  }

  async #poll(url: string): Promise<void> {
    try {
      const { _meta } = checked(MetaSchema, await post(url, META, {}), url);
      this.#hear(url, { ..._meta.block, digest: _meta.digest });
    } catch {
      this.#mark(url, { silent: true });
    }
  }

  #follow(url: string): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stream = new EventSource(`${url}/head`);
    const again = () => {
      timer = setTimeout(async () => {
        await this.#poll(url);
        if (stream.readyState !== EventSource.OPEN) again();
        else timer = undefined;
      }, POLL_MS);
    };
    const receive = (event: MessageEvent<string>) => {
      let value: unknown;
      try {
        value = JSON.parse(event.data);
      } catch {
        return;
      }
      const head = v.safeParse(HeadSchema, value);
      if (head.success) this.#hear(url, head.output);
    };
    stream.addEventListener('head', receive);
    stream.addEventListener('error', () => {
      if (timer === undefined) again();
    });
    void this.#poll(url);
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }
}

/** Reads config.json into the app's settings and begins to listen, or says why it cannot. */
export const begin = async (base: string): Promise<void> => {
  try {
    const settings = await readSettings(base);
    useZone(settings.timeZone);
    app.settings = settings;
  } catch (error) {
    app.failure = sentence(error);
    return;
  }
  const listener = new Listener();
  listener.start(app.indexerUrls);
  app.indexers.use(listener);
};
