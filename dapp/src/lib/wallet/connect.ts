/**
 * Speaks with wallets through @stacks/connect, which is loaded with the first wallet action. A connected address is remembered by that library
 * itself; until then this only reads what it left.
 */
import type { MethodParams, MethodResult, Methods } from '@stacks/connect';
import { app } from '../app.svelte.ts';
import { AppError } from '../core/errors.ts';
import { allowsDemoWallet } from '../core/settings.ts';
import { DEMO_WALLET_ID } from './ask.ts';
import { nameOf, wallet } from './wallet.svelte.ts';

export type Choice = {
  id: string;
  name: string;
  icon: string | undefined;
  webUrl: string | undefined;
  installed: boolean;
};
export type DemoHome = { index: number; name: string; about: string | undefined; address: string };

type Library = typeof import('@stacks/connect');
const DEMO_CHOICE = 'wattconnect.demo';

let active = 0;
let loading: Promise<Library> | undefined;
let homes: Promise<DemoHome[]> | undefined;

const library = (): Promise<Library> => {
  loading ??= import('@stacks/connect');
  return loading;
};

export const demoAllowed = (): boolean => app.settings !== undefined && allowsDemoWallet(app.settings, location);

/** Reads what an earlier visit left, without loading the library. */
export const restore = (): void => {
  try {
    const hex = localStorage.getItem('@stacks/connect');
    const provider = localStorage.getItem('STX_PROVIDER');
    if (!hex || !provider) return;
    if (provider === DEMO_WALLET_ID) {
      if (!demoAllowed()) return;
      active = Number(localStorage.getItem(DEMO_CHOICE) ?? 0);
    }
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    wallet.address = stacksAddress((value as { addresses?: { stx?: { address?: unknown }[] } }).addresses?.stx ?? []);
    // settings without addresses: the names have to be worked out from the keys
    if (provider === DEMO_WALLET_ID && wallet.address && nameOf(wallet.address).startsWith('Home ')) void demoHomes();
  } catch {
    // nothing usable was left: not connected
  }
};

/** The homes that the demo wallet can be. Puts it into the window. */
export const demoHomes = (): Promise<DemoHome[]> => {
  homes ??= import('./demo.ts').then(({ homesOf, registerDemoWallet }) => {
    const { settings } = app;
    if (!settings || !demoAllowed())
      throw new AppError('wallet-refused', 'The demo wallet only works with a chain on this machine.');
    const list = homesOf(settings);
    wallet.demoNames = Object.fromEntries(list.map(({ address, name }) => [address, name]));
    registerDemoWallet({
      settings,
      active: () => active,
      confirm: (ask) =>
        new Promise((resolve) => {
          wallet.question = {
            ...ask,
            answer: (yes) => {
              wallet.question = undefined;
              resolve(yes);
            },
          };
        }),
    });
    return list;
  });
  return homes;
};

/** Wallets in this browser first, then those that could be installed. The demo wallet is offered by its homes instead. */
export const choices = async (): Promise<Choice[]> => {
  const { DEFAULT_PROVIDERS } = await library();
  const { wbip_providers: registered = [] } = window as unknown as {
    wbip_providers?: { id: string; name: string; icon?: string; webUrl?: string }[];
  };
  const seen = new Set<string>([DEMO_WALLET_ID]);
  return [...registered, ...DEFAULT_PROVIDERS]
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .map(({ id, name, icon, webUrl }) => ({ id, name, icon, webUrl, installed: reachable(id) }))
    .sort((a, b) => Number(b.installed) - Number(a.installed));
};

export const connectHome = async (index: number): Promise<void> => {
  await demoHomes();
  const before = active;
  active = index;
  try {
    await connectWith(DEMO_WALLET_ID);
    localStorage.setItem(DEMO_CHOICE, String(index));
  } catch (error) {
    active = before;
    throw error;
  }
};

/** Asks a wallet for its address. Throws AppError `wallet-refused`, `wallet-missing` or `wallet-wrong-network`. */
export const connectWith = async (id: string): Promise<void> => {
  const lib = await library();
  const previous = lib.getSelectedProviderId();
  lib.setSelectedProviderId(id);
  try {
    // without `network`: one of the wallets refuses the parameter
    const { addresses } = await lib.request('getAddresses');
    const address = stacksAddress(addresses);
    if (!address) throw new AppError('wallet-missing', 'This wallet showed no Stacks address.');
    const network = app.settings?.network;
    if (!(network === 'mainnet' ? /^S[PM]/ : /^S[TN]/).test(address))
      throw new AppError(
        'wallet-wrong-network',
        `This wallet is set to another network. Switch it to ${network} and connect again.`,
      );
    wallet.address = address;
  } catch (error) {
    if (previous) lib.setSelectedProviderId(previous);
    else lib.clearSelectedProviderId();
    throw error instanceof AppError ? error : refusal(error);
  }
};

/** Passes a request to the connected wallet. Throws AppError `wallet-refused` when its owner says no. */
export const request = async <M extends keyof Methods>(
  method: M,
  params: MethodParams<M>,
): Promise<MethodResult<M>> => {
  const lib = await library();
  // it must be in the window first: otherwise the library opens a picker of its own
  if (lib.getSelectedProviderId() === DEMO_WALLET_ID) await demoHomes();
  try {
    return await lib.request(method, params);
  } catch (error) {
    throw refusal(error);
  }
};

export const disconnect = async (): Promise<void> => {
  (await library()).disconnect();
  wallet.address = undefined;
};

const stacksAddress = (addresses: readonly { address?: unknown }[]): string | undefined =>
  addresses
    .map(({ address }) => address)
    .find(
      (address): address is string => typeof address === 'string' && /^S[PMTN][0-9A-HJKMNP-TV-Z]{27,40}$/.test(address),
    );

const reachable = (id: string): boolean =>
  id.split('.').reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], window) !==
  undefined;

/** Codes with which wallets say that their owner said no: JSON-RPC's user rejection, connect's own, and EIP-1193's. */
const SAID_NO = new Set([-32000, -31001, 4001]);

/** Words of the Stacks node for a transaction that it does not take, and what to do about it. */
const NOT_TAKEN: [word: RegExp, sentence: string][] = [
  [
    /BadNonce|ConflictingNonceInMempool/,
    'The network did not take it: your wallet gave it a number that another transaction of yours has already. Wait for a block and try again.',
  ],
  [
    /NotEnoughFunds/,
    'The network did not take it: your wallet does not have enough STX for the amount and the network fee.',
  ],
  [/FeeTooLow/, 'The network did not take it: the network fee has gone up. Try again, it is read anew.'],
];

const refusal = (error: unknown): AppError => {
  const { code, message } = error as { code?: number; message?: string };
  if (code !== undefined && SAID_NO.has(code))
    return new AppError('wallet-refused', 'You said no in your wallet. Nothing was signed.', { cause: error });
  const known = NOT_TAKEN.find(([word]) => word.test(message ?? ''));
  if (known) return new AppError('wallet-refused', `${known[1]} Nothing was paid.`, { cause: error });
  return new AppError('wallet-refused', `Your wallet did not do it: ${message ?? 'no reason given'}.`, {
    cause: error,
  });
};
