// Transactions as they come in: decoding, who signed, who pays, what they say.
import { createHash } from 'node:crypto';
import {
  AuthType,
  addressFromVersionHash,
  addressHashModeToVersion,
  addressToString,
  Cl,
  type ClarityValue,
  deserializeTransaction,
  PayloadType,
  type StacksTransactionWire,
} from '@stacks/transactions';
import { Rejection } from './errors.ts';

export const CHAIN_ID = 0x80000000;
const MAX_TX_BYTES = 2 * 1024 * 1024;

export type Payload =
  | { type: 'transfer'; recipient: string; amount: bigint; memo: string }
  | { type: 'call'; contract: string; fn: string; args: ClarityValue[] }
  | { type: 'deploy'; contract: string; name: string; source: string; clarityVersion: number };

/** A transaction that has been checked for its form and its signatures. */
export type Tx = {
  txid: string;
  /** As received, without 0x. */
  hex: string;
  wire: StacksTransactionWire;
  sender: string;
  nonce: bigint;
  fee: bigint;
  payload: Payload;
};

function payloadOf(wire: StacksTransactionWire, sender: string): Payload {
  const { payload } = wire;
  switch (payload.payloadType) {
    case PayloadType.TokenTransfer:
      return {
        type: 'transfer',
        recipient: payload.recipient.value,
        amount: BigInt(payload.amount),
        memo: payload.memo.content,
      };
    case PayloadType.ContractCall:
      return {
        type: 'call',
        contract: `${addressToString(payload.contractAddress)}.${payload.contractName.content}`,
        fn: payload.functionName.content,
        args: payload.functionArgs,
      };
    case PayloadType.SmartContract:
    case PayloadType.VersionedSmartContract:
      return {
        type: 'deploy',
        contract: `${sender}.${payload.contractName.content}`,
        name: payload.contractName.content,
        source: payload.codeBody.content,
        clarityVersion: 'clarityVersion' in payload ? payload.clarityVersion : 6,
      };
    default:
      throw new Rejection('ServerFailureOther', { message: 'Transactions of this kind are made by miners only.' });
  }
}

function addressOf(condition: { hashMode: number; signer: string }): string {
  return addressToString(
    addressFromVersionHash(addressHashModeToVersion(condition.hashMode, 'testnet'), condition.signer),
  );
}

/**
 * Decodes a transaction and checks what needs no state.
 * @param trusted skips the signatures: for transactions that this chain has accepted before
 * @throws {Rejection} with the node's own reasons
 */
export function decodeTx(hex: string, { trusted = false }: { trusted?: boolean } = {}): Tx {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex))
    throw new Rejection('Deserialization', { message: 'The transaction is not a hexadecimal text.' });
  if (hex.length / 2 > MAX_TX_BYTES)
    throw new Rejection('Deserialization', { message: `A transaction has at most ${MAX_TX_BYTES} bytes.` });
  let wire: StacksTransactionWire;
  let payload: Payload;
  let txid: string;
  try {
    wire = deserializeTransaction(hex);
    txid = `0x${wire.txid()}`;
    payload = payloadOf(wire, addressOf(wire.auth.spendingCondition));
  } catch (error) {
    if (error instanceof Rejection) throw error;
    throw new Rejection('Deserialization', { message: messageOf(error) });
  }
  if (wire.chainId !== CHAIN_ID)
    throw new Rejection('BadTransactionVersion', { message: 'The transaction is for another chain.' }, txid);
  const origin = wire.auth.spendingCondition;
  if (wire.auth.authType !== AuthType.Standard) {
    throw new Rejection(
      'ServerFailureOther',
      { message: 'This development chain takes no sponsored transactions.' },
      txid,
    );
  }
  if (!trusted) {
    try {
      wire.verifyOrigin(); // throws unless the key that signed hashes to the signer
    } catch (error) {
      throw new Rejection('SignatureValidation', { message: messageOf(error) }, txid);
    }
  }
  const sender = addressOf(origin);
  return {
    txid,
    hex: hex.toLowerCase(),
    wire,
    sender,
    nonce: BigInt(origin.nonce),
    fee: BigInt(origin.fee),
    payload,
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A deterministic hash over anything that is JSON. */
export function hashOf(...parts: unknown[]): string {
  return `0x${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

export function reprOf(hex: string): string {
  return Cl.prettyPrint(Cl.deserialize(hex));
}
