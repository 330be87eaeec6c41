// Reading requests: bounded, checked, with an error that says what was expected.
import { Cl, type ClarityValue, validateStacksAddress } from '@stacks/transactions';
import type { Context } from 'hono';
import { isTestnet } from '../chain.ts';
import { BadRequest, TooLarge } from '../errors.ts';

/** Node's limit on a contract's name, and on other names in Clarity. */
const CONTRACT_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/;
const CLARITY_NAME = /^[a-zA-Z][a-zA-Z0-9_!?+<>=/*-]{0,127}$|^[-+=/*]$|^[<>]=?$/;
/** The largest transaction, twice over for its hexadecimal form, and its envelope. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;
const MAX_ARGUMENTS = 64;
const MAX_PAGE = 50;

/** The body, read only as far as the limit. */
export async function bytesOf(c: Context, limit = MAX_BODY_BYTES): Promise<Buffer> {
  if (Number(c.req.header('content-length') ?? 0) > limit) throw new TooLarge(limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new TooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('Failed to parse JSON body');
  }
}

/** Whatever JSON the body is. */
export async function anyBody(c: Context): Promise<unknown> {
  return parse((await bytesOf(c)).toString('utf8'));
}

/** A JSON object; nothing is an empty one. */
export async function jsonBody(c: Context): Promise<Record<string, unknown>> {
  const text = (await bytesOf(c)).toString('utf8');
  if (text === '') return {};
  const body = parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequest('The body is not a JSON object.');
  return body as Record<string, unknown>;
}

/** An address or a contract id, of this kind of network. */
export function principalOf(text: string): string {
  const [address, name, more] = text.split('.');
  const isName = name === undefined || CONTRACT_NAME.test(name);
  if (!address || more !== undefined || !isName || !validateStacksAddress(address) || !isTestnet(address))
    throw new BadRequest(`"${text.slice(0, 80)}" is not a Stacks principal of this network.`);
  return text;
}

export function contractOf(address: string, name: string): string {
  const contract = `${address}.${name}`;
  if (!CONTRACT_NAME.test(name)) throw new BadRequest(`"${contract.slice(0, 120)}" is not a contract.`);
  return principalOf(contract);
}

export function clarityNameOf(text: string): string {
  if (!CLARITY_NAME.test(text)) throw new BadRequest(`"${text.slice(0, 80)}" is not a name in Clarity.`);
  return text;
}

export function clarityOf(hex: unknown): ClarityValue {
  try {
    if (typeof hex !== 'string' || !/^(0x)?([0-9a-f]{2})+$/i.test(hex)) throw new Error('no hexadecimal text');
    const value = Cl.deserialize(hex);
    // One encoding only: what follows a value would be ignored here, and trip the VM.
    if (Cl.serialize(value) !== hex.replace(/^0x/, '').toLowerCase()) throw new Error('not canonical');
    return value;
  } catch {
    throw new BadRequest('Failed to deserialize argument value: expected a Clarity value in hexadecimal');
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
export function page(c: Context, most = MAX_PAGE): { limit: number; offset: number } {
  return {
    limit: wholeNumber(c.req.query('limit'), 'limit', { min: 0, max: most, fallback: 20 }),
    offset: wholeNumber(c.req.query('offset'), 'offset', { min: 0, max: 1_000_000_000, fallback: 0 }),
  };
}

/** The page of a list that was asked for, in the API's envelope. */
export function pageOf<T>(c: Context, all: readonly T[], shape: (one: T) => unknown, most = MAX_PAGE) {
  const { limit, offset } = page(c, most);
  return { limit, offset, total: all.length, results: all.slice(offset, offset + limit).map(shape) };
}
