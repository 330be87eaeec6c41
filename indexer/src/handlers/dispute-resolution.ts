import { type Handlers, int, word } from './common.ts';

const HOW = ['report', 'revision', 'agreement', 'jury', 'silence'];

export const disputeResolution: Handlers<'dispute-resolution'> = {
  'dispute-opened': ({ id, trade, claimant, claim, evidenceHash, bond, revision, at }, state, { tx }) => {
    const { seller, buyer } = state.need('Trade', String(trade));
    state.set('Dispute', {
      id: String(id),
      trade: String(trade),
      claimant,
      respondent: claimant === seller ? buyer : seller,
      claim,
      evidenceHash,
      bond,
      status: 'open',
      answer: 'none',
      answerBond: 0n,
      revision: int(revision),
      upheld: null,
      how: null,
      openedAt: at,
      openedTx: tx,
      resolvedTx: null,
    });
  },
  'dispute-answered': ({ id, agree, bond }, state) =>
    state.change('Dispute', String(id), { answer: agree ? 'agreed' : 'contested', answerBond: bond }),
  'dispute-resolved': ({ id, how, upheld, revision }, state, { tx }) =>
    state.change('Dispute', String(id), {
      status: 'resolved',
      upheld,
      how: word(HOW, how),
      revision: int(revision),
      resolvedTx: tx,
    }),
  'jury-called': ({ id, caller, size, fee }, state, { tx }) => {
    state.change('Dispute', String(id), { status: 'judging' });
    state.set('Jury', {
      id: String(id),
      dispute: String(id),
      caller,
      size: int(size),
      feeMicro: fee,
      status: 'called',
      commitUntil: null,
      endsAt: null,
      upheld: 0,
      rejected: 0,
      verdict: null,
      calledTx: tx,
    });
  },
  'jury-drawn': ({ id, jurors, commitUntil, endsAt }, state) => {
    if (jurors.length === 0) {
      state.change('Jury', String(id), { status: 'failed' });
      state.change('Dispute', String(id), { status: 'open' });
      return;
    }
    state.change('Jury', String(id), { status: 'sitting', commitUntil, endsAt });
    for (const juror of jurors)
      state.set('JurySeat', {
        id: `${id}-${juror}`,
        jury: String(id),
        juror,
        committed: false,
        revealed: false,
        uphold: null,
      });
  },
  'vote-committed': ({ id, juror }, state) => state.change('JurySeat', `${id}-${juror}`, { committed: true }),
  'vote-revealed': ({ id, juror, uphold }, state) => {
    state.change('JurySeat', `${id}-${juror}`, { revealed: true, uphold });
    const { upheld, rejected } = state.need('Jury', String(id));
    state.change('Jury', String(id), uphold ? { upheld: upheld + 1 } : { rejected: rejected + 1 });
  },
  'jury-concluded': ({ id, verdict }, state) =>
    state.change('Jury', String(id), {
      status: 'concluded',
      verdict: verdict === null ? 'none' : verdict ? 'upheld' : 'rejected',
    }),
  'juror-enrolled': ({ juror }, state) => state.set('Juror', { id: juror, active: true }),
  'juror-left': ({ juror }, state) => state.set('Juror', { id: juror, active: false }),
};
