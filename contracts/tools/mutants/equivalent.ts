// Faults that change nothing that anybody could see, each with the reason. They are not counted when they survive.
type Equivalent = {
  contract: string;
  where: string;
  kind: string;
  /** The piece of source, where a function has several of that kind. */
  before?: string;
  /** The form around it, where the piece is in several. */
  within?: string;
  why: string;
};

const SHORT =
  'the VM recovers no key from a signature of another length, and the next check refuses with the same error; the length stands there for whoever reads';
const OF_EQUALS = 'the greater or smaller of two equals is the same, whichever is taken';
const ZERO = 'ORIGIN-LISTED is 0';
const NOTHING =
  'what is given back of a row of 0 Wh is nothing: it writes what stands there, or what stands for a row that is not there';
const DISCARDED = 'only the error counts; nobody looks at what the check gives';
const CHECKED = 'the order was checked in the row that named it first, and nothing it depends on changes within a call';

export const EQUIVALENT: Equivalent[] = [
  {
    contract: 'energy-oracle',
    where: 'check-signature',
    kind: 'assert',
    before: '(is-eq (len signature) u65)',
    why: SHORT,
  },
  {
    contract: 'energy-oracle',
    where: 'is-seated',
    kind: 'condition',
    before: '(not (is-eq operator current-contract))',
    why: 'nobody ever asks for the oracle itself, whose name marks empty seats: it never calls itself to resign, and no signature is of a contract',
  },
  {
    contract: 'energy-oracle',
    where: 'hold',
    kind: 'try',
    before: '(try! state)',
    why: 'a hold fails for every operator or for none, namely when this contract has lost its role, and the last one tells',
  },
  {
    contract: 'reputation-system',
    where: 'lowered',
    kind: 'boundary',
    why: 'what is taken from as much leaves nothing either way',
  },
  {
    contract: 'reputation-system',
    where: 'take-stake',
    kind: 'condition',
    before: '(> taken found)',
    why: 'a tenth of something is never the whole of it, and of nothing this place is not reached',
  },
  {
    contract: 'reputation-system',
    where: 'take-stake',
    kind: 'boundary',
    before: '>',
    why: 'where nothing is taken nothing is paid within either, and what the finder gets is never all that is taken',
  },
  {
    contract: 'marketplace',
    where: 'is-signed-by',
    kind: 'condition',
    before: '(is-eq (len signature) u65)',
    why: SHORT,
  },
  {
    contract: 'marketplace',
    where: 'is-signed-by',
    kind: 'boundary',
    why: 'nobody can sign so that S is exactly half of the order: what is signed names its signer, so neither can be chosen to fit the other',
  },
  ...['(> (get price bid) (get top book))', '(< (get price offer) (get bottom book))'].map((within) => ({
    contract: 'marketplace',
    where: 'post-auction',
    kind: 'boundary',
    within,
    why: OF_EQUALS,
  })),
  { contract: 'marketplace', where: 'MAX-SLOT', kind: 'constant', why: 'no slot that far is near to any time' },
  { contract: 'marketplace', where: 'accept-offer-in', kind: 'arithmetic', why: ZERO },
  {
    contract: 'marketplace',
    where: 'buy-in',
    kind: 'arithmetic',
    within: '(+ ORIGIN-ASSET ORIGIN-LISTED)',
    why: ZERO,
  },
  {
    contract: 'marketplace',
    where: 'buy-in',
    kind: 'boundary',
    within: '(>= (get origin deal) ORIGIN-MATCHED)',
    why: 'two signed orders come this way only with an asset, which is asked for first',
  },
  ...['(< now (get expiry offer))', '(>= to from)'].map((within) => ({
    contract: 'marketplace',
    where: 'price-at',
    kind: 'boundary',
    within,
    why: OF_EQUALS,
  })),
  {
    contract: 'marketplace',
    where: 'by-reference',
    kind: 'boundary',
    within: '(> spread reference)',
    why: 'both ways give 0 for equals',
  },
  ...['(> (get welfare row) (get welfare than))', '(> (get volume row) (get volume than))', '(< width other)'].map(
    (within) => ({
      contract: 'marketplace',
      where: 'is-better',
      kind: 'boundary',
      within,
      why: 'asked only where the two differ',
    }),
  ),
  { contract: 'marketplace', where: 'close-row', kind: 'boundary', within: '(> wh u0)', why: NOTHING },
  { contract: 'marketplace', where: 'close-bid', kind: 'condition', before: '(> (get wh row) u0)', why: NOTHING },
  { contract: 'marketplace', where: 'close-bid', kind: 'boundary', within: '(> (get wh row) u0)', why: NOTHING },
  {
    contract: 'marketplace',
    where: 'close-bid',
    kind: 'boundary',
    within: '(> (untake (get buyer row) (get nonce row) (get wh row)) u0)',
    why: 'only what it does counts; nobody looks at what it gives',
  },
  ...[
    ['new-offer', '(is-eq u0 (try! (in-row at (check-auction-offer offer (get seller row) rules))))'] as const,
    ['new-bid', '(is-eq u0 (try! (in-row at (check-auction-bid bid (get buyer row) rules))))'] as const,
  ].flatMap(([before, check]) => [
    { contract: 'marketplace', where: 'post-row', kind: 'equality', before: check, why: DISCARDED },
    {
      contract: 'marketplace',
      where: 'post-row',
      kind: 'condition',
      before,
      within: `(and ${before} ${check})`,
      why: CHECKED,
    },
  ]),
  ...[
    { kind: 'condition', before: '(> wh u0)' },
    { kind: 'boundary', within: '(> wh u0)' },
  ].map((one) => ({
    contract: 'marketplace',
    where: 'take-pair',
    ...one,
    why: 'a row of 0 Wh would write what stands there, or what stands for a row that is not there',
  })),
  {
    contract: 'trade-escrow',
    where: 'MAX-SLOT',
    kind: 'constant',
    why: 'both are slots of more than a hundred million years from now; no clock gets to where they differ',
  },
  {
    contract: 'trade-escrow',
    where: 'TRADE-JUDGED',
    kind: 'constant',
    why: 'written and overwritten within one call that calls nobody in between; its value is in no event',
  },
  {
    contract: 'trade-escrow',
    where: 'deposit-asset',
    kind: 'assert',
    before: '(is-eq (contract-hash? token) (ok (get hash entry)))',
    why: 'set-asset has compared the same two, and the code of a deployed contract never changes; it stands there for whoever reads',
  },
  {
    contract: 'trade-escrow',
    where: 'roll',
    kind: 'boundary',
    before: '>=',
    why: 'after exactly as many epochs as there are buckets, both ways give that many zeros',
  },
  {
    contract: 'trade-escrow',
    where: 'less',
    kind: 'boundary',
    why: 'equals leave zero, in either branch',
  },
  {
    contract: 'trade-escrow',
    where: 'share',
    kind: 'condition',
    why: 'a part of no custody is nothing as well when it is divided, and there is no custody where nothing is promised: the oracle caps it at the promise, which is frozen before any report',
  },
];
