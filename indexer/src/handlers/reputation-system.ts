import { Trust } from '@wattconnect/protocol';
import type { Row } from '../schema.ts';
import type { State } from '../state.ts';
import { eventId, type Handlers, int, word } from './common.ts';

const CAUSES = [
  'unknown',
  'signup',
  'meter',
  'delivery-success',
  'delivery-partial',
  'delivery-failed',
  'buyer-cancel',
  'dispute',
];

type Trusted = 'score' | 'boost' | 'tier' | 'limitPercent' | 'nextTier' | 'nextTierScore' | 'tierPercent';

/** A household's trust, and what follows from it. A stake counts for the tier, not for the score. */
export function trust(score: bigint, boost: bigint): Pick<Row<'Household'>, Trusted> {
  const standing = Trust.standing(score, boost);
  const { name, limitPercent } = Trust.tierOf(standing);
  const above = Trust.progress(standing);
  return {
    score: int(score),
    boost: int(boost),
    tier: name.toLowerCase(),
    limitPercent: int(limitPercent),
    nextTier: above?.next.name.toLowerCase() ?? null,
    nextTierScore: above ? int(above.next.from) : null,
    tierPercent: above ? int(above.percent) : 100,
  };
}

type Staked = { who: string; amount: bigint; leaving: bigint; leavesAt: bigint; holds: bigint; boost: bigint };

function stake({ who, amount, leaving, leavesAt, holds, boost }: Staked, state: State, slashed = 0n): void {
  state.set('Stake', {
    id: who,
    stakedMicro: amount,
    leavingMicro: leaving,
    leavesAt: leaving > 0n ? leavesAt : null,
    holds: int(holds),
    slashedMicro: (state.get('Stake', who)?.slashedMicro ?? 0n) + slashed,
    boost: int(boost),
  });
  const household = state.get('Household', who);
  if (household) state.change('Household', who, trust(BigInt(household.score), boost));
}

export const reputationSystem: Handlers<'reputation-system'> = {
  rated: ({ trade, by, of, stars, commentHash, counted, at }, state, { tx }) => {
    state.set('Rating', {
      id: `${trade}-${by}`,
      trade: String(trade),
      by,
      of,
      stars: int(stars),
      commentHash,
      counted,
      at,
      tx,
    });
    const rated = state.need('Household', of);
    if (counted)
      state.change('Household', of, { ratingStars: rated.ratingStars + int(stars), ratings: rated.ratings + 1 });
  },
  staked: (event, state) => stake(event, state),
  unstaked: (event, state) => stake(event, state),
  'stake-withdrawn': (event, state) => stake(event, state),
  'boost-refreshed': (event, state) => stake(event, state),
  'stake-held': (event, state) => stake(event, state),
  'stake-released': (event, state) => stake(event, state),
  'stake-slashed': (event, state, context) => {
    stake(event, state, event.moved);
    if (event.moved > event.reward)
      state.set('TreasuryMovement', {
        id: eventId(context),
        kind: 'slashed',
        to: null,
        micro: event.moved - event.reward,
        at: BigInt(context.time),
        tx: context.tx,
      });
  },
  'score-changed': ({ who, before, after, cause, ref }, state, context) => {
    // The score of a newcomer is told just before the registration itself, which then looks it up.
    const household = state.get('Household', who);
    if (household) state.change('Household', who, trust(after, BigInt(household.boost)));
    state.set('ScoreChange', {
      id: eventId(context),
      household: who,
      before: int(before),
      after: int(after),
      cause: word(CAUSES, cause),
      ref,
      at: BigInt(context.time),
      tx: context.tx,
    });
  },
};
