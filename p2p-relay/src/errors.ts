// Errors of the relay and its client: a code for programs, a sentence for people that says what to do.

export type RelayErrorCode =
  | 'bad-option'
  | 'bad-address'
  | 'port-in-use'
  | 'bad-key-file'
  | 'store'
  | 'refused'
  | 'closed'
  | 'protocol';

export class RelayError extends Error {
  readonly code: RelayErrorCode;
  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RelayError';
    this.code = code;
  }
}
