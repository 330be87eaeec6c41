// Reading requests: bounded, checked, with an error that says what was expected.
import { Cl, type ClarityValue, validateStacksAddress } from '@stacks/transactions';
import type { Context } from 'hono';
import { BadRequest } from '../errors.ts';

const CONTRACT_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/;
const MAX_ARGUMENTS = 64;

export async function jsonBody(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new BadRequest('The body is not JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequest('The body is not a JSON object.');
  return body as Record<string, unknown>;
}

/** An address or a contract id. */
export function principalOf(text: string): string {
  const [address, name, more] = text.split('.');
  if (
    !address ||
    !validateStacksAddress(address) ||
    more !== undefined ||
    (name !== undefined && !CONTRACT_NAME.test(name))
  ) {
    throw new BadRequest(`"${text.slice(0, 80)}" is not a Stacks principal.`);
  }
  return text;
}

export function contractOf(address: string, name: string): string {
  if (!validateStacksAddress(address) || !CONTRACT_NAME.test(name))
    throw new BadRequest(`"${address.slice(0, 60)}.${name.slice(0, 60)}" is not a contract.`);
  return `${address}.${name}`;
}

export function clarityOf(hex: unknown): ClarityValue {
  try {
    if (typeof hex !== 'string') throw new Error('no text');
    return Cl.deserialize(hex);
  } catch {
    throw new BadRequest('Arguments are Clarity values in hexadecimal.');
  }
}

export function argumentsOf(value: unknown): ClarityValue[] {
  if (!Array.isArray(value) || value.length > MAX_ARGUMENTS)
    throw new BadRequest(`arguments is a list of at most ${MAX_ARGUMENTS} values.`);
  return value.map(clarityOf);
}

export function wholeNumber(
  value: unknown,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback?: number },
): number {
  if ((value === undefined || value === null || value === '') && fallback !== undefined) return fallback;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max)
    throw new BadRequest(`${name} is a whole number from ${min} to ${max}.`);
  return number;
}

/** `limit` and `offset` as the API takes them. */
export function page(c: Context, most = 50): { limit: number; offset: number } {
  return {
    limit: wholeNumber(c.req.query('limit'), 'limit', { min: 0, max: most, fallback: 20 }),
    offset: wholeNumber(c.req.query('offset'), 'offset', { min: 0, max: 1_000_000_000, fallback: 0 }),
  };
}
