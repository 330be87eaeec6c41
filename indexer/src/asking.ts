// What asking others again and again takes, be they indexers or relays.
import { setTimeout as pause } from 'node:timers/promises';

/** The body as text. @throws when it is longer than `most` characters */
export async function textOf(response: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > most) throw new Error('it answers without end');
  }
  return text;
}

/** Looks at once, and again after each wait, until it is closed; `look` sees to its own errors. */
export function again(look: () => Promise<unknown>, waitMs: () => number): { close: () => Promise<void> } {
  const stop = new AbortController();
  const { signal } = stop;
  const looking = (async () => {
    while (!signal.aborted) {
      await look();
      await pause(waitMs(), undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    close: async () => {
      stop.abort();
      await looking;
    },
  };
}
