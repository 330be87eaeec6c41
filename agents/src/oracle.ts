// Operators: each looks at the meters' readings for itself and signs only what is genuine.
import { Bytes, Keys, Message } from '@wattconnect/protocol';
import { SignedBook } from './book.ts';
import type { ChainClient } from './chain/hands.ts';
import { type Device, deviceOf, operatorsOf, usersOf } from './chain/reads.ts';
import { isGenuine, type Reading1h } from './meter.ts';

/** Algorithm of a device key in the registry; meters of ours sign with ed25519. */
const ED25519 = 1n;

export class RefusedReading extends Error {
  constructor(meter: string, why: string) {
    super(`The readings of ${meter} are not signed: ${why}.`);
    this.name = 'RefusedReading';
  }
}

export class NoQuorum extends Error {
  constructor(signed: number, threshold: bigint, why: string) {
    super(`${signed} of ${threshold} operators that are needed have signed${why && `: ${why}`}.`);
    this.name = 'NoQuorum';
  }
}

export type Quorum = { index: bigint; signature: Uint8Array }[];

export const rowsOf = (readings: Reading1h[]): Message.Productions['rows'] =>
  readings.map(({ seller, exportWh, root, revision }) => ({ seller, exportWh, root, revision }));

/** One operator: knows the registry by its own reading of the chain, and nothing by hearsay. */
export class Operator {
  readonly address: string;
  readonly #chain: ChainClient;
  readonly #key: string;
  readonly #domain: Message.Domain;
  readonly #devices = new Map<bigint, Device>();
  readonly #book: SignedBook;

  /** @param book what it has signed before; one with a file, if it stands for it with a stake */
  constructor(chain: ChainClient, key: string, chainId: number, book = new SignedBook()) {
    this.#book = book;
    this.#chain = chain;
    this.#key = key;
    this.address = Keys.address(key);
    this.#domain = { chainId, contract: `${chain.deployer}.energy-oracle`, purpose: 'productions' };
  }

  async #device(meter: bigint): Promise<Device | null> {
    const known = this.#devices.get(meter) ?? (await deviceOf(this.#chain, meter));
    if (known) this.#devices.set(meter, known);
    return known;
  }

  /**
   * Signs the reports of a slot.
   * @throws {RefusedReading} for the first reading that the household's registered device did not sign
   */
  async sign(slot: bigint, readings: Reading1h[]): Promise<Uint8Array> {
    const users = await usersOf(
      this.#chain,
      readings.map(({ seller }) => seller),
    );
    for (const [i, reading] of readings.entries()) {
      const meter = users[i]?.meter ?? 0n;
      const device = meter === 0n ? null : await this.#device(meter);
      if (!device || device.household !== reading.seller)
        throw new RefusedReading(reading.meter, 'the registry knows no meter of this household');
      if (device.algorithm !== ED25519) throw new RefusedReading(reading.meter, 'its key is of another kind');
      if (reading.slot !== slot) throw new RefusedReading(reading.meter, 'they are of another hour');
      if (!isGenuine(reading, device.key))
        throw new RefusedReading(reading.meter, 'they are not what its registered device has signed');
    }
    const rows = rowsOf(readings);
    // On the disk before the signature leaves.
    const contradicting = this.#book.keep(rows.map(({ root, ...row }) => ({ ...row, slot, root: Bytes.toHex(root) })));
    if (contradicting !== undefined)
      throw new RefusedReading(readings[contradicting]!.meter, 'others were signed for the same hour and revision');
    return Message.sign(this.#domain, Message.encodeProductions({ slot, rows }), this.#key);
  }
}

/**
 * Asks operators until as many as the contract wants have signed, in the order of their index.
 * One that refuses or does not answer is passed over.
 * @throws {NoQuorum}
 */
export async function quorum(
  chain: ChainClient,
  operators: Operator[],
  slot: bigint,
  readings: Reading1h[],
): Promise<Quorum> {
  const { operators: seats, threshold } = await operatorsOf(chain);
  const out: Quorum = [];
  let why = '';
  for (const [index, address] of seats.entries()) {
    if (BigInt(out.length) >= threshold) break;
    const operator = operators.find((one) => one.address === address);
    if (!operator) continue;
    try {
      out.push({ index: BigInt(index), signature: await operator.sign(slot, readings) });
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  if (BigInt(out.length) < threshold) throw new NoQuorum(out.length, threshold, why);
  return out;
}
