import { type Handlers, int } from './common.ts';

export const disputeResolution: Handlers<'dispute-resolution'> = {
  'dispute-opened': ({ id, trade, claimant, claim, evidenceHash, bond, revision, at }, state, { tx }) =>
    state.set('Dispute', {
      id: String(id),
      trade: String(trade),
      claimant,
      claim,
      evidenceHash,
      bond,
      status: 'open',
      revision: int(revision),
      upheld: null,
      openedAt: at,
      openedTx: tx,
      resolvedTx: null,
    }),
  'dispute-resolved': ({ id, upheld, revision }, state, { tx }) =>
    state.change('Dispute', String(id), { status: 'resolved', upheld, revision: int(revision), resolvedTx: tx }),
};
