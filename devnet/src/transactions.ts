// Transactions as they come in: decoding, who signed, who pays, what they say.
import { createHash } from 'node:crypto';
import {
  AddressHashMode,
  AddressVersion,
  AuthType,
  addressFromPublicKeys,
  addressFromVersionHash,
  addressHashModeToVersion,
  addressToString,
  Cl,
  type ClarityValue,
  cvToString,
  deserializeTransaction,
  isNonSequentialMultiSig,
  isSequentialMultiSig,
  isSingleSig,
  nextVerification,
  PayloadType,
  PubKeyEncoding,
  type PublicKeyWire,
  publicKeyIsCompressed,
  type SpendingCondition,
  type StacksTransactionWire,
  StacksWireType,
} from '@stacks/transactions';
import { messageOf, Rejection } from './errors.ts';
import { DEFAULT_CLARITY_VERSION } from './vm.ts';

export const CHAIN_ID = 0x80000000;
const TESTNET_TRANSACTION = 0x80;
const MAX_TX_BYTES = 2 * 1024 * 1024;
const MEMO_BYTES = 34;
const SECP256K1_HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

export type Payload =
  /** `memo` is hex without 0x, 34 bytes. */
  | { type: 'transfer'; recipient: string; amount: bigint; memo: string }
  | { type: 'call'; contract: string; fn: string; args: ClarityValue[] }
  | { type: 'deploy'; contract: string; name: string; source: string; clarityVersion: number; versioned: boolean };

/** A transaction that has been checked for its form and its signatures. */
export type Tx = {
  txid: string;
  /** As received, without 0x. */
  hex: string;
  /** Bytes. */
  size: number;
  wire: StacksTransactionWire;
  /** The origin: who acts. */
  sender: string;
  nonce: bigint;
  sponsor: { address: string; nonce: bigint } | undefined;
  /** Who pays the fee: the sponsor, else the origin. */
  payer: string;
  /** µSTX. */
  fee: bigint;
  payload: Payload;
};

function payloadOf(wire: StacksTransactionWire, sender: string, hex: string): Payload {
  const { payload } = wire;
  switch (payload.payloadType) {
    case PayloadType.TokenTransfer:
      return {
        type: 'transfer',
        recipient: payload.recipient.value,
        amount: BigInt(payload.amount),
        memo: hex.slice(-2 * MEMO_BYTES),
      };
    case PayloadType.ContractCall:
      return {
        type: 'call',
        contract: `${addressToString(payload.contractAddress)}.${payload.contractName.content}`,
        fn: payload.functionName.content,
        args: payload.functionArgs,
      };
    case PayloadType.SmartContract:
    case PayloadType.VersionedSmartContract: {
      const version = 'clarityVersion' in payload ? payload.clarityVersion : undefined;
      return {
        type: 'deploy',
        contract: `${sender}.${payload.contractName.content}`,
        name: payload.contractName.content,
        source: payload.codeBody.content,
        clarityVersion: version ?? DEFAULT_CLARITY_VERSION,
        versioned: version !== undefined,
      };
    }
    case PayloadType.PoisonMicroblock:
      throw new Rejection('ServerFailureOther', {
        message: 'PoisonMicroblock transactions not accepted via mempool',
      });
    case PayloadType.TenureChange:
      throw new Rejection('NoTenureChangeViaMempool');
    default:
      throw new Rejection('NoCoinbaseViaMempool');
  }
}

function addressOf(condition: SpendingCondition): string {
  return addressToString(
    addressFromVersionHash(addressHashModeToVersion(condition.hashMode, 'testnet'), condition.signer),
  );
}

/** A signature in the wire's order: recovery id, r, s. High-S would give one transaction two ids: nodes do not take it. */
function checkLowS(signature: string): void {
  if (BigInt(`0x${signature.slice(66)}`) > SECP256K1_HALF_ORDER) throw new Error('Invalid signature: high-S');
}

/** Checks one signer's condition and gives the hash that the next signer signs. @throws when it does not hold */
function verify(condition: SpendingCondition, hash: string, authType: AuthType): string {
  const keys: PublicKeyWire[] = [];
  let next = hash;
  let required = 1;
  const recover = (encoding: PubKeyEncoding, signature: string) => {
    checkLowS(signature);
    return nextVerification(next, authType, condition.fee, condition.nonce, encoding, signature);
  };
  if (isSingleSig(condition)) {
    if (condition.hashMode === AddressHashMode.P2WPKH && condition.keyEncoding === PubKeyEncoding.Uncompressed)
      throw new Error('Uncompressed keys are not allowed in this hash mode');
    const { pubKey, nextSigHash } = recover(condition.keyEncoding, condition.signature.data);
    keys.push(pubKey);
    next = nextSigHash;
  } else {
    required = condition.signaturesRequired;
    const sequential = isSequentialMultiSig(condition.hashMode);
    let signatures = 0;
    let uncompressed = false;
    for (const { contents, pubKeyEncoding } of condition.fields) {
      if (contents.type === StacksWireType.PublicKey) {
        uncompressed ||= !publicKeyIsCompressed(contents.data);
        keys.push(contents);
      } else {
        uncompressed ||= pubKeyEncoding === PubKeyEncoding.Uncompressed;
        const { pubKey, nextSigHash } = recover(pubKeyEncoding, contents.data);
        if (sequential) next = nextSigHash;
        keys.push(pubKey);
        signatures += 1;
      }
    }
    const enough = isNonSequentialMultiSig(condition.hashMode) ? signatures >= required : signatures === required;
    if (!enough) throw new Error('Incorrect number of signatures');
    const witness =
      condition.hashMode === AddressHashMode.P2WSH || condition.hashMode === AddressHashMode.P2WSHNonSequential;
    if (uncompressed && witness) throw new Error('Uncompressed keys are not allowed in this hash mode');
  }
  const { hash160 } = addressFromPublicKeys(AddressVersion.TestnetSingleSig, condition.hashMode, required, keys);
  if (hash160 !== condition.signer)
    throw new Error(`Signer hash does not equal hash of public key(s): ${hash160} != ${condition.signer}`);
  return next;
}

/**
 * Decodes a transaction and checks what needs no state.
 * @param trusted skips the signatures: for transactions that this chain has accepted before
 * @throws {Rejection} with the node's own reasons
 */
export function decodeTx(text: string, { trusted = false }: { trusted?: boolean } = {}): Tx {
  const hex = text.toLowerCase();
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) throw new Rejection('Deserialization', { message: 'Failed to parse tx' });
  if (hex.length / 2 > MAX_TX_BYTES) throw new Rejection('Deserialization', { message: 'Transaction is too big' });
  const txid = `0x${createHash('sha512-256').update(hex, 'hex').digest('hex')}`;
  let wire: StacksTransactionWire;
  let sender: string;
  let payload: Payload;
  try {
    wire = deserializeTransaction(hex);
    sender = addressOf(wire.auth.spendingCondition);
    payload = payloadOf(wire, sender, hex);
    // What is hashed and what is executed must be the same: no trailing bytes, one encoding.
    if (wire.serialize() !== hex) throw new Error('bytes that are not part of the transaction');
  } catch (error) {
    if (error instanceof Rejection) throw new Rejection(error.reason, error.data, txid);
    throw new Rejection('Deserialization', {
      message: `Failed to deserialize posted transaction: ${messageOf(error)}`,
    });
  }
  if (wire.transactionVersion !== TESTNET_TRANSACTION) throw new Rejection('BadTransactionVersion', undefined, txid);
  const origin = wire.auth.spendingCondition;
  const sponsor = wire.auth.authType === AuthType.Sponsored ? wire.auth.sponsorSpendingCondition : undefined;
  if (!trusted) {
    try {
      const next = verify(origin, wire.verifyBegin(), AuthType.Standard);
      if (sponsor) verify(sponsor, next, AuthType.Sponsored);
    } catch (error) {
      throw new Rejection('SignatureValidation', { message: messageOf(error) }, txid);
    }
    if (wire.chainId !== CHAIN_ID) {
      const message = `Invalid tx ${txid.slice(2)}: invalid chain ID ${wire.chainId} (expected ${CHAIN_ID})`;
      throw new Rejection('SignatureValidation', { message }, txid);
    }
  }
  return {
    txid,
    hex,
    size: hex.length / 2,
    wire,
    sender,
    nonce: BigInt(origin.nonce),
    sponsor: sponsor && { address: addressOf(sponsor), nonce: BigInt(sponsor.nonce) },
    payer: sponsor ? addressOf(sponsor) : sender,
    fee: BigInt((sponsor ?? origin).fee),
    payload,
  };
}

/** What the payer, and the sender, must own for the transaction to be included, in µSTX. */
export function spending(tx: Tx): { payer: bigint; sender: bigint } {
  const amount = tx.payload.type === 'transfer' ? tx.payload.amount : 0n;
  return tx.sponsor ? { payer: tx.fee, sender: amount } : { payer: tx.fee + amount, sender: tx.fee + amount };
}

/** A Clarity value as a node writes it. */
export function reprOf(hex: string): string {
  return cvToString(Cl.deserialize(hex));
}

/** A deterministic hash over anything that is JSON. */
export function hashOf(...parts: unknown[]): string {
  return `0x${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
