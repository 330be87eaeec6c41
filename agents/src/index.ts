/** Programs that hold a key and act. All they know they ask a node, an indexer or a relay; time is the chain's. */

export { SignedBook, type Statement } from './book.ts';
export { ChainClient, NodeError, type Receipt } from './chain/hands.ts';
export { roomOf, type Terms, termsOf, type User, usersOf } from './chain/reads.ts';
export { readMeters } from './homes/csv.ts';
export { expected } from './homes/forecast.ts';
export { generateMeters } from './homes/generate.ts';
export { inDay, inHour, isDay, MeterFileError, type Meters, startOfDay } from './homes/meters.ts';
export {
  buy,
  type Deal,
  deviceKey,
  enrol,
  type Household,
  household,
  type Need,
  type OpenOffer,
  type Promise1h,
  plan,
  signOffer,
} from './household.ts';
export { Keeper } from './keeper.ts';
export { type Reading1h, read as readMeter } from './meter.ts';
export { NoQuorum, Operator, quorum, RefusedReading } from './oracle.ts';
