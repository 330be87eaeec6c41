/** The embedded chain: the real Clarity VM behind the Stacks node RPC, in one process. */
export type { Block, Chain, Change, Receipt } from './chain.ts';
export type { PlannedCall, PlannedContract } from './deploy.ts';
export { Devnet, type DevnetOptions, type RunningDevnet, startDevnet } from './devnet.ts';
export { Rejection, SetupError } from './errors.ts';
export { wattconnectPlan } from './plan.ts';
