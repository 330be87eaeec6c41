// Errors of this package: a code for programs, a sentence for people.

export class AgentError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A file of readings that is not what it should be. `line` counts from 1, the header is line 1. */
export class MeterFileError extends AgentError {
  readonly line: number | undefined;
  readonly column: string | undefined;
  constructor(message: string, { line, column }: { line?: number; column?: string } = {}) {
    const where = [line !== undefined && `line ${line}`, column !== undefined && `column ${column}`].filter(Boolean);
    super('meter-file', where.length > 0 ? `${where.join(', ')}: ${message}` : message);
    this.line = line;
    this.column = column;
  }
}

/** A transaction that the chain included and aborted. `contractCode` is the contract's error code, where it gave one. */
export class CallRefused extends AgentError {
  readonly txid: string;
  readonly contractCode: bigint | undefined;
  /** Name of the contract's error, such as ERR-GATE-CLOSED. */
  readonly reason: string | undefined;
  constructor(
    message: string,
    { txid, contractCode, reason }: { txid: string; contractCode?: bigint | undefined; reason?: string | undefined },
  ) {
    super('call-refused', message);
    this.txid = txid;
    this.contractCode = contractCode;
    this.reason = reason;
  }
}

/** A transaction whose post-conditions did not hold: nothing moved. */
export class ConditionsBroken extends AgentError {
  readonly txid: string;
  constructor(message: string, txid: string) {
    super('conditions-broken', message);
    this.txid = txid;
  }
}

/** A node that does not take the transaction, for a reason that trying again does not cure. */
export class NotTaken extends AgentError {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super('not-taken', message);
    this.reason = reason;
  }
}

/** A node, indexer or relay that does not answer, or not as it should. */
export class Unreachable extends AgentError {
  constructor(message: string, options?: ErrorOptions) {
    super('unreachable', message, options);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
