/** Typed bindings of the eight contracts: calls, events and errors. Runs in browsers. The deployment's sources are in `./sources`. */
import { Cl, type ClarityValue } from '@stacks/transactions';
import { abi } from './abi.generated.ts';
import { decodeUntyped, encode, TypeMismatch, textual } from './codec.ts';
import { errors } from './errors.generated.ts';
import { events } from './events.generated.ts';
import { CONTRACTS, type ContractName } from './names.ts';
import { parameters } from './parameters.generated.ts';
import { type AbiFunction, type Arguments, type CamelCase, type ClarityType, camel, type Js } from './types.ts';

export { decode, plain, TypeMismatch } from './codec.ts';
export type { ClarityType, Js } from './types.ts';
export { abi, CONTRACTS as Contracts, type ContractName, errors, events, parameters };

// ---- calls

type Functions<N extends ContractName> = (typeof abi)[N]['functions'][number];
type Named<N extends ContractName, F> = Extract<Functions<N>, { readonly name: F }>;

/** What makeContractCall, openContractCall and call-read want, but for who and where. */
export type Call = { contractName: ContractName; functionName: string; functionArgs: ClarityValue[] };
type Calls = {
  [N in ContractName as CamelCase<N>]: {
    [F in Functions<N> as CamelCase<F['name']>]: F['args'] extends readonly []
      ? () => Call
      : (args: Arguments<F>) => Call;
  };
};

/** `call.marketplace.acceptOffer({ id, revision, wh, maxTotal })` and so on: public and read-only functions of all contracts. */
export const call: Calls = Object.fromEntries(
  CONTRACTS.map((contractName) => [
    camel(contractName),
    Object.fromEntries(
      (abi[contractName].functions as readonly AbiFunction[]).map(({ name, args }) => [
        camel(name),
        (values: Record<string, unknown> = {}): Call => ({
          contractName,
          functionName: name,
          functionArgs: args.map((arg) => encode(arg.type, values[camel(arg.name)], arg.name)),
        }),
      ]),
    ),
  ]),
) as unknown as Calls;

/** The result of a call by its declared type. An err response throws {@link ContractError}. */
export function resultOf<N extends ContractName, F extends Functions<N>['name']>(
  contract: N,
  fn: F,
  value: ClarityValue,
): Js<Named<N, F>['outputs']> {
  if (value.type === 'err')
    throw new ContractError(value.value.type === 'uint' ? BigInt(value.value.value) : undefined);
  const found = (abi[contract].functions as readonly AbiFunction[]).find(({ name }) => name === fn);
  if (!found) throw new TypeMismatch(fn, `a function of ${contract}`);
  return decodeUntyped(found.outputs, value) as Js<Named<N, F>['outputs']>;
}

// ---- errors

/** The contracts' own names for what they refuse. */
export type ErrorName = (typeof errors)[number]['name'];

export type ContractErrorInfo = {
  code: bigint;
  /** Where it comes from. */
  contract: string;
  name: ErrorName;
  /** A sentence for people. */
  message: string;
  /** Which row of a batch, where the code names one. */
  row?: bigint;
};

const byCode = new Map(errors.map((error) => [BigInt(error.code), error]));
/** A batch names the row that failed: row × 10000 + code. */
const ROW = 10_000n;

/** What an error code of ours means; undefined for codes that are not ours. */
export function errorOf(code: bigint | number): ContractErrorInfo | undefined {
  const full = BigInt(code);
  const direct = byCode.get(full);
  if (direct) return { ...direct, code: full };
  const inRow = full >= ROW ? byCode.get(full % ROW) : undefined;
  return inRow && { ...inRow, code: full, row: full / ROW };
}

/** A call that the contract refused. */
export class ContractError extends Error {
  readonly code: bigint | undefined;
  readonly info: ContractErrorInfo | undefined;
  constructor(code: bigint | undefined) {
    const info = code === undefined ? undefined : errorOf(code);
    super(info?.message ?? (code === undefined ? 'The contract refused.' : `The contract refused with code ${code}.`));
    this.name = 'ContractError';
    this.code = code;
    this.info = info;
  }
}

// ---- events

type Events = typeof events;
/** Buffers become 0x… texts, so that events can be stored and compared. */
type Text<T> = T extends Uint8Array
  ? `0x${string}`
  : T extends (infer I)[]
    ? Text<I>[]
    : T extends object
      ? { [K in keyof T]: Text<T[K]> }
      : T;
type EventOf<N extends keyof Events, K extends keyof Events[N]> = { contract: N; topic: K } & (Events[N][K] extends {
  readonly tuple: unknown;
}
  ? Renamed<Text<Js<Events[N][K]>>>
  : { value: Text<Js<Events[N][K]>> });

/** A field of its own named contract would hide which contract speaks: it is called target. */
type Renamed<T> = { [K in keyof T as K extends 'contract' ? 'target' : K]: T[K] };

/** An event of one of our contracts: `contract`, `topic` and its fields in camelCase. */
export type ContractEvent = {
  [N in keyof Events]: { [K in keyof Events[N]]: EventOf<N, K> }[keyof Events[N]];
}[keyof Events];

/**
 * The event of a print, from its bytes in hex.
 * @returns undefined when the contract prints nothing of that form
 */
export function decodeEvent(contract: string, hex: string): ContractEvent | undefined {
  if (!Object.hasOwn(events, contract)) return undefined;
  const table = events[contract as keyof Events] as Record<string, ClarityType>;
  let value: ClarityValue;
  try {
    value = Cl.deserialize(hex);
  } catch {
    return undefined;
  }
  try {
    if (value.type !== 'tuple') {
      const topic = Object.keys(table).find((name) => !isTuple(table[name]!));
      return topic === undefined
        ? undefined
        : ({ contract, topic, value: textual(decodeUntyped(table[topic]!, value)) } as ContractEvent);
    }
    const { topic, ...fields } = value.value;
    if (topic?.type !== 'ascii' || !Object.hasOwn(table, topic.value)) return undefined;
    const { contract: target, ...rest } = textual(decodeUntyped(table[topic.value]!, Cl.tuple(fields))) as Record<
      string,
      unknown
    >;
    return {
      ...rest,
      ...(target !== undefined && { target }),
      contract,
      topic: topic.value,
    } as ContractEvent;
  } catch (error) {
    if (error instanceof TypeMismatch) return undefined;
    throw error;
  }
}

function isTuple(type: ClarityType): boolean {
  return typeof type === 'object' && 'tuple' in type;
}
