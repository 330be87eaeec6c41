// Clarity types as interfaces describe them, and the TypeScript types that stand for them.

/** A Clarity type, in the notation of a contract's interface. */
export type ClarityType =
  | 'uint128'
  | 'int128'
  | 'bool'
  | 'principal'
  | 'none'
  | 'trait_reference'
  | { readonly buffer: { readonly length: number } }
  | { readonly 'string-ascii': { readonly length: number } }
  | { readonly 'string-utf8': { readonly length: number } }
  | { readonly optional: ClarityType }
  | { readonly list: { readonly type: ClarityType; readonly length: number } }
  | { readonly tuple: readonly { readonly name: string; readonly type: ClarityType }[] }
  | { readonly response: { readonly ok: ClarityType; readonly error: ClarityType } };

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** uint and int: bigint. principal, text: string. buffer: Uint8Array. optional: null or the value. tuple: object with camelCase keys. response: its ok value. */
export type Js<T> = T extends 'uint128' | 'int128'
  ? bigint
  : T extends 'bool'
    ? boolean
    : T extends 'principal' | 'trait_reference'
      ? string
      : T extends 'none'
        ? null
        : T extends { readonly buffer: unknown }
          ? Uint8Array
          : T extends { readonly 'string-ascii': unknown } | { readonly 'string-utf8': unknown }
            ? string
            : T extends { readonly optional: infer Inner }
              ? Js<Inner> | null
              : T extends { readonly list: { readonly type: infer Inner } }
                ? Js<Inner>[]
                : T extends {
                      readonly tuple: infer Fields extends readonly { readonly name: string; readonly type: unknown }[];
                    }
                  ? { [F in Fields[number] as Camel<F['name']>]: Js<F['type']> }
                  : T extends { readonly response: { readonly ok: infer Ok } }
                    ? Js<Ok>
                    : never;

export type AbiFunction = {
  readonly name: string;
  readonly access: 'public' | 'read_only';
  readonly args: readonly { readonly name: string; readonly type: ClarityType }[];
  readonly outputs: ClarityType;
};
export type Abi = { readonly functions: readonly AbiFunction[] };

/** Arguments of a function by their camelCase names. */
export type Arguments<F> = F extends { readonly args: readonly (infer A)[] }
  ? {
      [One in A as One extends { readonly name: infer N extends string } ? Camel<N> : never]: One extends {
        readonly type: infer T;
      }
        ? Js<T>
        : never;
    }
  : never;

export function camel(kebab: string): string {
  return kebab.replace(/-([a-z0-9])/g, (_, char: string) => char.toUpperCase());
}
export type CamelCase<S extends string> = Camel<S>;
