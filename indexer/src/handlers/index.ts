// From events to rows. METHODOLOGY.md says how each figure is computed.
import type { ContractEvent } from '@wattconnect/contracts';
import { jsonOf } from '../json.ts';
import type { State } from '../state.ts';
import { type Context, eventId } from './common.ts';
import { disputeResolution } from './dispute-resolution.ts';
import { energyOracle } from './energy-oracle.ts';
import { energyToken } from './energy-token.ts';
import { governanceDao } from './governance-dao.ts';
import { tell } from './history.ts';
import { marketplace } from './marketplace.ts';
import { reputationSystem } from './reputation-system.ts';
import { tradeEscrow } from './trade-escrow.ts';
import { userRegistry } from './user-registry.ts';

export type { Context } from './common.ts';

type Handler = (event: ContractEvent, state: State, context: Context) => void;
const contracts: Record<ContractEvent['contract'], object> = {
  'governance-dao': governanceDao,
  'energy-token': energyToken,
  'reputation-system': reputationSystem,
  'user-registry': userRegistry,
  'energy-oracle': energyOracle,
  'trade-escrow': tradeEscrow,
  marketplace,
  'dispute-resolution': disputeResolution,
};
const handlers = new Map(
  Object.entries(contracts).flatMap(([contract, table]) =>
    Object.entries(table as Record<string, Handler>).map(
      ([topic, handler]) => [`${contract} ${topic}`, handler] as const,
    ),
  ),
);

/** Contract and topic of the events that change a view beside the list of events. */
export const handled: ReadonlySet<string> = new Set(handlers.keys());

/** The fields of an event as JSON with its keys in order: the same text for everybody. */
function dataOf({ contract: _, topic: __, ...data }: ContractEvent): string {
  const fields = data as Record<string, unknown>;
  let out = '';
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name];
    if (value !== undefined) out += `${out === '' ? '' : ','}"${name}":${jsonOf(value)}`;
  }
  return `{${out}}`;
}

/** Applies one event of the contracts; every event is also kept as it came. */
export function handle(event: ContractEvent, state: State, context: Context): void {
  const { contract, topic } = event;
  const { height, time, tx, rank } = context;
  state.set('Event', {
    id: eventId(context),
    block: height,
    tx,
    rank,
    contract,
    topic,
    data: dataOf(event),
    at: BigInt(time),
  });
  handlers.get(`${contract} ${topic}`)?.(event, state, context);
  tell(event, state, context);
}
