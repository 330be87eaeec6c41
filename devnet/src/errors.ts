// Errors of the embedded chain.

/** A transaction that the mempool does not take. `reason` and `data` are the node's own; no data means that the node gives none. */
export class Rejection extends Error {
  readonly code = 'REJECTED';
  readonly reason: string;
  readonly data: Record<string, unknown> | undefined;
  readonly txid: string | undefined;
  constructor(reason: string, data?: Record<string, unknown>, txid?: string) {
    super(typeof data?.message === 'string' ? `${reason}: ${data.message}` : reason);
    this.name = 'Rejection';
    this.reason = reason;
    this.data = data;
    this.txid = txid;
  }
}

/** A start that cannot work; the message says what to do. */
export class SetupError extends Error {
  readonly code = 'SETUP';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SetupError';
  }
}

/** A request that makes no sense. */
export class BadRequest extends Error {
  readonly code = 'BAD_REQUEST';
  constructor(message: string) {
    super(message);
    this.name = 'BadRequest';
  }
}

/** A request that is larger than any that makes sense. */
export class TooLarge extends Error {
  readonly code = 'TOO_LARGE';
  constructor(limit: number) {
    super(`A request has at most ${limit} bytes.`);
    this.name = 'TooLarge';
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
