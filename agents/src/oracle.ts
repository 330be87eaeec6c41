// Operators: each looks at the meters' readings for itself and signs only what is genuine.
import { Keys, Message } from '@wattconnect/protocol';
import { isGenuine, type Reading1h } from './meter.ts';

export class RefusedReading extends Error {
  constructor(meter: string) {
    super(`The readings of ${meter} are not genuine.`);
    this.name = 'RefusedReading';
  }
}

export type Quorum = { index: bigint; signature: Uint8Array }[];

/** One operator's signature over the reports of a slot. */
export function sign(operator: string, domain: Message.Domain, slot: bigint, readings: Reading1h[]): Uint8Array {
  const fake = readings.find((reading) => !isGenuine(reading) || reading.slot !== slot);
  if (fake) throw new RefusedReading(fake.meter);
  return Message.sign(domain, Message.encodeProductions({ slot, rows: rowsOf(readings) }), Keys.development(operator));
}

export function rowsOf(readings: Reading1h[]): Message.Productions['rows'] {
  return readings.map(({ seller, exportWh, root }) => ({ seller, exportWh, root, revision: 1n }));
}

/** The first `threshold` operators that answer, in the order of their index. */
export function quorum(
  operators: string[],
  threshold: number,
  domain: Message.Domain,
  slot: bigint,
  readings: Reading1h[],
): Quorum {
  return operators
    .slice(0, threshold)
    .map((operator, index) => ({ index: BigInt(index), signature: sign(operator, domain, slot, readings) }));
}
