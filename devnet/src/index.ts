/** The embedded chain: the real Clarity VM behind the Stacks node RPC, in one process. */
export { type DevnetOptions, startDevnet } from './devnet.ts';
export { Rejection, SetupError } from './errors.ts';
