// A meter: reads four quarters of an hour, salts them, and signs one root with the key inside the device.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Merkle, Slot } from '@wattconnect/protocol';
import { deviceSecret } from './household.ts';

export type Reading1h = {
  seller: string;
  meter: string;
  slot: bigint;
  exportWh: bigint;
  root: Uint8Array;
  /** 1 for the first statement about an hour, one more for each correction. */
  revision: bigint;
  readings: Merkle.Reading[];
  signature: Uint8Array;
};

const text = (value: string) => new TextEncoder().encode(value);
const signed = ({ slot, exportWh, revision, root }: Pick<Reading1h, 'slot' | 'exportWh' | 'revision' | 'root'>) =>
  sha256(new Uint8Array([...text(`wattconnect reading ${slot} ${exportWh} ${revision} `), ...root]));

/**
 * What a meter says of one hour.
 * @param quartersWh net export of the four quarters, Wh
 * @param secret keeps the salts from being guessed; deleting it makes the roots unlinkable
 * @param revision one more than the last statement about this hour
 */
export function read(
  name: string,
  seller: string,
  slot: bigint,
  quartersWh: number[],
  secret: string,
  revision = 1n,
): Reading1h {
  if (quartersWh.length !== Slot.READINGS) throw new Error('An hour has four readings.');
  const readings = quartersWh.map((wh, index) => ({
    index,
    wh: BigInt(wh),
    salt: sha256(text(`${secret} ${name} ${slot} ${index}`)),
  }));
  const root = Merkle.root(readings);
  const exportWh = readings.reduce((sum, { wh }) => sum + wh, 0n);
  const said = { seller, meter: name, slot, exportWh, root, revision, readings };
  return { ...said, signature: ed25519.sign(signed(said), deviceSecret(name)) };
}

/** Whether this device signed it, and its quarters are what the root commits to. What an operator checks before it signs. */
export function isGenuine(reading: Reading1h, device: Uint8Array): boolean {
  const { exportWh, root, readings, signature } = reading;
  return (
    isSigned(signature, signed(reading), device) &&
    readings.reduce((sum, { wh }) => sum + wh, 0n) === exportWh &&
    readings.every((one) => Merkle.verify(root, one, Merkle.proof(readings, one.index)))
  );
}

/** The library throws at bytes that are no key or no signature: neither is signed by this device. */
function isSigned(signature: Uint8Array, message: Uint8Array, device: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, device);
  } catch {
    return false;
  }
}
