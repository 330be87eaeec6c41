// Transactions that wait, in the order in which they came.
import { Rejection } from './errors.ts';
import type { Tx } from './transactions.ts';

/** How far ahead of its account's nonce a transaction may be: a node's MAXIMUM_MEMPOOL_TX_CHAINING. */
export const MAX_CHAINING = 25n;
const MAX_WAITING = 8192;

/** The places that a transaction takes: one nonce of its origin, and one of its sponsor. */
function placesOf(tx: Tx): string[] {
  const places = [`${tx.sender} ${tx.nonce}`];
  if (tx.sponsor) places.push(`${tx.sponsor.address} ${tx.sponsor.nonce}`);
  return places;
}

export class Mempool implements Iterable<Tx> {
  readonly #waiting = new Map<string, Tx>();
  readonly #places = new Map<string, Tx>();

  get size(): number {
    return this.#waiting.size;
  }
  [Symbol.iterator](): Iterator<Tx> {
    return this.#waiting.values();
  }
  get(txid: string): Tx | undefined {
    return this.#waiting.get(txid);
  }
  /** Nonces of an address in use here, as origin or as sponsor. */
  noncesOf(address: string): bigint[] {
    return [...this].flatMap(({ sender, nonce, sponsor }) => [
      ...(sender === address ? [nonce] : []),
      ...(sponsor?.address === address ? [sponsor.nonce] : []),
    ]);
  }
  taken(address: string, nonce: bigint): boolean {
    return this.#places.has(`${address} ${nonce}`);
  }

  /** Who would have to go for this one. @throws {Rejection} when it does not pay more than they do, or there is no room */
  rivals(tx: Tx): Tx[] {
    const rivals = new Set(placesOf(tx).flatMap((place) => this.#places.get(place) ?? []));
    for (const rival of rivals)
      if (rival.fee >= tx.fee) throw new Rejection('ConflictingNonceInMempool', undefined, tx.txid);
    if (rivals.size === 0 && this.size >= MAX_WAITING)
      throw new Rejection('ServerFailureOther', { message: `${MAX_WAITING} transactions are waiting.` }, tx.txid);
    return [...rivals];
  }

  add(tx: Tx): void {
    this.#waiting.set(tx.txid, tx);
    for (const place of placesOf(tx)) this.#places.set(place, tx);
  }

  /** Puts transactions before all others, in their order: those that a reorganisation gave back. */
  addFirst(txs: Tx[]): void {
    const later = [...this];
    this.#waiting.clear();
    for (const tx of [...txs, ...later]) this.add(tx);
  }

  remove(tx: Tx): void {
    this.#waiting.delete(tx.txid);
    for (const place of placesOf(tx)) if (this.#places.get(place) === tx) this.#places.delete(place);
  }
}
