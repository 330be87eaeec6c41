// What comes in at /graphql, before GraphQL sees it: size, form, and questions that are known by their hash.
import { createHash } from 'node:crypto';
import type http from 'node:http';
import { isTooDeep, LIMITS, nestsTooDeep } from './limits.ts';

/** A request that cannot be answered; the message says why. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, message: string, code = 'BAD_REQUEST') {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
  }
}

type Asked = { query?: unknown; variables?: unknown; operationName?: unknown; extensions?: unknown };

/** Texts that came lately, with what belongs to each. The oldest go when there are too many, or they are too long together. */
export class Recent<V> {
  readonly #values = new Map<string, { value: V; length: number }>();
  readonly #most: number;
  readonly #mostLength: number;
  #length = 0;

  constructor(most: number, mostLength: number) {
    this.#most = most;
    this.#mostLength = mostLength;
  }
  get(key: string): V | undefined {
    return this.#values.get(key)?.value;
  }
  set(key: string, value: V, length = key.length): void {
    this.#drop(key);
    this.#values.set(key, { value, length });
    this.#length += length;
    while (this.#values.size > this.#most || this.#length > this.#mostLength)
      this.#drop(this.#values.keys().next().value!);
  }
  #drop(key: string): void {
    this.#length -= this.#values.get(key)?.length ?? 0;
    this.#values.delete(key);
  }
}

/** Questions that clients have shown once and then ask by hash (automatic persisted queries). */
export class Persisted {
  static readonly SIZE = 1000;
  readonly #queries = new Recent<string>(Persisted.SIZE, 4_000_000);

  /** Puts the text into a question that brings only its hash. @throws {Refused} */
  resolve(asked: Asked): Asked {
    const { persistedQuery } = (asked.extensions ?? {}) as {
      persistedQuery?: { version?: unknown; sha256Hash?: unknown };
    };
    if (persistedQuery === undefined || persistedQuery === null) {
      if (asked.query === undefined) throw new Refused(400, 'There is no question: { "query": … }.');
      return asked;
    }
    const { sha256Hash: hash } = persistedQuery;
    if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) throw new Refused(400, 'sha256Hash is no hash.');
    if (typeof asked.query === 'string' && asked.query !== '') {
      if (createHash('sha256').update(asked.query).digest('hex') !== hash)
        throw new Refused(400, 'The question is not the one of this hash.');
      this.#queries.set(hash, asked.query, asked.query.length);
      return asked;
    }
    const query = this.#queries.get(hash);
    // Clients wait for exactly this, and then send the text.
    if (query === undefined) throw new Refused(200, 'PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
    return { ...asked, query };
  }
}

/** The body of a request, no longer than it may be. @throws {Refused} */
export async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const tooLong = new Refused(413, `A question has at most ${LIMITS.bodyBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.bodyBytes) throw tooLong;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      if (size > LIMITS.bodyBytes) throw tooLong;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error === tooLong) throw tooLong;
    throw new Refused(400, 'The body broke off.'); // whoever asked has left in the middle
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** One question from a body in JSON. @throws {Refused} */
export function questionOf(type: string | undefined, body: string): Asked {
  if (!/^application\/(?:json|graphql\+json|graphql-response\+json)\b/i.test(type ?? ''))
    throw new Refused(415, 'Ask in JSON: content-type application/json.');
  let asked: unknown;
  try {
    asked = JSON.parse(body);
  } catch {
    throw new Refused(400, 'The body is not JSON.');
  }
  return checked(asked);
}

/** One question from the address of a GET request. @throws {Refused} */
export function questionOfUrl(parameters: URLSearchParams): Asked {
  const json = (name: string): unknown => {
    const text = parameters.get(name);
    if (text === null || text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new Refused(400, `${name} is not JSON.`);
    }
  };
  return checked({
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName') ?? undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

function checked(asked: unknown): Asked {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked))
    throw new Refused(400, 'Ask one question at a time: { "query": …, "variables": … }.');
  const { query, variables, operationName, extensions } = asked as Asked;
  if (query !== undefined && query !== null && typeof query !== 'string') throw new Refused(400, 'query is no text.');
  if (typeof query === 'string' && nestsTooDeep(query))
    throw new Refused(400, `A question nests at most ${LIMITS.brackets} brackets.`, 'TOO_COMPLEX');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw new Refused(400, 'operationName is no text.');
  for (const [name, value] of Object.entries({ variables, extensions })) {
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value)))
      throw new Refused(400, `${name} is no object.`);
    if (isTooDeep(value)) throw new Refused(400, `${name} nests more than ${LIMITS.nesting} levels deep.`);
  }
  return {
    ...(query !== undefined && query !== null && { query }),
    ...(variables !== undefined && variables !== null && { variables }),
    ...(operationName !== undefined && operationName !== null && { operationName }),
    ...(extensions !== undefined && extensions !== null && { extensions }),
  };
}
