// What the tests share: a neighbourhood's keys, orders, and nodes on free ports that are closed after each test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Envelope, Keys, Message, Slot } from '@wattconnect/protocol';
import { afterEach, expect } from 'vitest';
import type { ChainView, MakerRow } from '../chain/view.ts';
import { type Client, type ClientOptions, createClient } from '../client/index.ts';
import { type Relay, type RelayOptions, startRelay } from '../relay.ts';

export const CONTRACT = 'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM.marketplace';
export const CHAIN_ID = 0x80000000;
export const CELL = 0x871f0d4b5ffffffn;
export const OTHER_CELL = 0x871f0d4b0ffffffn;

const closers: (() => Promise<unknown> | unknown)[] = [];
/** Closes it after the test, last opened first. */
export function after(close: () => Promise<unknown> | unknown): void {
  closers.push(close);
}
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'wattconnect-relay-'));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the value is there; fails with `what` after `ms`. */
export async function until<T>(what: string, value: () => T | Promise<T>, ms = 15_000): Promise<NonNullable<T>> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await value();
    if (found) return found as NonNullable<T>;
    if (performance.now() > end) expect.fail(`Timed out: ${what}`);
    await sleep(20);
  }
}

export async function relay(options: Partial<RelayOptions> = {}): Promise<Relay> {
  const started = await startRelay({ chainId: CHAIN_ID, contract: CONTRACT, cells: [CELL], ...options });
  after(started.close);
  return started;
}

export async function client(relays: string[], options: Partial<ClientOptions> = {}): Promise<Client> {
  const started = await createClient({ relays, chainId: CHAIN_ID, contract: CONTRACT, cells: [CELL], ...options });
  after(started.close);
  return started;
}

export const tcpOf = (one: Relay) => one.multiaddrs.find((address) => !address.includes('/ws'))!;
export const wsOf = (one: Relay) => one.multiaddrs.find((address) => address.includes('/ws'))!;

let nonces = 0n;
export type Signed = Envelope.Envelope & { order: Message.Order };

/** A good offer of a home, unless changed. */
export function offer(
  change: Partial<Message.Order> = {},
  {
    by = 'home-h01',
    kind = 'offer' as 'offer' | 'bid',
    domain = {} as Partial<Message.Domain>,
    now = Date.now() / 1000,
  } = {},
): Signed {
  const key = Keys.development(by);
  const order: Message.Order = {
    maker: Keys.address(key),
    cell: CELL,
    slot: Slot.of(Math.floor(now)) + 8n,
    wh: 3000n,
    minWh: 1000n,
    price: 300_000n,
    nonce: ++nonces,
    expiry: BigInt(Math.floor(now) + 3600),
    asset: null,
    ...change,
  };
  const cv = Message.encodeOrder(order);
  return {
    kind,
    cv,
    sig: Message.sign({ chainId: CHAIN_ID, contract: CONTRACT, purpose: kind, ...domain }, cv, key),
    order,
  };
}

export function cancellation({ maker, cell, nonce, expiry }: Message.Order, by = 'home-h01'): Envelope.Envelope {
  const cv = Message.encodeCancellation({ maker, cell, nonce, expiry });
  return {
    kind: 'cancel',
    cv,
    sig: Message.sign({ chainId: CHAIN_ID, contract: CONTRACT, purpose: 'cancel' }, cv, Keys.development(by)),
  };
}

/** A registry in memory, with the interface of the chain's. */
export function registry(rows: Record<string, Partial<MakerRow>>): ChainView & { asked: string[][]; down: boolean } {
  const view = {
    asked: [] as string[][],
    down: false,
    async makers(addresses: string[]) {
      view.asked.push(addresses);
      if (view.down) throw new Error('no answer');
      return new Map(
        addresses.flatMap((address) => {
          const row = rows[address];
          return row ? [[address, { mayOffer: true, mayBid: true, cell: CELL, nonceFloor: 0n, ...row }] as const] : [];
        }),
      );
    },
  };
  return view;
}

export const addressOf = (name: string) => Keys.address(Keys.development(name));
