// The contracts in the order of their deployment: each depends only on those before it.

export const TRAITS = ['sip-010-trait', 'proposal-trait'] as const;
export const CONTRACTS = [
  'governance-dao',
  'energy-token',
  'reputation-system',
  'user-registry',
  'energy-oracle',
  'trade-escrow',
  'marketplace',
  'dispute-resolution',
] as const;
export type ContractName = (typeof CONTRACTS)[number];
/** Assets to pay in that exist on this network only: tests/assets/*.clar. */
export const TEST_ASSETS = { devnet: ['test-dollar', 'test-btc'], testnet: [], mainnet: [] } as const;
export const BOOTSTRAP = {
  devnet: 'bootstrap-devnet',
  testnet: 'bootstrap-testnet',
  mainnet: 'bootstrap-mainnet',
} as const;
