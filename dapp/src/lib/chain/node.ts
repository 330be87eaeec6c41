/** The Stacks node, over its public HTTP interface. What is signed is read from here, never from an indexer. */
import * as v from 'valibot';
import { app } from '../app.svelte.ts';
import { AppError } from '../core/errors.ts';

const WAIT_MS = 8_000;

const base = (): string => {
  if (!app.settings) throw new AppError('settings-missing', 'It is not known yet which node to ask.');
  return app.settings.node;
};

const ask = async (path: string, init?: RequestInit): Promise<Response> => {
  try {
    return await fetch(base() + path, { ...init, signal: AbortSignal.timeout(WAIT_MS) });
  } catch (cause) {
    throw new AppError(
      'node-silent',
      'The Stacks node does not answer. Looking around still works, signing does not.',
      { cause },
    );
  }
};

const read = async <S extends v.GenericSchema>(response: Response, schema: S): Promise<v.InferOutput<S>> => {
  if (!response.ok) throw new AppError('node-refused', `The Stacks node refused the question (${response.status}).`);
  const result = v.safeParse(schema, await response.json().catch(() => undefined));
  if (!result.success)
    throw new AppError('node-refused', 'The Stacks node answered in a way this page does not understand.');
  return result.output;
};

const get = async <S extends v.GenericSchema>(path: string, schema: S, init?: RequestInit): Promise<v.InferOutput<S>> =>
  read(await ask(path, init), schema);

const HexInt = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]{1,32}$/i),
  v.transform((text) => BigInt(text)),
);
const Account = v.object({ balance: HexInt, locked: HexInt, nonce: v.number() });

/** Money in µSTX that an address can spend. */
export const balanceOf = async (address: string): Promise<bigint> => {
  const { balance, locked } = await get(`/v2/accounts/${address}?proof=0`, Account);
  return balance - locked;
};

const CallResult = v.union([
  v.object({ okay: v.literal(true), result: v.string() }),
  v.object({ okay: v.literal(false), cause: v.optional(v.string(), '') }),
]);

/** Calls a read-only function: arguments and result as hex of Clarity values. Throws AppError `contract-refused` on a runtime error. */
export const callReadOnly = async (contract: string, name: string, args: string[], sender: string): Promise<string> => {
  const answer = await get(`/v2/contracts/call-read/${contract.replace('.', '/')}/${name}`, CallResult, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sender, arguments: args }),
  });
  if (!answer.okay) throw new AppError('contract-refused', 'The contract could not answer this question.');
  return answer.result;
};

const Tx = v.object({
  tx_id: v.string(),
  tx_status: v.string(),
  tx_result: v.optional(v.object({ hex: v.optional(v.string()), repr: v.optional(v.string()) })),
  block_height: v.optional(v.number()),
  block_time: v.optional(v.number()),
  fee_rate: v.optional(v.string()),
});
export type Tx = v.InferOutput<typeof Tx>;

/** A transaction as the node knows it; undefined when it says that it does not know it. Throws AppError when it says anything else: a busy node is no news. */
export const transaction = async (txid: string): Promise<Tx | undefined> => {
  const response = await ask(`/extended/v1/tx/${txid.startsWith('0x') ? txid : `0x${txid}`}`);
  return response.status === 404 ? undefined : read(response, Tx);
};

/** Where a reader can see a transaction: the node's own answer. */
export const transactionLink = (txid: string): string =>
  `${base()}/extended/v1/tx/${txid.startsWith('0x') ? txid : `0x${txid}`}`;

const FeeAnswer = v.object({ estimations: v.optional(v.array(v.object({ fee: v.number() })), []) });
const LEAST_FEE = 1_000n;

/** A fee in µSTX that is likely to get a transaction of this length (bytes) into the next blocks. */
export const estimateFee = async (payloadHex: string, length: number): Promise<bigint> => {
  try {
    const { estimations } = await get('/v2/fees/transaction', FeeAnswer, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ transaction_payload: payloadHex, estimated_len: length }),
    });
    const middle = estimations[1]?.fee ?? estimations[0]?.fee;
    if (middle !== undefined) return max(BigInt(Math.ceil(middle)), LEAST_FEE);
  } catch {
    // a chain without history has no estimate: the rate for transfers holds then
  }
  const rate = await get('/v2/fees/transfer', v.number());
  return max(BigInt(Math.ceil(rate * length)), LEAST_FEE);
};

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
