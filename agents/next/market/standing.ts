// How much a household may still trade: trust times certified energy, less what the rolling month has seen already.
import { Trust, Units } from '@wattconnect/protocol';

export class Standing {
  /** Trust in basis points. */
  readonly score: bigint;
  /** Certified W. */
  readonly peakW: bigint;
  readonly cell: bigint;
  readonly mayBuy: boolean;
  readonly maySell: boolean;
  #left: bigint;

  constructor(row: {
    score: bigint;
    usedWh: bigint;
    capacityWh: bigint;
    defaultLimitWh: bigint;
    peakW: bigint;
    cell: bigint;
    mayBuy: boolean;
    maySell: boolean;
  }) {
    this.score = row.score;
    this.peakW = row.peakW;
    this.cell = row.cell;
    this.mayBuy = row.mayBuy;
    this.maySell = row.maySell;
    this.#left = Units.max(0n, Trust.limitWh(row.score, row.capacityWh, row.defaultLimitWh) - row.usedWh);
  }

  /** Wh that may still be traded. */
  get left(): bigint {
    return this.#left;
  }

  /** Counts a trade that is under way. */
  use(wh: bigint): void {
    this.#left -= wh;
  }
}
