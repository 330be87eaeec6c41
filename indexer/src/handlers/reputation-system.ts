import { Trust } from '@wattconnect/protocol';
import type { Row } from '../schema.ts';
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

/** A household's trust, and what follows from it. */
export function trust(
  score: bigint,
): Pick<Row<'Household'>, 'score' | 'tier' | 'limitPercent' | 'nextTier' | 'nextTierScore' | 'tierPercent'> {
  const { name, limitPercent } = Trust.tierOf(score);
  const above = Trust.progress(score);
  return {
    score: int(score),
    tier: name.toLowerCase(),
    limitPercent: int(limitPercent),
    nextTier: above?.next.name.toLowerCase() ?? null,
    nextTierScore: above ? int(above.next.from) : null,
    tierPercent: above ? int(above.percent) : 100,
  };
}

export const reputationSystem: Handlers<'reputation-system'> = {
  'score-changed': ({ who, before, after, cause, ref }, state, context) => {
    // The score of a newcomer is told just before the registration itself, which then looks it up.
    if (state.get('Household', who)) state.change('Household', who, trust(after));
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
