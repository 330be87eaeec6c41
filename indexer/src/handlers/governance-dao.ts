import { parameters } from '@wattconnect/contracts';
import { eventId, type Handlers, int, word } from './common.ts';

const KINDS = ['unknown', 'parameter', 'contract'];
const CHOICES = ['against', 'for', 'abstain'];

export const governanceDao: Handlers<'governance-dao'> = {
  constructed: (_, state) => {
    for (const [key, { initial }] of Object.entries(parameters))
      if (!state.get('Parameter', key)) state.set('Parameter', { id: key, value: initial });
  },
  'parameter-changed': ({ key, after }, state) => state.set('Parameter', { id: key, value: after }),
  'member-changed': ({ member, active, since }, state) => {
    const before = state.get('Member', member) ?? {
      delegate: state.get('Delegation', member)?.delegate ?? null,
      delegators: state.where('Delegation', { delegate: member }).length,
      votes: 0,
    };
    state.set('Member', { ...before, id: member, active, since });
  },
  'delegation-changed': ({ delegator, delegate }, state) => {
    const before = state.get('Delegation', delegator)?.delegate ?? null;
    state.set('Delegation', { id: delegator, delegate });
    if (state.get('Member', delegator)) state.change('Member', delegator, { delegate });
    for (const [who, change] of [
      [before, -1],
      [delegate, 1],
    ] as const) {
      const member = who === null ? undefined : state.get('Member', who);
      if (member) state.set('Member', { ...member, delegators: member.delegators + change });
    }
  },
  'proposal-created': ({ id, proposer, kind, key, value, target, opensAt, closesAt, quorum, bond }, state, { tx }) =>
    state.set('Proposal', {
      id: String(id),
      proposer,
      kind: word(KINDS, kind),
      key,
      value,
      contract: target,
      status: 'voting',
      forVotes: 0,
      againstVotes: 0,
      abstainVotes: 0,
      quorum: int(quorum),
      bond,
      opensAt,
      closesAt,
      executableAt: null,
      createdTx: tx,
    }),
  'vote-cast': (event, state, { time, tx }) => {
    state.change('Proposal', String(event.id), {
      forVotes: int(event.for),
      againstVotes: int(event.against),
      abstainVotes: int(event.abstain),
    });
    state.set('Vote', {
      id: `${event.id}-${event.voter}`,
      proposal: String(event.id),
      voter: event.voter,
      member: event.voter,
      choice: word(CHOICES, event.choice),
      at: BigInt(time),
      tx,
    });
    const member = state.get('Member', event.voter);
    if (member) state.set('Member', { ...member, votes: member.votes + 1 });
  },
  'proposal-concluded': ({ id, passed, executableAt }, state) =>
    state.change('Proposal', String(id), {
      status: passed ? 'passed' : 'rejected',
      executableAt: passed ? executableAt : null,
    }),
  'proposal-executed': ({ id }, state) => state.change('Proposal', String(id), { status: 'executed' }),
  'proposal-vetoed': ({ id }, state) => state.change('Proposal', String(id), { status: 'vetoed' }),
  'treasury-paid': ({ to, amount }, state, context) =>
    state.set('TreasuryMovement', {
      id: eventId(context),
      kind: 'paid',
      to,
      micro: amount,
      at: BigInt(context.time),
      tx: context.tx,
    }),
};
