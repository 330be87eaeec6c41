// What an agent asks the contracts before it acts. The chain is asked, never remembered: a restart changes nothing.
import { call, resultOf } from '@wattconnect/contracts';
import type { ChainClient } from './hands.ts';

/** Rows of one get-users. */
const USERS = 50;

/** Bits of a household's row in user-registry. */
export const BITS = { consumer: 1n, producer: 2n, verified: 4n, certified: 8n, inactive: 16n } as const;

export type User = { bits: bigint; cell: bigint; capacityWh: bigint; peakW: bigint; meter: bigint };

/** Rows of the registry, in the order of `addresses`; null for whoever is not registered. */
export async function usersOf(chain: ChainClient, addresses: string[]): Promise<(User | null)[]> {
  const out: (User | null)[] = [];
  for (let i = 0; i < addresses.length; i += USERS) {
    const who = addresses.slice(i, i + USERS);
    const rows = resultOf('user-registry', 'get-users', await chain.read(call.userRegistry.getUsers({ who })));
    out.push(...rows.map((row) => row ?? null));
  }
  return out;
}

export type Device = { household: string; key: Uint8Array; algorithm: bigint };

/** The device that the registry knows under this number. Never changes once it is there. */
export async function deviceOf(chain: ChainClient, meter: bigint): Promise<Device | null> {
  const row = resultOf('user-registry', 'get-meter', await chain.read(call.userRegistry.getMeter({ id: meter })));
  return row ? { household: row.household, key: row.deviceKey, algorithm: row.algorithm } : null;
}

/** Whether an application waits for a certifier. */
export async function hasApplied(chain: ChainClient, producer: string): Promise<boolean> {
  const row = resultOf(
    'user-registry',
    'get-application',
    await chain.read(call.userRegistry.getApplication({ producer })),
  );
  return row?.pending ?? false;
}

/** microSTX of an application. */
export async function certificationFee(chain: ChainClient): Promise<bigint> {
  return resultOf('user-registry', 'get-certification-fee', await chain.read(call.userRegistry.getCertificationFee()));
}

/** What escrow owes: microSTX and Wh. */
export async function dueOf(chain: ChainClient, who: string): Promise<{ micro: bigint; wh: bigint }> {
  const row = resultOf('trade-escrow', 'get-account', await chain.read(call.tradeEscrow.getAccount({ who })));
  return { micro: row.due, wh: row.dueWh };
}

/** Wh that a household may still trade in this rolling month, by its trust and its certified capacity. */
export async function roomOf(chain: ChainClient, who: string, user: User, defaultLimitWh: bigint): Promise<bigint> {
  const { buyer } = resultOf(
    'reputation-system',
    'limits',
    await chain.read(
      call.reputationSystem.limits({
        row: {
          seller: who,
          sellerCapacityWh: user.capacityWh,
          buyer: who,
          buyerCapacityWh: user.capacityWh,
          defaultLimitWh,
        },
      }),
    ),
  );
  const used = resultOf('trade-escrow', 'get-used', await chain.read(call.tradeEscrow.getUsed({ who })));
  return buyer > used ? buyer - used : 0n;
}

/** Who may sign reports, in the order of their index, and how many must. */
export async function operatorsOf(chain: ChainClient): Promise<{ operators: string[]; threshold: bigint }> {
  return resultOf('energy-oracle', 'get-operators', await chain.read(call.energyOracle.getOperators()));
}

export type Terms = {
  minWh: bigint;
  commissionBps: bigint;
  gridBps: { cell: bigint; district: bigint; far: bigint };
  priceFloor: bigint;
  priceCeiling: bigint;
  gateClosureS: bigint;
  challengeWindowS: bigint;
  defaultLimitWh: bigint;
};

/** What a trade made now would be bound by. */
export async function termsOf(chain: ChainClient): Promise<Terms> {
  const now = resultOf('governance-dao', 'get-parameters', await chain.read(call.governanceDao.getParameters()));
  return {
    minWh: now.minWh,
    commissionBps: now.commissionBps,
    gridBps: { cell: now.gridBpsCell, district: now.gridBpsDistrict, far: now.gridBpsFar },
    priceFloor: now.priceFloor,
    priceCeiling: now.priceCeiling,
    gateClosureS: now.gateClosure,
    challengeWindowS: now.challengeWindow,
    defaultLimitWh: now.defaultLimitWh,
  };
}
