// Where the local neighbourhood lies: Accra, where local time is UTC and the sun shines all year.

import { Cell } from '@wattconnect/protocol';
import { gridDisk, latLngToCell } from 'h3-js';

export const PLACE = { name: 'Accra', latitude: 5.56, longitude: -0.205, timeZone: 'UTC' };

const CENTRE = latLngToCell(PLACE.latitude, PLACE.longitude, Cell.RESOLUTION);
const cells = gridDisk(CENTRE, 4).map(Cell.fromHex);
const district = Cell.district(cells[0]!);

/** Four cells of one district, and one of the next: all three tiers of the grid fee occur. */
export const CELLS: readonly bigint[] = [
  ...cells.filter((cell) => Cell.district(cell) === district).slice(0, 4),
  cells.find((cell) => Cell.district(cell) !== district)!,
];

/** The cell of the n-th home: most live close together. */
export function cellOf(index: number): bigint {
  const turn = [0, 1, 0, 2, 1, 3, 0, 4, 2, 1];
  return CELLS[turn[index % turn.length]!]!;
}
