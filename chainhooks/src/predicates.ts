// What is registered at a Chainhook node. Blocks are asked for whole: a view must know of blocks without events too, or it cannot follow a fork.
import { readFileSync } from 'node:fs';

export const NETWORKS = ['devnet', 'testnet', 'mainnet'] as const;
export type Network = (typeof NETWORKS)[number];

type Spec = {
  decode_clarity_values: false;
  include_contract_abi: false;
  if_this: { scope: 'block_height'; higher_than: number };
};
export type PredicateFile = { name: string; version: 1; chain: 'stacks'; networks: { mainnet?: Spec; testnet?: Spec } };

/**
 * A development network speaks as a test network: Chainhook knows no third. No start block: what came before is pulled, and a node would scan
 * its whole chain for it.
 */
export function predicateOf(network: Network): PredicateFile {
  const spec: Spec = {
    decode_clarity_values: false,
    include_contract_abi: false,
    if_this: { scope: 'block_height', higher_than: 0 },
  };
  return {
    name: `wattconnect-${network}`,
    version: 1,
    chain: 'stacks',
    networks: network === 'mainnet' ? { mainnet: spec } : { testnet: spec },
  };
}

/** The committed predicate of a network. */
export function readPredicate(network: Network): PredicateFile {
  return JSON.parse(readFileSync(new URL(`../predicates/${network}.json`, import.meta.url), 'utf8')) as PredicateFile;
}
