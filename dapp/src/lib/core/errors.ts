/** Errors that people will read: a code for us, a sentence for them. */
export type ErrorCode =
  | 'settings-missing'
  | 'settings-invalid'
  | 'indexer-silent'
  | 'indexer-refused'
  | 'indexer-invalid'
  | 'node-silent'
  | 'node-refused'
  | 'contract-refused'
  | 'wallet-missing'
  | 'wallet-refused'
  | 'wallet-wrong-network'
  | 'gossip-silent';

export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  /** The contract's error number, when it was a contract that refused. */
  readonly contractCode: number | undefined;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { contractCode?: number }) {
    super(message, options);
    this.code = code;
    this.contractCode = options?.contractCode;
  }
}

/** A sentence for whatever was thrown. */
export const sentence = (error: unknown): string =>
  error instanceof AppError
    ? error.message
    : error instanceof Error
      ? `This did not work: ${error.message}`
      : 'This did not work.';
