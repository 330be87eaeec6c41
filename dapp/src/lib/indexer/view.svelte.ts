import { untrack } from 'svelte';
import type * as v from 'valibot';
import { app } from '../app.svelte.ts';
import { sentence } from '../core/errors.ts';
import { checked } from './graphql.ts';

export type Query<S extends v.GenericSchema> = { name: string; text: string; schema: S };

const GAP_MS = 900;
const CACHE_AFTER_MS = 600;

/**
 * One question to the indexers that is asked again with every new block. What it holds stays while the next answer is on its way, and the
 * last answer of an earlier visit is shown (with its age) when nobody answers.
 */
export class View<S extends v.GenericSchema> {
  data = $state.raw<v.InferOutput<S>>();
  /** Wall time in ms of the answer. */
  at = $state<number>();
  error = $state<string>();
  /** The figures are from an earlier visit. */
  cached = $state(false);
  loading = $state(true);

  get source(): string {
    return this.cached ? app.source(this.at, 'From your last visit') : app.source(this.at);
  }
  get old(): boolean {
    return (
      this.cached || this.error !== undefined || (this.at !== undefined && app.wall - this.at > 120_000 && !app.online)
    );
  }
}

/**
 * Must be called while a component starts. `variables` returning undefined means: not now. With `sticky` the old answer stays until the new
 * one is there even when the question changes (a clock in it, not another subject).
 */
export const view = <S extends v.GenericSchema>(
  query: Query<S>,
  variables: () => object | undefined,
  { sticky = false } = {},
): View<S> => {
  const state = new View<S>();
  let key = '';
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: AbortController | undefined;
  let asked = '';
  let again = false;
  let stopped = false;

  const load = async (wanted: object, mine: string) => {
    // an answer that is slower than the blocks is waited for, or there would never be one
    if (asked === mine) {
      again = true;
      return;
    }
    asked = mine;
    abort?.abort();
    abort = new AbortController();
    const { signal } = abort;
    last = Date.now();
    const early = setTimeout(() => void fromCache(mine), CACHE_AFTER_MS);
    try {
      const { data, raw } = await app.indexers.ask(query.text, wanted, query.schema, signal);
      if (mine !== key) return;
      state.data = data;
      state.at = Date.now();
      state.error = undefined;
      state.cached = false;
      state.loading = false;
      const { keep } = await import('../db/db.ts');
      await keep(mine, raw, state.at);
    } catch (error) {
      if (signal.aborted || mine !== key) return;
      await fromCache(mine);
      state.error = sentence(error);
      state.loading = false;
    } finally {
      clearTimeout(early);
      if (asked === mine) {
        asked = '';
        if (again && mine === key && !stopped) timer = setTimeout(() => void load(wanted, mine), GAP_MS);
        again = false;
      }
    }
  };

  const fromCache = async (mine: string) => {
    if (state.data !== undefined) return;
    const { kept } = await import('../db/db.ts');
    const row = await kept(mine);
    if (!row || mine !== key || state.data !== undefined) return;
    try {
      state.data = checked(query.schema, row.data, 'http://cache');
      state.at = row.at;
      state.cached = true;
      state.loading = false;
    } catch {
      // written by an older version of the page: the next answer replaces it
    }
  };

  $effect(() => {
    const wanted = variables();
    void app.indexers.head?.hash;
    void app.online;
    if (!app.settings || !wanted) return;
    const next = `${app.settings.deployer} ${query.name} ${JSON.stringify(wanted)}`;
    untrack(() => {
      if (next !== key) {
        key = next;
        last = 0;
        if (!sticky) {
          state.data = undefined;
          state.loading = true;
        }
        state.error = undefined;
      }
      clearTimeout(timer);
      timer = setTimeout(() => void load(wanted, next), Math.max(0, last + GAP_MS - Date.now()));
    });
  });
  $effect(() => () => {
    stopped = true;
    clearTimeout(timer);
    abort?.abort();
  });
  return state;
};
