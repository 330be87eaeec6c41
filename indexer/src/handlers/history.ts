// What happened, told to each household that it happened to: notifications, and the records of a year.
import type { ContractEvent } from '@wattconnect/contracts';
import type { Row } from '../schema.ts';
import type { State } from '../state.ts';
import { type Context, eventId } from './common.ts';

type Line = Pick<Row<'HistoryEntry'>, 'household' | 'kind'> &
  Partial<Pick<Row<'HistoryEntry'>, 'counterparty' | 'subject' | 'trade' | 'slot' | 'wh' | 'micro'>>;

/** Both sides of a trade that is known. */
function sides(state: State, id: bigint | string, kind: string, seller: Partial<Line>, buyer: Partial<Line>): Line[] {
  const trade = state.need('Trade', String(id));
  const about = { kind, trade: trade.id, slot: trade.slot };
  const lines: Line[] = [
    { household: trade.seller, counterparty: trade.buyer, ...about, ...seller },
    { household: trade.buyer, counterparty: trade.seller, ...about, ...buyer },
  ];
  // Money in an asset is none in STX: the trade has the amounts.
  return trade.asset === null ? lines : lines.map(({ micro: _, ...line }) => line);
}

/** Both sides of the trade that a dispute is about. */
const parties = (state: State, id: bigint, kind: string, seller: Partial<Line>, buyer: Partial<Line>): Line[] =>
  sides(state, state.need('Dispute', String(id)).trade, kind, seller, buyer);

/** Both sides, with money for the one of them that called the jury. */
function withCaller(state: State, id: bigint, kind: string, subject: string, micro: bigint): Line[] {
  const { caller } = state.need('Jury', String(id));
  return parties(state, id, kind, { subject }, { subject }).map((line) =>
    line.household === caller ? { ...line, micro } : line,
  );
}

/** One juror of a dispute. */
function jurorOf(state: State, id: bigint, household: string, kind: string): Line {
  const { trade } = state.need('Dispute', String(id));
  return { household, kind, subject: String(id), trade, slot: state.need('Trade', trade).slot };
}

/** Jurors who voted with the majority have their fee, or all who voted where there was none: as the contract pays them. */
function concluded(state: State, id: bigint, verdict: boolean | null, returned: bigint): Line[] {
  const jury = state.need('Jury', String(id));
  const subject = jury.verdict!;
  return [
    ...withCaller(state, id, 'jury-concluded', subject, returned),
    ...state.where('JurySeat', { jury: jury.id }).map(({ juror, revealed, uphold }) => ({
      ...jurorOf(state, id, juror, 'jury-concluded'),
      subject,
      micro: revealed && (verdict === null || uphold === verdict) ? jury.feeMicro : 0n,
    })),
  ];
}

function linesOf(event: ContractEvent, state: State): Line[] {
  switch (event.topic) {
    case 'household-registered':
      return [{ household: event.household, kind: 'registered' }];
    case 'household-deactivated':
      return [{ household: event.household, kind: 'left' }];
    case 'household-reactivated':
      return [{ household: event.household, kind: 'came-back' }];
    case 'meter-registered':
    case 'meter-verified':
      return [{ household: event.household, kind: event.topic, subject: String(event.meter) }];
    case 'certification-applied':
      return [{ household: event.producer, kind: 'applied', subject: event.source, micro: event.fee }];
    case 'producer-certified':
      return [{ household: event.producer, kind: 'certified', counterparty: event.by, subject: event.source }];
    case 'application-rejected':
    case 'certification-revoked':
      return [{ household: event.producer, kind: event.topic, counterparty: event.by, subject: event.reason }];

    case 'score-changed':
      return [
        {
          household: event.who,
          kind: event.after < event.before ? 'trust-lost' : 'trust-gained',
          subject: `${event.before} to ${event.after}`,
        },
      ];

    case 'delivery-fault':
      return [
        {
          household: event.who,
          kind: event.suspendedUntil > 0n ? 'suspended' : event.fine > 0n ? 'fined' : 'warned',
          subject: `${event.count}`,
          slot: event.slot,
          micro: event.fine,
        },
      ];

    case 'offer-created':
      return [{ household: event.seller, kind: 'offered', subject: String(event.id), slot: event.slot, wh: event.wh }];
    case 'offer-cancelled': {
      const { seller, slot } = state.need('Offer', String(event.id));
      return [{ household: seller, kind: 'offer-cancelled', subject: String(event.id), slot }];
    }
    case 'request-created':
      return [{ household: event.buyer, kind: 'requested', subject: String(event.id), wh: event.wh }];
    case 'request-cancelled': {
      const { buyer } = state.need('Request', String(event.id));
      return [{ household: buyer, kind: 'request-cancelled', subject: String(event.id) }];
    }

    case 'deposited':
    case 'withdrawn':
      return [{ household: event.who, kind: event.topic, micro: event.amount }];
    case 'paid-out':
      return [{ household: event.who, kind: 'paid-out', micro: event.due, wh: event.dueWh }];
    case 'trade-opened': {
      const { id, wh, cost, locked } = event;
      return sides(state, id, '', { kind: 'sold', wh, micro: cost }, { kind: 'bought', wh, micro: locked });
    }
    case 'trade-cancelled':
      return sides(state, event.id, 'trade-cancelled', {}, { micro: event.refund });
    case 'trade-confirmed': {
      const { id, delivered: wh, paid, refund } = event;
      return sides(state, id, 'confirmed', { wh, micro: paid }, { wh, micro: refund });
    }
    case 'trade-settled': {
      const { id, delivered: wh, paid, refund } = event;
      return sides(state, id, 'settled', { wh, micro: paid }, { wh, micro: refund });
    }

    case 'production-reported':
      return [{ household: event.seller, kind: 'reported', slot: event.slot, wh: event.exportWh }];
    case 'production-final':
      return [{ household: event.seller, kind: 'report-final', slot: event.slot, wh: event.exportWh }];
    case 'export-minted':
      return [{ household: event.producer, kind: 'minted', slot: event.slot, wh: event.custody + event.surplus }];
    case 'energy-retired':
      return [
        {
          household: event.owner,
          kind: 'retired',
          counterparty: event.beneficiary,
          subject: String(event.id),
          wh: event.amount,
        },
      ];

    case 'energy-listed':
      return [{ household: event.seller, kind: 'spot-listed', wh: event.wh }];
    case 'energy-unlisted':
      return [{ household: event.seller, kind: 'spot-unlisted', wh: event.wh }];
    case 'energy-bought': {
      const { purchase, seller, buyer, wh, cost, fee } = event;
      const subject = String(purchase);
      return [
        { household: seller, kind: 'spot-sold', counterparty: buyer, subject, wh, micro: cost },
        { household: buyer, kind: 'spot-bought', counterparty: seller, subject, wh, micro: cost + fee },
      ];
    }
    case 'energy-refunded': {
      const { purchase, seller, buyer, wh, refund: micro } = event;
      const about = { kind: 'spot-refunded', subject: String(purchase), wh, micro };
      return [
        { household: seller, counterparty: buyer, ...about },
        { household: buyer, counterparty: seller, ...about },
      ];
    }
    case 'proceeds-released':
      return [{ household: event.seller, kind: 'spot-paid', subject: String(event.purchase), micro: event.amount }];

    case 'dispute-opened': {
      const subject = String(event.id);
      return sides(state, event.trade, 'dispute-opened', { subject }, { subject });
    }
    case 'dispute-resolved': {
      const subject = event.upheld ? 'upheld' : 'rejected';
      return sides(state, event.trade, 'dispute-resolved', { subject }, { subject });
    }
    case 'jury-called':
      return withCaller(state, event.id, 'jury-called', String(event.id), event.size * event.fee);
    case 'jury-drawn': {
      const { id, jurors } = event;
      if (jurors.length > 0) return jurors.map((juror) => jurorOf(state, id, juror, 'jury-drawn'));
      const { size, feeMicro } = state.need('Jury', String(id));
      return withCaller(state, id, 'jury-failed', String(id), BigInt(size) * feeMicro);
    }
    case 'vote-committed':
    case 'vote-revealed':
      return [jurorOf(state, event.id, event.juror, event.topic)];
    case 'jury-concluded':
      return concluded(state, event.id, event.verdict, event.returned);
    case 'juror-enrolled':
    case 'juror-left':
      return [{ household: event.juror, kind: event.topic }];
    case 'proposal-created':
      return [{ household: event.proposer, kind: 'proposed', subject: String(event.id), micro: event.bond }];
    case 'vote-cast':
      return [{ household: event.voter, kind: 'voted', subject: String(event.id) }];
    default:
      return [];
  }
}

/** Adds the lines of an event, after its handler has run. */
export function tell(event: ContractEvent, state: State, context: Context): void {
  linesOf(event, state).forEach((line, i) => {
    state.set('HistoryEntry', {
      id: `${eventId(context)}-${i}`,
      counterparty: null,
      subject: '',
      trade: null,
      slot: null,
      wh: null,
      micro: null,
      ...line,
      at: BigInt(context.time),
      tx: context.tx,
    });
  });
}
