/**
 * The reader's wallet, as thin as it can be: nothing of stacks.js is loaded before the first wallet action.
 * A connected address is remembered by @stacks/connect itself; this only reads it.
 */
import type { MethodParams, MethodResult, Methods } from '@stacks/connect';
import { app } from '../app.svelte.ts';
import { AppError } from '../core/errors.ts';
import { allowsDemoWallet } from '../core/settings.ts';
import { DEMO_WALLET_ID, type Ask } from './ask.ts';

export type Choice = { id: string; name: string; icon: string | undefined; webUrl: string | undefined; installed: boolean };
export type DemoHome = { index: number; name: string; about: string | undefined; address: string };
export type Question = Ask & { answer: (yes: boolean) => void };

const DEMO_CHOICE = 'wattconnect.demo';

class Wallet {
  address = $state<string>();
  /** The picker is open. */
  picking = $state(false);
  /** What the demo wallet asks its owner. */
  question = $state.raw<Question>();
  /** Names of demo homes whose addresses had to be worked out from their keys. */
  demoNames = $state.raw<Record<string, string>>({});
  #active = 0;
  #lib: Promise<typeof import('@stacks/connect')> | undefined;
  #demo: Promise<DemoHome[]> | undefined;

  get demoAllowed(): boolean {
    return app.settings !== undefined && allowsDemoWallet(app.settings, location);
  }

  /** Reads what an earlier visit left, without loading the library. */
  restore(): void {
    try {
      const hex = localStorage.getItem('@stacks/connect');
      const provider = localStorage.getItem('STX_PROVIDER');
      if (!hex || !provider) return;
      if (provider === DEMO_WALLET_ID) {
        if (!this.demoAllowed) return;
        this.#active = Number(localStorage.getItem(DEMO_CHOICE) ?? 0);
      }
      const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
      this.address = stacksAddress((value as { addresses?: { stx?: { address?: unknown }[] } }).addresses?.stx ?? []);
      if (provider === DEMO_WALLET_ID && this.address) void this.demoHomes();
    } catch {
      // nothing usable was left: not connected
    }
  }

  /** The homes that the demo wallet can be. Loads it. */
  demoHomes(): Promise<DemoHome[]> {
    this.#demo ??= import('./demo.ts').then(({ homesOf, registerDemoWallet }) => {
      const { settings } = app;
      if (!settings || !this.demoAllowed) throw new AppError('wallet-refused', 'The demo wallet only works with a chain on this machine.');
      const homes = homesOf(settings);
      this.demoNames = Object.fromEntries(homes.map(({ address, name }) => [address, name]));
      registerDemoWallet({
        settings,
        active: () => this.#active,
        confirm: (ask) =>
          new Promise((resolve) => {
            this.question = {
              ...ask,
              answer: (yes) => {
                this.question = undefined;
                resolve(yes);
              },
            };
          }),
      });
      return homes;
    });
    return this.#demo;
  }

  /** Wallets in this browser first, then those that could be installed. The demo wallet is offered by its homes instead. */
  async choices(): Promise<Choice[]> {
    const { DEFAULT_PROVIDERS } = await this.#connect();
    const registered = (window as unknown as { wbip_providers?: { id: string; name: string; icon?: string; webUrl?: string }[] }).wbip_providers ?? [];
    const seen = new Set<string>([DEMO_WALLET_ID]);
    return [...registered, ...DEFAULT_PROVIDERS]
      .filter(({ id }) => !seen.has(id) && seen.add(id))
      .map(({ id, name, icon, webUrl }) => ({ id, name, icon, webUrl, installed: reachable(id) }))
      .sort((a, b) => Number(b.installed) - Number(a.installed));
  }

  async connectHome(index: number): Promise<void> {
    await this.demoHomes();
    const before = this.#active;
    this.#active = index;
    try {
      await this.connectWith(DEMO_WALLET_ID);
      localStorage.setItem(DEMO_CHOICE, String(index));
    } catch (error) {
      this.#active = before;
      throw error;
    }
  }

  /** Asks a wallet for its address. Throws AppError `wallet-refused` or `wallet-wrong-network`. */
  async connectWith(id: string): Promise<void> {
    const lib = await this.#connect();
    const previous = lib.getSelectedProviderId();
    lib.setSelectedProviderId(id);
    try {
      // without `network`: one of the wallets refuses the parameter
      const { addresses } = await lib.request('getAddresses');
      const address = stacksAddress(addresses);
      if (!address) throw new AppError('wallet-missing', 'This wallet showed no Stacks address.');
      const wanted = app.settings?.network === 'mainnet' ? /^S[PM]/ : /^S[TN]/;
      if (!wanted.test(address))
        throw new AppError('wallet-wrong-network', `This wallet is set to another network. Switch it to ${app.settings?.network} and connect again.`);
      this.address = address;
    } catch (error) {
      if (previous) lib.setSelectedProviderId(previous);
      else lib.clearSelectedProviderId();
      throw error instanceof AppError ? error : refusal(error);
    }
  }

  /** Passes a request to the connected wallet. Throws AppError `wallet-refused` when its owner says no. */
  async request<M extends keyof Methods>(method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
    const lib = await this.#connect();
    // it must be registered first: otherwise the library opens a picker of its own
    if (lib.getSelectedProviderId() === DEMO_WALLET_ID) await this.demoHomes();
    try {
      return await lib.request(method, params);
    } catch (error) {
      throw refusal(error);
    }
  }

  async disconnect(): Promise<void> {
    const lib = await this.#connect();
    lib.disconnect();
    this.address = undefined;
  }

  #connect(): Promise<typeof import('@stacks/connect')> {
    this.#lib ??= import('@stacks/connect');
    return this.#lib;
  }
}

const stacksAddress = (addresses: readonly { address?: unknown }[]): string | undefined =>
  addresses.map(({ address }) => address).find((address): address is string => typeof address === 'string' && /^S[PMTN][0-9A-HJKMNP-TV-Z]{27,40}$/.test(address));

const reachable = (id: string): boolean =>
  id.split('.').reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], window) !== undefined;

const refusal = (error: unknown): AppError => {
  const { code, message } = error as { code?: number; message?: string };
  if (code === -32000 || code === -31001 || code === 4001) return new AppError('wallet-refused', 'You said no in your wallet. Nothing was signed.', { cause: error });
  return new AppError('wallet-refused', `Your wallet did not do it: ${message ?? 'no reason given'}.`, { cause: error });
};

export const wallet = new Wallet();

/** What a neighbour is called: by the settings, otherwise by the last letters of the address. */
export const nameOf = (address: string): string => {
  const { settings } = app;
  return (
    settings?.names[address] ??
    settings?.accounts.find((account) => account.address === address)?.name ??
    wallet.demoNames[address] ??
    `Home ${address.slice(-4)}`
  );
};

/** The same, but "you" for the reader. */
export const whoIs = (address: string): string => (address === wallet.address ? 'you' : nameOf(address));
