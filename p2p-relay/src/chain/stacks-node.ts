// Reads the registry and the clock from a Stacks node (or the development chain, which speaks the same).
import { Cl, ClarityType, type ClarityValue, cvToHex, hexToCV } from '@stacks/transactions';
import { RelayError } from '../errors.ts';
import type { ChainView, MakerRow } from './view.ts';

/** Bits of a registry row. Source: user-registry; what may trade: marketplace. */
const BIT = { consumer: 1n, producer: 2n, verified: 4n, certified: 8n, inactive: 16n };
const PARALLEL = 8;
const MAX_ANSWER_BYTES = 64 * 1024;

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

function rowOf(value: ClarityValue): MakerRow | undefined {
  if (value.type === ClarityType.OptionalNone) return undefined;
  const tuple = value.type === ClarityType.OptionalSome ? value.value : value;
  if (tuple.type !== ClarityType.Tuple) throw new Error('get-user does not answer with a tuple');
  const uint = (name: string): bigint => {
    const field = tuple.value[name];
    if (field?.type !== ClarityType.UInt) throw new Error(`get-user answers without the uint ${name}`);
    return BigInt(field.value);
  };
  const bits = uint('bits');
  const has = (bit: bigint) => (bits & bit) !== 0n;
  const verified = has(BIT.verified) && !has(BIT.inactive);
  return {
    mayOffer: verified && has(BIT.producer) && has(BIT.certified),
    mayBid: verified && has(BIT.consumer),
    cell: uint('cell'),
    nonceFloor: uint('nonce-floor'),
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

  async function maker(address: string, signal: AbortSignal): Promise<MakerRow | undefined> {
    const answer = await ask(`${base}/v2/contracts/call-read/${deployer}/user-registry/get-user`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sender: deployer, arguments: [cvToHex(Cl.principal(address))] }),
      signal,
    });
    if (!isRecord(answer) || answer.okay !== true || typeof answer.result !== 'string')
      throw new Error('the node refuses to read the registry');
    return rowOf(hexToCV(answer.result));
  }

  return {
    async makers(addresses, signal) {
      const rows = new Map<string, MakerRow>();
      const left = [...addresses];
      await Promise.all(
        Array.from({ length: Math.min(PARALLEL, left.length) }, async () => {
          for (let address = left.pop(); address !== undefined; address = left.pop()) {
            const row = await maker(address, signal);
            if (row) rows.set(address, row);
          }
        }),
      );
      return rows;
    },
    async time(signal) {
      const answer = await ask(`${base}/extended/v2/blocks?limit=1`, { signal });
      const [block] = isRecord(answer) && Array.isArray(answer.results) ? answer.results : [];
      if (!isRecord(block) || typeof block.block_time !== 'number') throw new Error('the node names no block');
      return block.block_time;
    },
  };
}
