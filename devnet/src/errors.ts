// Errors of the embedded chain.

/** A transaction that the mempool does not take. `reason` and `data` are the node's own. */
export class Rejection extends Error {
  readonly reason: string;
  readonly data: Record<string, unknown>;
  readonly txid: string | undefined;
  constructor(reason: string, data: Record<string, unknown> = {}, txid?: string) {
    super(reason);
    this.name = 'Rejection';
    this.reason = reason;
    this.data = data;
    this.txid = txid;
  }
}

/** A start that cannot work; the message says what to do. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetupError';
  }
}

/** A request that makes no sense. */
export class BadRequest extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadRequest';
  }
}
