// Addresses of Stacks accounts, as people and other programs write them.
import { addressToString, createAddress } from '@stacks/transactions';

const LONGEST = 41;

/** Whether this is an address in the one form in which the chain's events have it: right to the checksum, upper case, no look-alike letters. */
export function isAddress(text: string): boolean {
  if (text.length > LONGEST) return false;
  try {
    return addressToString(createAddress(text)) === text;
  } catch {
    return false;
  }
}
