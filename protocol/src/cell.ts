// Grid cells: H3 indices of resolution 7 as unsigned integers. Nothing finer is ever written on chain.
import { DecodeError } from './errors.ts';

export const RESOLUTION = 7;
/** Bits of the H3 index below resolution 5: what is left when they are shifted out names the district. */
const DISTRICT_SHIFT = 30n;

export type Tier = 'cell' | 'district' | 'far';

/** Whether the integer is an H3 cell of resolution 7: mode 1, resolution 7, all finer digits unused. */
export function isCell(cell: bigint): boolean {
  return (
    cell >= 0n &&
    cell >> 63n === 0n &&
    cell >> 59n === 1n &&
    ((cell >> 52n) & 15n) === BigInt(RESOLUTION) &&
    (cell & 0xffffffn) === 0xffffffn
  );
}

/** The cell of its usual hex text, such as "871f0d4b5ffffff". Throws {@link DecodeError}. */
export function fromHex(text: string): bigint {
  const cell = /^[0-9a-f]{15,16}$/i.test(text) ? BigInt(`0x${text}`) : -1n;
  if (!isCell(cell)) throw new DecodeError(`"${text.slice(0, 40)}" is not an H3 cell of resolution ${RESOLUTION}.`);
  return cell;
}

export function toHex(cell: bigint): string {
  return cell.toString(16);
}

/** The district a cell lies in: its ancestor at resolution 5, as the contracts compute it. */
export function district(cell: bigint): bigint {
  return cell >> DISTRICT_SHIFT;
}

/** How far two cells are apart, for the fee of the local wires. */
export function tier(a: bigint, b: bigint): Tier {
  if (a === b) return 'cell';
  return district(a) === district(b) ? 'district' : 'far';
}
