import type * as v from 'valibot';
import { ago } from './core/format.ts';
import type { Settings } from './core/settings.ts';
import type { Agreement, Head, History } from './indexer/agreement.ts';

export type Theme = 'system' | 'light' | 'dark';
const THEME = 'wattconnect.theme';
const INDEXERS = 'wattconnect.indexers';
const RATE = 'wattconnect.rate';

/** How the reader thinks of money: so many units of a currency for one STX. Theirs, not ours; nothing is assumed. */
export type Rate = { currency: string; perStx: number };

const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const store = (key: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // a browser that keeps nothing: the choice holds until the page is left
  }
};

export type Source = {
  url: string;
  name: string;
  history: History;
  /** Wall time in ms at which it last said something. */
  heardAt: number;
  silent: boolean;
};

/** Listens to indexers and asks them. */
export type Engine = {
  start(urls: readonly string[]): void;
  /** Asks everybody for news now, for instance when the network comes back. */
  wake(): void;
  /** Asks the best indexer, then the others. Throws the last AppError when nobody answers. */
  ask<S extends v.GenericSchema>(
    query: string,
    variables: object,
    schema: S,
    signal?: AbortSignal,
  ): Promise<{ data: v.InferOutput<S>; raw: unknown; url: string }>;
};

/**
 * What is known of the indexers, for the pages. The engine that listens comes after the first paint, together with everything that checks what
 * comes in; questions wait for it.
 */
class Indexers {
  sources = $state.raw<Source[]>([]);
  /** The newest block that the indexers we believe have shown. */
  head = $state.raw<Head>();
  agreement = $state.raw<Agreement>({ verdicts: [], best: undefined, undecided: false });
  agreeing = $derived(this.agreement.verdicts.filter((verdict) => verdict === 'agrees').length);
  heardAt = $derived(Math.max(0, ...this.sources.map((source) => source.heardAt)));
  #engine = Promise.withResolvers<Engine>();

  use(engine: Engine): void {
    this.#engine.resolve(engine);
  }

  /** Asks the best indexer, then the others. Throws the last AppError when nobody answers. */
  async ask<S extends v.GenericSchema>(
    query: string,
    variables: object,
    schema: S,
    signal?: AbortSignal,
  ): Promise<{ data: v.InferOutput<S>; raw: unknown; url: string }> {
    return (await this.#engine.promise).ask(query, variables, schema, signal);
  }

  wake(): void {
    void this.#engine.promise.then((engine) => engine.wake());
  }

  listen(urls: readonly string[]): void {
    void this.#engine.promise.then((engine) => engine.start(urls));
  }
}

/** What every page needs: the settings, the chain's clock, the indexers and the reader's own choices. */
class App {
  settings = $state.raw<Settings>();
  /** Why there are no settings. */
  failure = $state<string>();
  online = $state(true);
  theme = $state<Theme>('system');
  rate = $state.raw<Rate>();
  ownIndexers = $state.raw<string[]>([]);
  /** Wall time in ms, renewed every second while the page is seen: only ages are counted with it. */
  wall = $state(Date.now());
  readonly indexers = new Indexers();
  #started = false;

  /** The chain's time in unix seconds; undefined until the first block is known. Never the browser's clock. */
  get now(): number | undefined {
    return this.indexers.head?.timestamp;
  }

  /** What names the hours: the chain's hour as a slot number. */
  get slot(): number | undefined {
    const now = this.now;
    return now === undefined ? undefined : Math.floor(now / 3600);
  }

  /** How old what we see is, in seconds of the reader's time. */
  get age(): number {
    return this.indexers.heardAt === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(0, (this.wall - this.indexers.heardAt) / 1000);
  }

  /** Reads the reader's choices and watches the network. Does nothing the second time. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.online = navigator.onLine;
    addEventListener('online', () => {
      this.online = true;
      this.indexers.wake();
    });
    addEventListener('offline', () => {
      this.online = false;
    });
    setInterval(() => {
      if (!document.hidden) this.wall = Date.now();
    }, 1_000);
    document.addEventListener('visibilitychange', () => {
      this.wall = Date.now();
    });
    const theme = stored(THEME);
    if (theme === 'light' || theme === 'dark') this.theme = theme;
    this.rate = parseRate(stored(RATE));
    this.ownIndexers = parseUrls(stored(INDEXERS));
  }

  /** All indexers to listen to: those of the settings and the reader's own. */
  get indexerUrls(): string[] {
    return [...new Set([...(this.settings?.indexers ?? []), ...this.ownIndexers])];
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    store(THEME, theme === 'system' ? null : theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  setRate(rate: Rate | undefined): void {
    this.rate = rate;
    store(RATE, rate ? JSON.stringify(rate) : null);
  }

  /** Adds or removes indexers of the reader's own; those of config.json always stay. */
  setOwnIndexers(urls: string[]): void {
    this.ownIndexers = urls;
    store(INDEXERS, urls.length ? JSON.stringify(urls) : null);
    this.indexers.listen(this.indexerUrls);
  }

  /** "Chain, 8 s ago", the source line of figures that come from the views. */
  source(at: number | undefined, name = 'Chain'): string {
    return at === undefined ? name : `${name}, ${ago(Math.max(0, (this.wall - at) / 1000))}`;
  }
}

const parseRate = (text: string | null): Rate | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value !== 'object' || value === null || !('currency' in value) || !('perStx' in value)) return undefined;
    const { currency, perStx } = value;
    return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) && typeof perStx === 'number' && perStx > 0
      ? { currency, perStx }
      : undefined;
  } catch {
    return undefined;
  }
};

const parseUrls = (text: string | null): string[] => {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value)
      ? value.filter((url): url is string => typeof url === 'string' && /^https?:\/\/\S+$/.test(url))
      : [];
  } catch {
    return [];
  }
};

export const app = new App();

/** "about €0.73", if the reader has told us what one STX is worth to them; otherwise nothing. */
export const about = (micro: bigint | null | undefined): string | undefined => {
  if (!app.rate || micro === null || micro === undefined) return undefined;
  const value = (Number(micro) / 1e6) * app.rate.perStx;
  return `about ${new Intl.NumberFormat(undefined, { style: 'currency', currency: app.rate.currency }).format(value)}`;
};
