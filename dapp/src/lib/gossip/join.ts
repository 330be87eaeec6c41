/**
 * Joins the neighbours' messages. One tab of this browser holds the connections (whichever has the lock); the others hear through it. Every tab
 * checks every promise itself: form, hour, signature. What is checked against the chain (amount left, seller's papers) comes with the views.
 */
import { type Client, createClient } from '@wattconnect/p2p-relay/client';
import { Bytes, Validate } from '@wattconnect/protocol';
import * as v from 'valibot';
import { app } from '../app.svelte.ts';
import { AppError } from '../core/errors.ts';
import { store } from '../db/db.ts';
import type { SignedOffer } from '../features/market/listing.ts';
import type { gossip } from './gossip.svelte.ts';

type Raw = { cv: Uint8Array; sig: Uint8Array };
type Word =
  | { type: 'hello' }
  | { type: 'offers'; offers: Raw[]; peers: number }
  | { type: 'gone'; maker: string; nonce: bigint }
  | { type: 'publish'; kind: 'offer' | 'cancel'; raw: Raw; ticket: string }
  | { type: 'published'; ticket: string; reason?: string };

const NAME = 'wattconnect-gossip';
const PATIENCE_MS = 12_000;
/** Nobody needs more in one page; a flood stops here. */
const MOST = 2_000;

let state: typeof gossip;
let client: Client | undefined;
const channel = new BroadcastChannel(NAME);
const tickets = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
const raws = new Map<string, Raw>();
const say = (word: Word): void => channel.postMessage(word);

const keyOf = ({ order }: SignedOffer): string => `${order.maker}-${order.nonce}`;

/** A promise that holds by itself, or undefined. */
const judge = ({ cv, sig }: Raw): SignedOffer | undefined => {
  const { settings, now } = app;
  if (!settings || now === undefined) return undefined;
  const verdict = Validate.order(cv, sig, {
    chainId: settings.chainId,
    contract: `${settings.deployer}.marketplace`,
    purpose: 'offer',
    network: settings.network,
    now,
  });
  return verdict.verdict === 'accept'
    ? { order: verdict.order, signature: sig, digest: Bytes.toHex(verdict.digest) }
    : undefined;
};

const admit = (incoming: Raw[]): void => {
  const known = new Map(state.offers.map((offer) => [keyOf(offer), offer]));
  let fresh = false;
  for (const raw of incoming) {
    if (known.size >= MOST) break;
    const offer = judge(raw);
    if (!offer || known.has(keyOf(offer))) continue;
    known.set(keyOf(offer), offer);
    raws.set(keyOf(offer), raw);
    fresh = true;
    const { maker, nonce, slot, expiry } = offer.order;
    void store.promises
      .put({
        id: `${maker}-${nonce}`,
        maker,
        slot: Number(slot),
        expiry: Number(expiry),
        cv: raw.cv,
        sig: raw.sig,
        at: Date.now(),
      })
      .catch(() => undefined);
  }
  if (fresh) state.offers = [...known.values()];
  state.heardAt = Date.now();
};

const drop = (maker: string, nonce: bigint): void => {
  const key = `${maker}-${nonce}`;
  raws.delete(key);
  state.offers = state.offers.filter((offer) => keyOf(offer) !== key);
  void store.promises.delete(key).catch(() => undefined);
};

/** Areas to follow: those of the settings, otherwise all that homes have written on chain. */
const cellsOf = async (): Promise<string[]> => {
  const named = app.settings?.cells ?? [];
  if (named.length) return named;
  const Answer = v.object({ households: v.array(v.object({ cell: v.nullish(v.union([v.string(), v.number()])) })) });
  const { data } = await app.indexers.ask('{ households(first: 1000) { cell } }', {}, Answer);
  return [
    ...new Set(
      data.households.flatMap(({ cell }) => (cell === null || cell === undefined ? [] : [BigInt(cell).toString(16)])),
    ),
  ].slice(0, 32);
};

const lead = async (): Promise<void> => {
  const { settings } = app;
  if (!settings?.relays.length) {
    state.state = 'silent';
    return;
  }
  client = await createClient({
    relays: settings.relays,
    chainId: settings.chainId,
    contract: `${settings.deployer}.marketplace`,
    cells: await cellsOf(),
    now: () => app.now ?? Date.now() / 1000,
  });
  const all = (): Raw[] => client?.offers().map(({ cv, sig }) => ({ cv, sig })) ?? [];
  const tell = (offers: Raw[]): void => {
    const peers = client?.peers().length ?? 0;
    state.peers = peers;
    state.state = peers > 0 ? 'listening' : state.state === 'listening' ? 'silent' : state.state;
    admit(offers);
    say({ type: 'offers', offers, peers });
  };
  client.on('offer', ({ cv, sig }) => tell([{ cv, sig }]));
  client.on('removed', ({ order }) => {
    drop(order.maker, order.nonce);
    say({ type: 'gone', maker: order.maker, nonce: order.nonce });
  });
  client.on('peers', () => tell(all()));
  tell(all());
  setTimeout(() => {
    if (client?.peers().length === 0) state.state = 'silent';
  }, PATIENCE_MS);
};

const send = async (kind: 'offer' | 'cancel', raw: Raw): Promise<void> => {
  if (!client) throw new AppError('gossip-silent', 'No relay is connected, so nobody would hear it.');
  try {
    await client.publish({ kind, cv: raw.cv, sig: raw.sig });
  } catch (error) {
    throw new AppError(
      'gossip-silent',
      `The neighbours did not take it: ${error instanceof Error ? error.message : 'no reason given'}`,
      { cause: error },
    );
  }
  if (kind === 'offer') {
    admit([raw]);
    say({ type: 'offers', offers: [raw], peers: client.peers().length });
  }
};

const hear = (word: Word): void => {
  switch (word.type) {
    case 'hello':
      if (client) say({ type: 'offers', offers: [...raws.values()], peers: client.peers().length });
      return;
    case 'offers':
      if (client) return;
      state.peers = word.peers;
      state.state = word.peers > 0 ? 'listening' : 'silent';
      admit(word.offers);
      return;
    case 'gone':
      drop(word.maker, word.nonce);
      return;
    case 'publish':
      if (client)
        void send(word.kind, word.raw).then(
          () => say({ type: 'published', ticket: word.ticket }),
          (error: Error) => say({ type: 'published', ticket: word.ticket, reason: error.message }),
        );
      return;
    case 'published': {
      const waiting = tickets.get(word.ticket);
      tickets.delete(word.ticket);
      if (word.reason === undefined) waiting?.resolve();
      else waiting?.reject(new AppError('gossip-silent', word.reason));
    }
  }
};

const known = async (): Promise<void> => {
  const now = app.now ?? 0;
  try {
    await store.promises.where('expiry').belowOrEqual(now).delete();
    admit((await store.promises.toArray()).map(({ cv, sig }) => ({ cv, sig })));
  } catch {
    // nothing remembered: the relays have everything that is alive
  }
};

/** Starts once. The lock is held as long as the tab lives; the next tab takes over by itself. */
export const join = async (target: typeof gossip): Promise<void> => {
  state = target;
  state.state = 'connecting';
  channel.addEventListener('message', ({ data }: MessageEvent<Word>) => hear(data));
  while (app.now === undefined) await new Promise((resolve) => setTimeout(resolve, 200));
  await known();
  say({ type: 'hello' });
  const forever = new Promise<void>(() => {});
  void navigator.locks.request(NAME, async () => {
    try {
      await lead();
      await forever;
    } catch {
      state.state = 'silent';
    }
  });
};

/** Sends a signed message to the neighbours. Throws AppError `gossip-silent` when nobody takes it. */
export const publish = (kind: 'offer' | 'cancel', cv: Uint8Array, sig: Uint8Array): Promise<void> => {
  if (client) return send(kind, { cv, sig });
  return new Promise((resolve, reject) => {
    const ticket = crypto.randomUUID();
    tickets.set(ticket, { resolve, reject });
    say({ type: 'publish', kind, raw: { cv, sig }, ticket });
    setTimeout(() => {
      if (tickets.delete(ticket))
        reject(new AppError('gossip-silent', 'No relay is connected, so nobody would hear it.'));
    }, PATIENCE_MS);
  });
};
