// What the chain says of a maker. Pluggable: a Stacks node in the relay, nothing or the dApp's own reads in a browser.
import type { Validate } from '@wattconnect/protocol';
import { LOOKUP_TIMEOUT_MS, MAKER_TTL_MS, MAX_CACHED_MAKERS, MAX_WAITING } from '../limits.ts';
import type { Entry } from '../orders/book.ts';

/** A row of the registry as far as gossip needs it. */
export type MakerRow = {
  /** May sell: verified, certified and active. */
  mayOffer: boolean;
  /** May buy: verified and active. */
  mayBid: boolean;
  cell: bigint;
  /** Signed orders with a smaller nonce are withdrawn. */
  nonceFloor: bigint;
};

export type ChainView = {
  /** Rows of these addresses; unknown ones are left out. Throws when the chain cannot be asked. */
  makers: (addresses: string[], signal: AbortSignal) => Promise<Map<string, MakerRow>>;
};

export type MakerLookup = ReturnType<typeof createMakerLookup>;

/** Makers in one question: what the registry's read-only takes. */
const BATCH = 50;

/** Asks the view for many makers at once, keeps the answers for a while, and never more than so many at a time. */
export function createMakerLookup(view: ChainView, now: () => number = () => performance.now()) {
  type Answer = { row: MakerRow | undefined; at: number };
  const answers = new Map<string, Answer>();
  const waiting = new Map<string, ((row: MakerRow | undefined) => void)[]>();
  const closing = new AbortController();
  let waiters = 0;
  let asking = false;
  let failures = 0;

  const ttl = (row: MakerRow | undefined) => (row ? MAKER_TTL_MS.known : MAKER_TTL_MS.unknown);
  function fresh(maker: string): Answer | undefined {
    const answer = answers.get(maker);
    return answer && now() - answer.at < ttl(answer.row) ? answer : undefined;
  }
  const lately = (maker: string): MakerRow | undefined => {
    const answer = answers.get(maker);
    return answer && now() - answer.at < MAKER_TTL_MS.silent ? answer.row : undefined;
  };
  function keep(maker: string, row: MakerRow | undefined): void {
    answers.delete(maker);
    answers.set(maker, { row, at: now() });
    if (answers.size > MAX_CACHED_MAKERS) answers.delete(answers.keys().next().value!);
  }

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    // Those who ask in the same turn are answered by the same question.
    await Promise.resolve();
    while (waiting.size > 0) {
      const batch = [...waiting.keys()].slice(0, BATCH);
      let rows: Map<string, MakerRow> | undefined;
      try {
        rows = await view.makers(batch, AbortSignal.any([closing.signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)]));
      } catch {
        // No answer is not the answer "unknown": what was known a while ago still counts, and nothing new is remembered.
        failures++;
      }
      for (const maker of batch) {
        const row = rows ? rows.get(maker) : lately(maker);
        if (rows) keep(maker, row);
        const heard = waiting.get(maker) ?? [];
        waiting.delete(maker);
        waiters -= heard.length;
        for (const tell of heard) tell(row);
      }
    }
    asking = false;
  }

  return {
    /** Whether a recent answer knows the maker. */
    isKnown: (maker: string): boolean => fresh(maker)?.row !== undefined,
    /** The row from a recent answer or from the chain; undefined when unknown, not answered, or too many are waiting. */
    get(maker: string): Promise<MakerRow | undefined> | MakerRow | undefined {
      const answer = fresh(maker);
      if (answer) return answer.row;
      if (waiters >= MAX_WAITING || closing.signal.aborted) return undefined;
      waiters++;
      return new Promise((resolve) => {
        const others = waiting.get(maker);
        if (others) others.push(resolve);
        else waiting.set(maker, [resolve]);
        void ask();
      });
    },
    /** Asks anew about many makers, in the background of everything else; those without an answer are left out. */
    async refresh(makers: string[]): Promise<Map<string, MakerRow | undefined>> {
      const out = new Map<string, MakerRow | undefined>();
      for (let i = 0; i < makers.length && !closing.signal.aborted; i += BATCH) {
        const batch = makers.slice(i, i + BATCH);
        try {
          const rows = await view.makers(
            batch,
            AbortSignal.any([closing.signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)]),
          );
          for (const maker of batch) {
            keep(maker, rows.get(maker));
            out.set(maker, rows.get(maker));
          }
        } catch {
          failures++;
        }
      }
      return out;
    },
    /** Questions that had no answer. */
    get failures(): number {
      return failures;
    },
    close: () => closing.abort(),
  };
}

/** The row in the form that protocol's validation takes, for this kind of entry. */
function stateFor(entry: Entry, row: MakerRow | undefined): Validate.MakerState | undefined {
  if (!row) return undefined;
  const active = entry.kind === 'offer' ? row.mayOffer : entry.kind === 'bid' ? row.mayBid : true;
  return { active, cell: row.cell, nonceFloor: row.nonceFloor };
}

/** A reason to ignore the entry, from its maker's row. */
export function objection(
  entry: Entry,
  row: MakerRow | undefined,
  validate: typeof Validate.maker,
): { reason: string; stranger: boolean } | undefined {
  if (!row) return { reason: 'The maker is not known here yet.', stranger: true };
  if (entry.kind === 'cancel') return undefined;
  const result = validate(entry.order, stateFor(entry, row));
  return result.verdict === 'accept' ? undefined : { reason: result.reason, stranger: false };
}
