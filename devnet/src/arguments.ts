// Whether arguments fit a function, as a node checks it before it takes a transaction.
import { type ClarityValue, cvToString } from '@stacks/transactions';

type Field = { name: string; type: AbiType };
/** A type in a contract's interface. */
export type AbiType =
  | string
  | { buffer: { length: number } }
  | { 'string-ascii': { length: number } }
  | { 'string-utf8': { length: number } }
  | { list: { type: AbiType; length: number } }
  | { optional: AbiType }
  | { response: { ok: AbiType; error: AbiType } }
  | { tuple: Field[] };
export type AbiFunction = { name: string; access: string; args: Field[] };

const PLAIN: Record<string, string> = { uint128: 'uint', int128: 'int', bool: 'bool', principal: 'principal' };

/** A type as it is written in Clarity. */
export function typeText(type: AbiType | undefined): string {
  if (type === undefined) return '';
  if (typeof type === 'string') return PLAIN[type] ?? type;
  if ('buffer' in type) return `(buff ${type.buffer.length})`;
  if ('string-ascii' in type) return `(string-ascii ${type['string-ascii'].length})`;
  if ('string-utf8' in type) return `(string-utf8 ${type['string-utf8'].length})`;
  if ('list' in type) return `(list ${type.list.length} ${typeText(type.list.type)})`;
  if ('optional' in type) return `(optional ${typeText(type.optional)})`;
  if ('response' in type) return `(response ${typeText(type.response.ok)} ${typeText(type.response.error)})`;
  return `(tuple ${type.tuple.map((field) => `(${field.name} ${typeText(field.type)})`).join(' ')})`;
}

function fits(value: ClarityValue, type: AbiType): boolean {
  if (typeof type === 'string') {
    switch (type) {
      case 'uint128':
        return value.type === 'uint';
      case 'int128':
        return value.type === 'int';
      case 'bool':
        return value.type === 'true' || value.type === 'false';
      case 'principal':
        return value.type === 'address' || value.type === 'contract';
      case 'trait_reference':
        return value.type === 'contract';
      default:
        return false; // "none": the type of what cannot be
    }
  }
  if ('buffer' in type) return value.type === 'buffer' && value.value.length / 2 <= type.buffer.length;
  if ('string-ascii' in type) return value.type === 'ascii' && value.value.length <= type['string-ascii'].length;
  if ('string-utf8' in type) return value.type === 'utf8' && [...value.value].length <= type['string-utf8'].length;
  if ('list' in type) {
    const { length, type: inner } = type.list;
    return value.type === 'list' && value.value.length <= length && value.value.every((one) => fits(one, inner));
  }
  if ('optional' in type) return value.type === 'none' || (value.type === 'some' && fits(value.value, type.optional));
  if ('response' in type)
    return (
      (value.type === 'ok' && fits(value.value, type.response.ok)) ||
      (value.type === 'err' && fits(value.value, type.response.error))
    );
  if (value.type !== 'tuple' || Object.keys(value.value).length !== type.tuple.length) return false;
  return type.tuple.every(({ name, type: inner }) => {
    const field = value.value[name];
    return field !== undefined && fits(field, inner);
  });
}

/** Why the arguments do not fit, in the node's words; undefined when they do. */
export function misfit(args: ClarityValue[], { args: expected }: AbiFunction): string | undefined {
  if (args.length !== expected.length) return `expecting ${expected.length} arguments, got ${args.length}`;
  for (const [i, { type }] of expected.entries()) {
    const value = args[i]!;
    if (!fits(value, type))
      return `expecting expression of type '${typeText(type)}', found '${cvToString(value).slice(0, 200)}'`;
  }
  return undefined;
}
