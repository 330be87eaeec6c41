// A keeper executes what has been signed and is due. It can change no term; anybody can be one.
import { call, errorOf } from '@wattconnect/contracts';
import type { ChainClient, Receipt } from './chain/hands.ts';
import type { Reading1h } from './meter.ts';
import { type Quorum, rowsOf } from './oracle.ts';

/** Ids in one settlement. */
const BATCH = 50;

/** Somebody else was faster, or it was done before a restart: nothing is wrong. */
const DONE_ALREADY = new Set([
  'ERR-NOTHING-ACCEPTED',
  'ERR-SLOT-CLOSED',
  'ERR-FINAL',
  'ERR-NOTHING-DUE',
  'ERR-NOTHING-SETTLED',
  'ERR-NOT-OPEN',
]);

export class Keeper {
  readonly #chain: ChainClient;
  readonly #key: string;

  constructor(chain: ChainClient, key: string) {
    this.#chain = chain;
    this.#key = key;
  }

  async #all(ids: string[]): Promise<Receipt[]> {
    const receipts = await this.#chain.included(ids);
    for (const { ok, code, status, txid } of receipts) {
      if (ok) continue;
      const info = code === undefined ? undefined : errorOf(code);
      if (!info || !DONE_ALREADY.has(info.name))
        throw new Error(`The keeper’s transaction ${txid} failed: ${info?.message ?? `${status} ${code ?? ''}`}`);
    }
    return receipts;
  }

  /** Hands in the reports of a slot. */
  async report(slot: bigint, readings: Reading1h[], signatures: Quorum): Promise<void> {
    await this.#all([
      await this.#chain.submit(
        this.#key,
        call.energyOracle.submitProductions({ slot, rows: rowsOf(readings), signatures }),
      ),
    ]);
  }

  /** Makes the reports of a slot final: mints. */
  async finalize(slot: bigint, sellers: string[]): Promise<void> {
    const ids: string[] = [];
    for (const seller of sellers)
      ids.push(await this.#chain.submit(this.#key, call.tradeEscrow.finalize({ seller, slot })));
    await this.#all(ids);
  }

  /** Settles the trades of a slot, by seller. */
  async settle(slot: bigint, trades: Map<string, bigint[]>): Promise<void> {
    const ids: string[] = [];
    for (const [seller, all] of trades) {
      const sorted = [...all].sort((a, b) => (a < b ? -1 : 1));
      for (let i = 0; i < sorted.length; i += BATCH)
        ids.push(
          await this.#chain.submit(
            this.#key,
            call.tradeEscrow.settleSlot({ seller, slot, ids: sorted.slice(i, i + BATCH) }),
          ),
        );
    }
    await this.#all(ids);
  }

  /** Pays out what is due to each. The money and the tokens are escrow's, so no condition on the keeper is needed but that nothing leaves it. */
  async payout(who: string[], pays: (who: string) => Parameters<ChainClient['submit']>[2]): Promise<void> {
    const ids: string[] = [];
    for (const one of who)
      ids.push(await this.#chain.submit(this.#key, call.tradeEscrow.payout({ who: one }), pays(one)));
    await this.#all(ids);
  }
}
