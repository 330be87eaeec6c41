// A meter: reads four quarters of an hour, salts them, and signs one root with the key inside the device.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Merkle, Slot } from '@wattconnect/protocol';
import { deviceKey, deviceSecret } from './household.ts';

export type Reading1h = {
  seller: string;
  meter: string;
  slot: bigint;
  exportWh: bigint;
  root: Uint8Array;
  readings: Merkle.Reading[];
  signature: Uint8Array;
};

const text = (value: string) => new TextEncoder().encode(value);
const signed = (slot: bigint, exportWh: bigint, root: Uint8Array) =>
  sha256(new Uint8Array([...text(`wattconnect reading ${slot} ${exportWh} `), ...root]));

/**
 * What a meter says of one hour.
 * @param quartersWh net export of the four quarters, Wh
 * @param secret keeps the salts from being guessed; deleting it makes the roots unlinkable
 */
export function read(name: string, seller: string, slot: bigint, quartersWh: number[], secret: string): Reading1h {
  if (quartersWh.length !== Slot.READINGS) throw new Error('An hour has four readings.');
  const readings = quartersWh.map((wh, index) => ({
    index,
    wh: BigInt(wh),
    salt: sha256(text(`${secret} ${name} ${slot} ${index}`)),
  }));
  const root = Merkle.root(readings);
  const exportWh = readings.reduce((sum, { wh }) => sum + wh, 0n);
  return {
    seller,
    meter: name,
    slot,
    exportWh,
    root,
    readings,
    signature: ed25519.sign(signed(slot, exportWh, root), deviceSecret(name)),
  };
}

/** Whether the device signed this, and its quarters are what the root commits to. What an operator checks before it signs. */
export function isGenuine({ meter, slot, exportWh, root, readings, signature }: Reading1h): boolean {
  return (
    ed25519.verify(signature, signed(slot, exportWh, root), deviceKey(meter)) &&
    readings.reduce((sum, { wh }) => sum + wh, 0n) === exportWh &&
    readings.every((reading) => Merkle.verify(root, reading, Merkle.proof(readings, reading.index)))
  );
}
