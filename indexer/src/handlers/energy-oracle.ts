import { delivery, type Handlers, int, ofHousehold, slotId } from './common.ts';

export const energyOracle: Handlers<'energy-oracle'> = {
  'production-reported': ({ seller, slot, exportWh, root, revision }, state, { time, tx }) => {
    const before = state.get('ProductionReport', slotId(seller, slot));
    state.set('ProductionReport', {
      id: slotId(seller, slot),
      seller,
      slot,
      exportWh,
      revision: int(revision),
      root,
      final: false,
      curtailed: false,
      custodyWh: null,
      surplusWh: null,
      firstAt: before?.firstAt ?? BigInt(time),
      tx,
      finalTx: null,
    });
    state.set('Delivery', { ...delivery(state, seller, slot), exportWh, status: 'reported' });
    for (const trade of state.where('Trade', { seller, slot })) state.set('Trade', { ...trade, reportedTx: tx });
  },
  'consumption-reported': ({ household, slot, importWh, root, revision, at }, state, { tx }) =>
    state.set('ConsumptionReport', {
      id: slotId(household, slot),
      household,
      slot,
      importWh,
      revision: int(revision),
      root,
      at,
      tx,
    }),
  'production-final': ({ seller, slot, exportWh, custody, surplus, curtailed }, state, { tx }) => {
    state.change('ProductionReport', slotId(seller, slot), {
      final: true,
      exportWh,
      custodyWh: custody,
      surplusWh: surplus,
      curtailed,
      finalTx: tx,
    });
    state.set('Delivery', {
      ...delivery(state, seller, slot),
      exportWh,
      custodyWh: custody,
      surplusWh: surplus,
      curtailed,
      status: 'final',
    });
    ofHousehold(state, seller, slot, { exportedWh: exportWh });
    for (const trade of state.where('Trade', { seller, slot })) state.set('Trade', { ...trade, finalTx: tx });
  },
};
