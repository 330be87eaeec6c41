// Who took part in which transaction, and what that moved: the part of the API that a node does not know.
import type { Block, Chain, Receipt } from '../chain.ts';

type Flow = { sent: bigint; received: bigint };
export type Movements = { transfer: number; mint: number; burn: number };
export type Entry = {
  receipt: Receipt;
  block: Block;
  /** µSTX, the fee included. */
  stxSent: bigint;
  stxReceived: bigint;
  events: { stx: Movements; ft: Movements; nft: Movements };
};
export type Account = {
  /** Oldest first. */
  entries: Entry[];
  stx: Flow;
  fees: bigint;
  /** By asset identifier. */
  tokens: Map<string, Flow>;
  items: Map<string, { count: bigint } & Flow>;
};

const nothing = (): Movements => ({ transfer: 0, mint: 0, burn: 0 });

export class Activity {
  #accounts = new Map<string, Account>();
  #all: { receipt: Receipt; block: Block }[] = [];

  constructor(chain: Chain) {
    const rebuild = () => {
      this.#accounts = new Map();
      this.#all = [];
      for (const block of chain.blocks) this.#add(block);
    };
    rebuild();
    chain.onChange(({ rollback, apply }) => {
      if (rollback.length > 0) rebuild();
      else for (const block of apply) this.#add(block);
    });
  }

  /** All transactions, oldest first. */
  get all(): readonly { receipt: Receipt; block: Block }[] {
    return this.#all;
  }
  of(principal: string): Account | undefined {
    return this.#accounts.get(principal);
  }

  #account(principal: string): Account {
    const found = this.#accounts.get(principal);
    if (found) return found;
    const made: Account = {
      entries: [],
      stx: { sent: 0n, received: 0n },
      fees: 0n,
      tokens: new Map(),
      items: new Map(),
    };
    this.#accounts.set(principal, made);
    return made;
  }

  #add(block: Block): void {
    for (const receipt of block.receipts) {
      const { tx, events } = receipt;
      this.#all.push({ receipt, block });
      const entries = new Map<string, Entry>();
      const entry = (principal: string): Entry => {
        const found = entries.get(principal);
        if (found) return found;
        const made: Entry = {
          receipt,
          block,
          stxSent: 0n,
          stxReceived: 0n,
          events: { stx: nothing(), ft: nothing(), nft: nothing() },
        };
        entries.set(principal, made);
        this.#account(principal).entries.push(made);
        return made;
      };
      entry(tx.sender);
      entry(tx.payer).stxSent += tx.fee;
      this.#account(tx.payer).fees += tx.fee;
      if (tx.payload.type === 'transfer') entry(tx.payload.recipient);
      else entry(tx.payload.contract);
      for (const { event, data } of events) {
        const [, kind, action] = /^(stx|ft|nft)_(transfer|mint|burn)_event$/.exec(event) ?? [];
        if (!kind || !action) continue;
        const parties = [
          ['sent', data.sender],
          ['received', data.recipient],
        ] as const;
        for (const [way, who] of parties) {
          if (typeof who !== 'string' || who === '') continue;
          const mine = entry(who);
          mine.events[kind as 'stx'][action as 'transfer'] += 1;
          this.#move(who, mine, kind, way, data);
        }
      }
    }
  }

  #move(who: string, mine: Entry, kind: string, way: keyof Flow, data: Record<string, unknown>): void {
    const account = this.#account(who);
    if (kind === 'stx') {
      const amount = BigInt(String(data.amount));
      account.stx[way] += amount;
      if (way === 'sent') mine.stxSent += amount;
      else mine.stxReceived += amount;
      return;
    }
    const asset = String(data.asset_identifier);
    if (kind === 'ft') {
      const flow = account.tokens.get(asset) ?? { sent: 0n, received: 0n };
      flow[way] += BigInt(String(data.amount));
      account.tokens.set(asset, flow);
    } else {
      const flow = account.items.get(asset) ?? { count: 0n, sent: 0n, received: 0n };
      flow[way] += 1n;
      flow.count += way === 'received' ? 1n : -1n;
      account.items.set(asset, flow);
    }
  }
}
