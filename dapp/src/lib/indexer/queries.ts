/** The questions to the indexers and the shape of their answers. Numbers travel as decimal strings and become bigints here. */
import * as v from 'valibot';

const Big = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((text) => BigInt(text)),
);
const Seconds = v.pipe(v.union([v.string(), v.number()]), v.transform(Number));
const maybe = <S extends v.GenericSchema>(schema: S) => v.nullish(schema, null);
const Who = v.object({ id: v.string() });

const ParameterRow = v.object({ id: v.string(), value: Big });

const SellerRow = v.object({
  id: v.string(),
  score: Big,
  cell: maybe(Big),
  certified: v.boolean(),
  active: v.boolean(),
  suspendedUntil: Seconds,
  source: maybe(v.string()),
});
const SELLER = 'id score cell certified active suspendedUntil source';

export const OfferRow = v.object({
  id: v.string(),
  seller: SellerRow,
  slot: Seconds,
  wh: Big,
  minWh: Big,
  mode: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
  price: Big,
  endPrice: Big,
  expiry: Seconds,
  remainingWh: Big,
  revision: Big,
  status: v.string(),
  createdAt: Seconds,
  updatedAt: Seconds,
});
export type OfferRow = v.InferOutput<typeof OfferRow>;
const OFFER = `id seller { ${SELLER} } slot wh minWh mode price endPrice expiry remainingWh revision status createdAt updatedAt`;

export const TradeRow = v.object({
  id: v.string(),
  seller: Who,
  buyer: Who,
  origin: v.string(),
  wh: Big,
  cost: Big,
  locked: Big,
  slot: Seconds,
  price: Big,
  commissionBps: Big,
  gridBps: Big,
  status: v.string(),
  deliveredWh: maybe(Big),
  paid: maybe(Big),
  fee: maybe(Big),
  grid: maybe(Big),
  refund: maybe(Big),
  openedAt: Seconds,
  openedTx: maybe(v.string()),
  reportedTx: maybe(v.string()),
  finalTx: maybe(v.string()),
  settledTx: maybe(v.string()),
  settledAt: maybe(Seconds),
  cancelledTx: maybe(v.string()),
});
export type TradeRow = v.InferOutput<typeof TradeRow>;
const TRADE =
  'id seller { id } buyer { id } origin wh cost locked slot price commissionBps gridBps status deliveredWh paid fee grid refund openedAt openedTx reportedTx finalTx settledTx settledAt cancelledTx';

export const ReportRow = v.object({
  id: v.string(),
  seller: Who,
  slot: Seconds,
  exportWh: Big,
  revision: Big,
  final: v.boolean(),
  custodyWh: maybe(Big),
  surplusWh: maybe(Big),
  firstAt: Seconds,
  tx: maybe(v.string()),
});
export type ReportRow = v.InferOutput<typeof ReportRow>;
const REPORT = 'id seller { id } slot exportWh revision final custodyWh surplusWh firstAt tx';

const Community = v.object({ households: Big, certified: Big, openOffers: Big, trades: Big, settled: Big });

/** Everything that is on offer from an hour on, with the rules that price it. */
export const MARKET = {
  name: 'market',
  text: `query Market($from: BigInt!) {
    offers(first: 1000, where: { status: "open", slot_gte: $from }, orderBy: slot, orderDirection: asc) { ${OFFER} }
    parameters(first: 100) { id value }
  }`,
  schema: v.object({ offers: v.array(OfferRow), parameters: v.array(ParameterRow) }),
};

/** The neighbourhood's day: what was exported, promised and paid in the hours of it. */
export const DAY = {
  name: 'day',
  text: `query Day($from: BigInt!, $to: BigInt!) {
    community(id: "all") { households certified openOffers trades settled }
    trades(first: 1000, where: { slot_gte: $from, slot_lt: $to }, orderBy: slot, orderDirection: asc) { ${TRADE} }
    productionReports(first: 1000, where: { slot_gte: $from, slot_lt: $to }, orderBy: slot, orderDirection: asc) { ${REPORT} }
  }`,
  schema: v.object({ community: maybe(Community), trades: v.array(TradeRow), productionReports: v.array(ReportRow) }),
};

/** What the views know of neighbours whose promises came by gossip. */
export const MAKERS = {
  name: 'makers',
  text: `query Makers($makers: [ID!]!, $ids: [String!]!) {
    households(first: 1000, where: { id_in: $makers }) { ${SELLER} }
    signedFills(first: 1000, where: { maker_in: $ids }) { id maker nonce filledWh cancelled }
  }`,
  schema: v.object({
    households: v.array(SellerRow),
    signedFills: v.array(
      v.object({ id: v.string(), maker: v.string(), nonce: Big, filledWh: Big, cancelled: v.boolean() }),
    ),
  }),
};

/** The reader's own cell and limits. */
export const BUYER = {
  name: 'buyer',
  text: `query Buyer($id: ID!) { household(id: $id) { ${SELLER} verified bits } }`,
  schema: v.object({ household: maybe(v.object({ ...SellerRow.entries, verified: v.boolean(), bits: Big })) }),
};

const HouseholdRow = v.object({
  id: v.string(),
  bits: Big,
  cell: maybe(Big),
  registeredAt: maybe(Seconds),
  verified: v.boolean(),
  certified: v.boolean(),
  active: v.boolean(),
  suspendedUntil: Seconds,
  source: maybe(v.string()),
  capacityKwh: maybe(Big),
  peakW: maybe(Big),
  score: Big,
  soldWh: Big,
  boughtWh: Big,
  earnedMicro: Big,
  spentMicro: Big,
  dueMicro: Big,
  dueWh: Big,
  meter: maybe(v.object({ id: v.string(), verified: v.boolean(), quality: maybe(Big), algorithm: maybe(Big) })),
});
export type HouseholdRow = v.InferOutput<typeof HouseholdRow>;
const HOUSEHOLD =
  'id bits cell registeredAt verified certified active suspendedUntil source capacityKwh peakW score soldWh boughtWh earnedMicro spentMicro dueMicro dueWh meter { id verified quality algorithm }';

/** A household's trades on both sides, newest hour first, and what it can collect. */
export const TRADES = {
  name: 'trades',
  text: `query Trades($id: ID!, $who: String!) {
    household(id: $id) { id dueMicro dueWh }
    sold: trades(first: 500, where: { seller: $who }, orderBy: slot, orderDirection: desc) { ${TRADE} }
    bought: trades(first: 500, where: { buyer: $who }, orderBy: slot, orderDirection: desc) { ${TRADE} }
    parameters(first: 100) { id value }
  }`,
  schema: v.object({
    household: maybe(v.object({ id: v.string(), dueMicro: Big, dueWh: Big })),
    sold: v.array(TradeRow),
    bought: v.array(TradeRow),
    parameters: v.array(ParameterRow),
  }),
};

/** One trade with the rules that bound it. */
export const TRADE_ONE = {
  name: 'trade',
  text: `query OneTrade($id: ID!, $trade: String!) { trade(id: $id) { ${TRADE} } parameters(first: 100) { id value } disputes(first: 5, where: { trade: $trade }) { id claimant { id } status bond revision upheld openedAt openedTx resolvedTx } }`,
  schema: v.object({
    trade: maybe(TradeRow),
    parameters: v.array(ParameterRow),
    disputes: v.array(
      v.object({
        id: v.string(),
        claimant: Who,
        status: v.string(),
        bond: Big,
        revision: Big,
        upheld: maybe(v.boolean()),
        openedAt: Seconds,
        openedTx: maybe(v.string()),
        resolvedTx: maybe(v.string()),
      }),
    ),
  }),
};

/** The meter's report for one seller and hour. */
export const REPORT_ONE = {
  name: 'report',
  text: `query OneReport($id: ID!) { productionReport(id: $id) { ${REPORT} } }`,
  schema: v.object({ productionReport: maybe(ReportRow) }),
};

/** Everything about the reader's household. */
export const ME = {
  name: 'me',
  text: `query Me($id: ID!, $who: String!) {
    household(id: $id) { ${HOUSEHOLD} }
    scoreChanges(first: 50, where: { household: $who }, orderBy: at, orderDirection: desc) { id before after cause ref at tx }
    certificates(first: 50, where: { owner: $who }, orderBy: at, orderDirection: desc) { id beneficiary wh reason at tx }
    certificationEntries(first: 20, where: { household: $who }, orderBy: seq, orderDirection: desc) { id action by reason capacityKwh source at tx }
    payouts(first: 20, where: { household: $who }, orderBy: at, orderDirection: desc) { id micro wh at tx }
    parameters(first: 100) { id value }
  }`,
  schema: v.object({
    household: maybe(HouseholdRow),
    scoreChanges: v.array(
      v.object({
        id: v.string(),
        before: Big,
        after: Big,
        cause: v.string(),
        ref: maybe(Big),
        at: Seconds,
        tx: v.string(),
      }),
    ),
    certificates: v.array(
      v.object({ id: v.string(), beneficiary: v.string(), wh: Big, reason: v.string(), at: Seconds, tx: v.string() }),
    ),
    certificationEntries: v.array(
      v.object({
        id: v.string(),
        action: v.string(),
        by: maybe(v.string()),
        reason: maybe(v.string()),
        capacityKwh: maybe(Big),
        source: maybe(v.string()),
        at: Seconds,
        tx: maybe(v.string()),
      }),
    ),
    payouts: v.array(v.object({ id: v.string(), micro: Big, wh: Big, at: Seconds, tx: v.string() })),
    parameters: v.array(ParameterRow),
  }),
};

/** The reader's own offers, open ones and those of the last days. */
export const SELL = {
  name: 'sell',
  text: `query Sell($id: ID!, $who: String!, $from: BigInt!) {
    household(id: $id) { ${HOUSEHOLD} }
    offers(first: 200, where: { seller: $who, slot_gte: $from }, orderBy: slot, orderDirection: asc) { ${OFFER} }
    trades(first: 500, where: { seller: $who, slot_gte: $from }, orderBy: slot, orderDirection: asc) { ${TRADE} }
    signedFills(first: 200, where: { maker: $who }) { id nonce filledWh cancelled }
    productionReports(first: 96, where: { seller: $who }, orderBy: slot, orderDirection: desc) { ${REPORT} }
    parameters(first: 100) { id value }
  }`,
  schema: v.object({
    household: maybe(HouseholdRow),
    offers: v.array(OfferRow),
    trades: v.array(TradeRow),
    productionReports: v.array(ReportRow),
    signedFills: v.array(v.object({ id: v.string(), nonce: Big, filledWh: Big, cancelled: v.boolean() })),
    parameters: v.array(ParameterRow),
  }),
};

export const ProposalRow = v.object({
  id: v.string(),
  proposer: v.string(),
  kind: v.string(),
  key: maybe(v.string()),
  value: maybe(Big),
  status: v.string(),
  forVotes: Big,
  againstVotes: Big,
  abstainVotes: Big,
  quorum: Big,
  opensAt: Seconds,
  closesAt: Seconds,
  executableAt: maybe(Seconds),
});
export type ProposalRow = v.InferOutput<typeof ProposalRow>;

/** Proposals with the votes and the rules in force. */
export const VOTES = {
  name: 'votes',
  text: `query Votes($who: String!) {
    proposals(first: 100, orderBy: opensAt, orderDirection: desc) { id proposer kind key value status forVotes againstVotes abstainVotes quorum opensAt closesAt executableAt }
    votes(first: 500, where: { voter: $who }) { id proposal { id } choice }
    parameters(first: 100) { id value }
    community(id: "all") { households certified openOffers trades settled }
  }`,
  schema: v.object({
    proposals: v.array(ProposalRow),
    votes: v.array(v.object({ id: v.string(), proposal: Who, choice: v.union([v.string(), v.number()]) })),
    parameters: v.array(ParameterRow),
    community: maybe(Community),
  }),
};

/** Homes and offers by area. */
export const MAP = {
  name: 'map',
  text: `query Map($from: BigInt!) {
    households(first: 1000) { id cell certified active }
    offers(first: 1000, where: { status: "open", slot_gte: $from }, orderBy: slot, orderDirection: asc) { ${OFFER} }
    parameters(first: 100) { id value }
  }`,
  schema: v.object({
    households: v.array(v.object({ id: v.string(), cell: maybe(Big), certified: v.boolean(), active: v.boolean() })),
    offers: v.array(OfferRow),
    parameters: v.array(ParameterRow),
  }),
};
