// What can be asked for blocks, and the walk along it. A push says that there is news; what is pulled, checked by parent hashes, is the truth.
import type { Block } from './block.ts';

export type Head = { height: number; hash: string };

export type Source = {
  /** Name for logs and status pages. */
  name: string;
  tip: () => Promise<Head>;
  /** Hash of the block that the source holds at a height; undefined above its tip. */
  hashAt: (height: number) => Promise<string | undefined>;
  /** A block by its hash; undefined when the source does not have it (any more). */
  block: (hash: string) => Promise<Block | undefined>;
  /** Height of the oldest block of interest. */
  first: number;
};

/** A source that does not answer, or not as it should. It may do so later. */
export class SourceUnreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SourceUnreachable';
  }
}

export type SourceOptions = {
  /** Height of the oldest block of interest. Default 1. */
  first?: number;
  /** Ends every request. */
  signal?: AbortSignal;
};

const TIMEOUT_MS = 15_000;
/** A block with its transactions and events has well under this. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

function isReset(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return cause?.code === 'ECONNRESET' || cause?.code === 'UND_ERR_SOCKET';
}

/** fetch with a time limit, and an error that says who did not answer, or how. 404 is an answer. @throws {SourceUnreachable} */
export function patientFetch(signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const url = new URL(input instanceof Request ? input.url : input);
    let response: Response;
    const ask = () => fetch(input, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    try {
      // A connection that was kept open may have been closed by the other side just now: everything here may be asked twice.
      response = await ask().catch((error: unknown) => {
        if (!isReset(error)) throw error;
        return ask();
      });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : undefined;
      throw new SourceUnreachable(`${url.origin} does not answer: ${cause?.message || String(error)}`);
    }
    const tooMuch = Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES;
    if (!tooMuch && (response.ok || response.status === 404)) return response;
    await response.body?.cancel();
    throw new SourceUnreachable(
      `${url} answered ${tooMuch ? `with more than ${MAX_ANSWER_BYTES} bytes` : response.status}.`,
    );
  };
}

/** What an answer says, once it has been read. @throws {SourceUnreachable} */
export async function readAnswer<T>(url: string, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof SourceUnreachable) throw error;
    throw new SourceUnreachable(`${url} broke off, or is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * The source's chain from the block after `from`, each on the one before. Ends early when the source changes its mind on the way: whoever walks
 * looks for the fork again.
 * @param from the last block that is already known; undefined: begin at the source's first block
 * @param options.ahead blocks that are asked for at the same time
 * @param options.last height at which to end; the source's tip by default
 */
export async function* walk(
  source: Source,
  from?: Head,
  { ahead = 1, last }: { ahead?: number; last?: number } = {},
): AsyncGenerator<Block, void, undefined> {
  const end = last ?? (await source.tip()).height;
  const ask = async (height: number): Promise<Block | undefined> => {
    const hash = await source.hashAt(height);
    return hash === undefined ? undefined : source.block(hash);
  };
  const asked: Promise<Block | undefined>[] = [];
  let next = from ? from.height + 1 : source.first;
  let parent = from?.hash;
  for (;;) {
    while (asked.length < ahead && next <= end) {
      const block = ask(next++);
      block.catch(() => undefined); // told when its turn comes
      asked.push(block);
    }
    const block = await asked.shift();
    if (!block || (parent !== undefined && block.parentHash !== parent)) return;
    parent = block.hash;
    yield block;
  }
}
