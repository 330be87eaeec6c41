/** Who the reader is, for the pages. Speaking with wallets is done by `connect.ts`, which is loaded when it is needed. */
import { app } from '../app.svelte.ts';
import type { Ask } from './ask.ts';

export type Question = Ask & { answer: (yes: boolean) => void };

class Wallet {
  address = $state<string>();
  /** The picker is open. */
  picking = $state(false);
  /** What the demo wallet asks its owner. */
  question = $state.raw<Question>();
  /** Names of demo homes whose addresses had to be worked out from their keys. */
  demoNames = $state.raw<Record<string, string>>({});
}

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
