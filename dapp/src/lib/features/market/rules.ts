/** The parameters that price and bound a trade, as the chain holds them now. Rates in basis points, money in µSTX, times in seconds. */
import { Cell, Fees } from '@wattconnect/protocol';

export type Rules = {
  commissionBps: bigint;
  gridBps: Record<Cell.Tier, bigint>;
  floor: bigint;
  ceiling: bigint;
  /** What offers above or below the reference price go by. */
  reference: bigint;
  tariff: bigint;
  feedIn: bigint;
  minWh: bigint;
  gateClosure: number;
  gateOpening: number;
  cancelWindow: number;
  cancelPenaltyBps: bigint;
  challengeWindow: number;
  reportMaxAge: number;
  timeout: number;
  disputeBond: bigint;
  juryCallWindow: number;
  successBonusBps: bigint;
  defaultLimitWh: bigint;
};

/** Undefined as long as one of them is not known: nothing is priced with a guess. */
export const rulesOf = (rows: readonly { id: string; value: bigint }[]): Rules | undefined => {
  const values = new Map(rows.map(({ id, value }) => [id, value]));
  const missing = KEYS.some((key) => !values.has(key));
  if (missing) return undefined;
  const of = (key: (typeof KEYS)[number]): bigint => values.get(key)!;
  return {
    commissionBps: of('commission-bps'),
    gridBps: { cell: of('grid-bps-cell'), district: of('grid-bps-district'), far: of('grid-bps-far') },
    floor: of('price-floor'),
    ceiling: of('price-ceiling'),
    reference: of('reference-price'),
    tariff: of('retail-tariff'),
    feedIn: of('feed-in-tariff'),
    minWh: of('min-wh'),
    gateClosure: Number(of('gate-closure')),
    gateOpening: Number(of('gate-opening')),
    cancelWindow: Number(of('cancel-window')),
    cancelPenaltyBps: of('cancel-penalty-bps'),
    challengeWindow: Number(of('challenge-window')),
    reportMaxAge: Number(of('report-max-age')),
    timeout: Number(of('timeout')),
    disputeBond: of('dispute-bond'),
    juryCallWindow: Number(of('jury-call-window')),
    successBonusBps: of('success-bonus-bps'),
    defaultLimitWh: of('default-limit-wh'),
  };
};

const KEYS = [
  'commission-bps',
  'grid-bps-cell',
  'grid-bps-district',
  'grid-bps-far',
  'price-floor',
  'price-ceiling',
  'reference-price',
  'retail-tariff',
  'feed-in-tariff',
  'min-wh',
  'gate-closure',
  'gate-opening',
  'cancel-window',
  'cancel-penalty-bps',
  'challenge-window',
  'report-max-age',
  'timeout',
  'dispute-bond',
  'jury-call-window',
  'success-bonus-bps',
  'default-limit-wh',
] as const;

/** How far the energy travels, for the fee of the local wires. A buyer who has not said where they live counts as one of the same area. */
export const distance = (seller: bigint | null, buyer: bigint | null): Cell.Tier =>
  seller === null || buyer === null ? 'cell' : Cell.tier(seller, buyer);

/** What one kWh costs with everything in it, µSTX. */
export const allIn = (price: bigint, rules: Rules, tier: Cell.Tier): bigint =>
  Fees.quote({ wh: 1_000n, price, commissionBps: rules.commissionBps, gridBps: rules.gridBps[tier] }).total;
