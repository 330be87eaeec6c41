import { community, count, type Handlers, slotId } from './common.ts';

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
