// Reads the registry and the clock from a Stacks node (or the development chain, which speaks the same).
import { Cl } from '@stacks/transactions';
import { call, resultOf } from '@wattconnect/contracts';
import { RelayError } from '../errors.ts';
import type { ChainView, MakerRow } from './view.ts';

/** Bits of a registry row, and those that trading asks for. Source: user-registry and marketplace. */
const BIT = { consumer: 1n, producer: 2n, verified: 4n, certified: 8n, inactive: 16n };
const MAX_ANSWER_BYTES = 256 * 1024;

export type StacksNode = ChainView & {
  /** Time of the newest block, unix seconds. Throws when the node does not answer. */
  time: (signal: AbortSignal) => Promise<number>;
};

async function ask(url: string, init: RequestInit & { signal: AbortSignal }): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  if (text.length > MAX_ANSWER_BYTES) throw new Error(`${url} answers too much`);
  return JSON.parse(text);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function rowOf({ bits, cell, nonceFloor }: { bits: bigint; cell: bigint; nonceFloor: bigint }): MakerRow {
  const has = (bit: bigint) => (bits & bit) !== 0n;
  const verified = has(BIT.verified) && !has(BIT.inactive);
  return {
    mayOffer: verified && has(BIT.producer) && has(BIT.certified),
    mayBid: verified && has(BIT.consumer),
    cell,
    nonceFloor,
  };
}

/** @param contract the marketplace; the registry is its deployer's */
export function createStacksNode(url: string, contract: string): StacksNode {
  let base: string;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw new Error('not http');
    base = parsed.href.replace(/\/$/, '');
  } catch {
    throw new RelayError('bad-option', `"${url}" is no URL of a Stacks node. Write it like http://127.0.0.1:3999.`);
  }
  const [deployer] = contract.split('.') as [string];

  return {
    async makers(addresses, signal) {
      const { contractName, functionName, functionArgs } = call.userRegistry.getUsers({ who: addresses });
      const answer = await ask(`${base}/v2/contracts/call-read/${deployer}/${contractName}/${functionName}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sender: deployer, arguments: functionArgs.map((arg) => `0x${Cl.serialize(arg)}`) }),
        signal,
      });
      if (!isRecord(answer) || answer.okay !== true || typeof answer.result !== 'string')
        throw new Error('the node refuses to read the registry');
      const rows = resultOf('user-registry', 'get-users', Cl.deserialize(answer.result));
      return new Map(addresses.flatMap((address, i) => (rows[i] ? [[address, rowOf(rows[i])] as const] : [])));
    },
    async time(signal) {
      const answer = await ask(`${base}/extended/v2/blocks?limit=1`, { signal });
      const [block] = isRecord(answer) && Array.isArray(answer.results) ? answer.results : [];
      if (!isRecord(block) || typeof block.block_time !== 'number') throw new Error('the node names no block');
      return block.block_time;
    },
  };
}
