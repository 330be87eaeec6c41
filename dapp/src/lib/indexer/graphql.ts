import * as v from 'valibot';
import { AppError } from '../core/errors.ts';

const WAIT_MS = 8_000;

/** Asks one indexer. Throws AppError `indexer-silent` (no answer) or `indexer-refused` (an answer that is none). */
export const post = async (url: string, query: string, variables: object, signal?: AbortSignal): Promise<unknown> => {
  const limit = AbortSignal.timeout(WAIT_MS);
  let answer: Response;
  try {
    answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new AppError('indexer-silent', `Nobody answered at ${new URL(url).host}.`, { cause });
  }
  const body: unknown = await answer.json().catch(() => undefined);
  const envelope = v.safeParse(Envelope, body);
  if (!envelope.success || !envelope.output.data)
    throw new AppError(
      'indexer-refused',
      `${new URL(url).host} could not answer${envelope.success && envelope.output.errors?.[0] ? `: ${envelope.output.errors[0].message}` : ''}.`,
    );
  return envelope.output.data;
};

const Envelope = v.object({
  data: v.nullish(v.record(v.string(), v.unknown())),
  errors: v.nullish(v.array(v.object({ message: v.string() }))),
});

/** Checks an answer against its schema. Throws AppError `indexer-invalid`. */
export const checked = <S extends v.GenericSchema>(schema: S, data: unknown, url: string): v.InferOutput<S> => {
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const where = v.getDotPath(result.issues[0]) ?? '';
  throw new AppError('indexer-invalid', `${new URL(url).host} sent figures of another shape (${where}).`);
};
