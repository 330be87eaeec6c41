// Tells of orders as they come and go.
import type { Book, Entry, RemovalReason, StoredOffer, StoredOrder } from './book.ts';

export type OrderEvents = {
  offer: (offer: StoredOffer) => void;
  bid: (bid: StoredOrder) => void;
  /** An order is gone: it expired, its maker withdrew it, or the chain refuses it now. */
  removed: (order: StoredOrder, reason: RemovalReason) => void;
};

export type Listen<E> = <Name extends keyof E>(event: Name, listener: E[Name]) => () => void;

const isOffer = (entry: Entry): entry is StoredOffer => entry.kind === 'offer';

/** Calls back on each event of the book until the function that `on` returns is called. */
export function createOrderEvents(book: Book): Listen<OrderEvents> {
  const listeners: { [Name in keyof OrderEvents]: Set<OrderEvents[Name]> } = {
    offer: new Set(),
    bid: new Set(),
    removed: new Set(),
  };
  book.listen({
    added(entry) {
      if (isOffer(entry)) for (const tell of listeners.offer) tell(entry);
      else if (entry.kind === 'bid') for (const tell of listeners.bid) tell(entry);
    },
    removed(entry, reason) {
      if (entry.kind !== 'cancel') for (const tell of listeners.removed) tell(entry, reason);
    },
  });
  return (event, listener) => {
    listeners[event].add(listener);
    return () => void listeners[event].delete(listener);
  };
}
