// Faults that change nothing that anybody could see, each with the reason. They are not counted when they survive.
type Equivalent = {
  contract: string;
  where: string;
  kind: string;
  /** The piece of source, where a function has several of that kind. */
  before?: string;
  why: string;
};

const SHORT =
  'the VM recovers no key from a signature of another length, and the next check refuses with the same error; the length stands there for whoever reads';

export const EQUIVALENT: Equivalent[] = [
  {
    contract: 'energy-oracle',
    where: 'count-signature',
    kind: 'assert',
    before: '(is-eq (len signature) u65)',
    why: SHORT,
  },
  {
    contract: 'marketplace',
    where: 'is-signed-by',
    kind: 'condition',
    before: '(is-eq (len signature) u65)',
    why: SHORT,
  },
];
