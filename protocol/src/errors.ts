// Errors of this package: a code for programs, a sentence for people.

export class ProtocolError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Bytes or text that are not what they should be: wrong form, out of bounds, or not the one canonical form. */
export class DecodeError extends ProtocolError {
  constructor(message: string) {
    super('decode', message);
  }
}

/** A signature that no honest wallet makes, or of another signer. */
export class SignatureError extends ProtocolError {
  constructor(message: string) {
    super('signature', message);
  }
}

/** A figure outside of what the contracts accept. */
export class RangeLimitError extends ProtocolError {
  constructor(message: string) {
    super('range', message);
  }
}
