/** What the demo wallet shows its owner before it signs. Everything in it is read from the request itself, not from what the page says about it. */
export const DEMO_WALLET_ID = 'WattConnectDemoWallet';

export type Ask = {
  title: string;
  /** What happens, in plain words. */
  words: string[];
  /** What leaves the wallet and what may happen besides, in plain words. */
  effects: { icon: 'lock' | 'shield' | 'wallet' | 'pen'; text: string }[];
  /** For those who want to see it: label and value. */
  details: [label: string, value: string][];
  account: { name: string; address: string };
  origin: string;
  yes: string;
};
