import { app } from '../app.svelte.ts';
import { balanceOf } from '../chain/node.ts';
import { energyOf } from '../chain/reads.ts';
import { balance } from './balance.svelte.ts';
import { wallet } from './wallet.svelte.ts';

const GAP_MS = 1_500;
let askedAt = 0;
let askedFor: string | undefined;

/** Reads the wallet's balances again, at most every second and a half for one address. */
export const refresh = async (): Promise<void> => {
  const { address } = wallet;
  if (!address || !app.settings) return;
  if (address === askedFor && Date.now() - askedAt < GAP_MS) return;
  askedAt = Date.now();
  askedFor = address;
  try {
    const [stx, kwh] = await Promise.all([balanceOf(address), energyOf(address)]);
    if (address !== wallet.address) return;
    balance.stx = stx;
    balance.kwh = kwh;
    balance.at = Date.now();
  } catch {
    // the figure keeps its age
  }
};
