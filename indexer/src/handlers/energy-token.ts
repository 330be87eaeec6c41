import type { State } from '../state.ts';
import { community, count, type Handlers, hold, slotId } from './common.ts';

/** Tokens that moved, were made or burnt: the chain tells it beside what the contract prints. */
export function moved(state: State, from: string | undefined, to: string | undefined, wh: bigint): void {
  if (from !== undefined) hold(state, from, ({ balanceWh }) => ({ balanceWh: balanceWh - wh }));
  if (to !== undefined) hold(state, to, ({ balanceWh }) => ({ balanceWh: balanceWh + wh }));
}

export const energyToken: Handlers<'energy-token'> = {
  'export-minted': ({ producer, slot, custody, surplus }, state, { time, tx }) => {
    state.set('Mint', {
      id: slotId(producer, slot),
      producer,
      slot,
      custodyWh: custody,
      surplusWh: surplus,
      at: BigInt(time),
      tx,
    });
    count(state, slot, { mintedWh: custody + surplus, surplusWh: surplus });
  },
  'energy-retired': ({ id, owner, beneficiary, amount, reason }, state, { time, tx }) => {
    state.set('Certificate', { id: String(id), owner, beneficiary, wh: amount, reason, at: BigInt(time), tx });
    community(state, { retiredWh: amount });
  },
};
