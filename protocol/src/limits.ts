// Bounds of what travels between neighbours. One place; tests assert each.

/** Bytes of an envelope as gossiped. */
export const MAX_ENVELOPE_BYTES = 16 * 1024;
/** Bytes of a signed order's tuple: 9 fields, the largest principal included. */
export const MAX_ORDER_BYTES = 512;
/** Bytes of a checkpoint's tuple: six fields, all of a fixed size. */
export const MAX_CHECKPOINT_BYTES = 320;
/** Rows of one production report. */
export const MAX_PRODUCTION_ROWS = 50;
/** Rows of one posting of an auction. */
export const MAX_AUCTION_ROWS = 50;
/** An order may live this long, in seconds. */
export const MAX_ORDER_LIFETIME_S = 31 * 24 * 3600;
/** Order slots further ahead than this (in slots) are not kept. */
export const MAX_SLOTS_AHEAD = 31n * 24n;
/** Wh in one order: the largest connection that the rules know (200 kW) for one hour. */
export const MAX_ORDER_WH = 200_000n;
/** Base units a kWh: far above any tariff, far below an overflow. */
export const MAX_PRICE = 1_000_000_000_000n;
/** Clocks of neighbours differ by up to this many seconds. */
export const CLOCK_SKEW_S = 120;
