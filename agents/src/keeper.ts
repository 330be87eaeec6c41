// A keeper executes what has been signed and is due. It can change no term; anybody can be one.
import { Pc } from '@stacks/transactions';
import { call, type ErrorName, errorOf, resultOf } from '@wattconnect/contracts';
import type { ChainClient, Receipt } from './chain/hands.ts';
import { dueOf } from './chain/reads.ts';
import type { Reading1h } from './meter.ts';
import { type Quorum, rowsOf } from './oracle.ts';

/** Ids in one settlement. */
const BATCH = 50;

/** Somebody else was faster, or it was done before a restart: nothing is wrong. */
const DONE_ALREADY: ReadonlySet<ErrorName> = new Set([
  'ERR-NOTHING-ACCEPTED',
  'ERR-SLOT-CLOSED',
  'ERR-NOTHING-TO-SETTLE',
  'ERR-NOTHING-DUE',
]);

export class Keeper {
  readonly #chain: ChainClient;
  readonly #key: string;

  constructor(chain: ChainClient, key: string) {
    this.#chain = chain;
    this.#key = key;
  }

  async #all(ids: string[], harmless: ReadonlySet<string> = new Set()): Promise<Receipt[]> {
    const receipts = await this.#chain.included(ids);
    for (const { ok, code, status, txid } of receipts) {
      if (ok || harmless.has(status)) continue;
      const info = code === undefined ? undefined : errorOf(code);
      if (!info || !DONE_ALREADY.has(info.name))
        throw new Error(`The keeper’s transaction ${txid} failed: ${info?.message ?? `${status} ${code ?? ''}`}`);
    }
    return receipts;
  }

  /**
   * Hands in the reports of a slot.
   * @returns how many were taken: none when somebody else has handed in the same
   */
  async report(slot: bigint, readings: Reading1h[], signatures: Quorum): Promise<number> {
    const [receipt] = await this.#all([
      await this.#chain.submit(
        this.#key,
        call.energyOracle.submitProductions({ slot, rows: rowsOf(readings), signatures }),
      ),
    ]);
    return receipt!.ok ? Number(resultOf('energy-oracle', 'submit-productions', receipt!.result).accepted) : 0;
  }

  /** Makes the reports of a slot final: mints. */
  async finalize(slot: bigint, sellers: string[]): Promise<void> {
    const ids: string[] = [];
    for (const seller of sellers)
      ids.push(await this.#chain.submit(this.#key, call.tradeEscrow.finalize({ seller, slot })));
    await this.#all(ids);
  }

  /**
   * Settles the trades of a slot, by seller.
   * @returns how many were settled
   */
  async settle(slot: bigint, trades: Map<string, bigint[]>): Promise<number> {
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
    const receipts = await this.#all(ids);
    return receipts
      .filter(({ ok }) => ok)
      .reduce((sum, { result }) => sum + Number(resultOf('trade-escrow', 'settle-slot', result).trades), 0);
  }

  /**
   * Pays out what is due to each: exactly what escrow owes leaves it, or nothing happens.
   * When more falls due in the same moment the transaction rolls back; the next round asks again.
   * @returns who was paid
   */
  async payout(who: string[]): Promise<string[]> {
    const escrow = `${this.#chain.deployer}.trade-escrow`;
    const token = `${this.#chain.deployer}.energy-token` as `${string}.${string}`;
    const paid: { one: string; txid: string }[] = [];
    for (const one of who) {
      const due = await dueOf(this.#chain, one);
      if (due.micro === 0n && due.wh === 0n) continue;
      const pays = [
        ...(due.micro > 0n ? [Pc.principal(escrow).willSendEq(due.micro).ustx()] : []),
        ...(due.wh > 0n ? [Pc.principal(escrow).willSendEq(due.wh).ft(token, 'kwh')] : []),
      ];
      paid.push({ one, txid: await this.#chain.submit(this.#key, call.tradeEscrow.payout({ who: one }), pays) });
    }
    const receipts = await this.#all(
      paid.map(({ txid }) => txid),
      new Set(['abort_by_post_condition']),
    );
    return paid.flatMap(({ one }, i) => (receipts[i]!.ok ? [one] : []));
  }
}
