// Small faults, one at a time: what a slip of the pen or of the mind would leave in a contract.
import { createHash } from 'node:crypto';
import { lineMap, original, strip } from '../../src/sources.ts';
import {
  type Definition,
  definitionsOf,
  flat,
  head,
  isFunction,
  type List,
  type Node,
  read,
  type Source,
  textOf,
  walk,
} from '../clarity.ts';

export type Class = 'authority' | 'funds' | 'other';
export type Mutant = {
  /** Stays the same as long as the function or constant does. */
  id: string;
  contract: string;
  /** The function or constant it is in. */
  where: string;
  class: Class;
  kind: string;
  /** Line of the file, for people. */
  line: number;
  /** Places (see {@link placesOf}) that a test must have run to notice. */
  places: string[];
  /** Errors of the guard that it is in. */
  codes: string[];
  before: string;
  after: string;
  /** The form that it changes. */
  within: string;
  start: number;
  end: number;
};

/** Guards that say who may. */
const AUTHORITY_CHECK =
  /^(check-(dao|peer|guardian|level|wallet|registry|escrow|member)|is-dao-call|is-signed-by|check-quorum|count-signature)$/;
const MOVES_MONEY = new Set([
  'stx-transfer?',
  'ft-transfer?',
  'ft-mint?',
  'ft-burn?',
  'as-contract?',
  'with-stx',
  'with-ft',
]);
/** Where money and energy are booked. */
const BOOKS = new Set([
  'accounts',
  'pots',
  'slots',
  'trades',
  'bonds',
  'disputes',
  'certificates',
  'kwh',
  'filled',
  'sales',
  'purchases',
  'stakes',
]);

const BOUNDARY: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const ARITHMETIC: Record<string, string> = { '+': '-', '-': '+', '*': '/', '/': '*' };

/** What code stands where: x0xx authority, x4xx funds, x5xx signatures, which are authority too. */
function classOf(node: Node, above: readonly Node[], definition: Definition, codes: Map<string, number>): Class {
  const chain = [node, ...[...above].reverse()];
  for (const outer of chain) {
    const guard = head(outer);
    if (guard === 'asserts!' || guard === 'unwrap!') {
      const error = textOf((outer as List).items[2]);
      const digit = error === undefined ? undefined : Math.floor(((codes.get(error) ?? 200) % 1000) / 100);
      if (digit === 0 || digit === 5) return 'authority';
      if (digit === 4) return 'funds';
    }
    if (AUTHORITY_CHECK.test(guard ?? '')) return 'authority';
    if (MOVES_MONEY.has(guard ?? '')) return 'funds';
    if (outer.kind === 'list' && BOOKS.has(textOf(outer.items[1]) ?? '')) return 'funds';
  }
  if (textOf(node) === 'contract-caller' || AUTHORITY_CHECK.test(definition.name)) return 'authority';
  if (definition.form === 'define-constant') return 'other';
  for (const { node: within } of definition.body.flatMap((part) => [...walk(part)]))
    if (MOVES_MONEY.has(head(within) ?? '') || (within.kind === 'list' && BOOKS.has(textOf(within.items[1]) ?? '')))
      return 'funds';
  return 'other';
}

type Change = { kind: string; at: Node; after: string };

/** The errors that the nearest guard around a fault can end with, those of the check that it calls too. */
function errorsIn(chain: readonly Node[], definitions: Definition[], codes: Map<string, number>): string[] {
  for (const node of chain) {
    const names = [...walk(node)].flatMap(({ node }) => textOf(node) ?? []);
    const called = definitions.filter((one) => isFunction(one) && names.includes(one.name));
    const all = [...names, ...called.flatMap(({ node }) => [...walk(node)].flatMap(({ node }) => textOf(node) ?? []))];
    const found = all.flatMap((name) => codes.get(name) ?? []);
    if (found.length > 0) return [...new Set(found.map(String))];
  }
  return [];
}

/** `(is-eq tx-sender contract-caller)`, or the check that does nothing else. */
const asksForWallet = (node: Node): boolean =>
  head(node) === 'check-wallet' ||
  (head(node) === 'is-eq' &&
    (node as List).items.slice(1).map(textOf).sort().join(' ') === 'contract-caller tx-sender');

/** The faults of one form; of its parts see the caller. What nobody could ever see is no fault. */
function* changesOf(source: Source, node: Node, above: readonly Node[]): Generator<Change> {
  const text = (of: Node) => source.text.slice(of.start, of.end);
  // A function that ends unless both are the same does the same with either.
  const sameForBoth = (): boolean =>
    !above.some(asksForWallet) && [...walk(above[0] ?? node)].some(({ node }) => asksForWallet(node));
  if (textOf(node) === 'contract-caller' && !sameForBoth()) yield { kind: 'caller', at: node, after: 'tx-sender' };
  if (node.kind !== 'list') return;
  const word = head(node) ?? '';
  const [first, a, b] = node.items;
  const parent = head(above.at(-1));
  if (word === 'asserts!' && a && textOf(a) !== 'true') yield { kind: 'assert', at: a, after: 'true' };
  // As a statement it only guards, or only does something: without it the rest goes on.
  if (word === 'try!' && (parent === 'begin' || parent === 'let' || parent === 'and'))
    yield { kind: 'try', at: node, after: 'true' };
  if (word === 'unwrap!' && MOVES_MONEY.has(head(a) ?? '')) yield { kind: 'payment', at: node, after: 'true' };
  // The smaller or greater of two is the same for equals.
  const [, compared, ...chosen] = parent === 'if' ? (above.at(-1) as List).items : [];
  const isChoice =
    compared === node && a && b && chosen.map(text).sort().join(' ') === [a, b].map(text).sort().join(' ');
  if (word in BOUNDARY && first && !isChoice) yield { kind: 'boundary', at: first, after: BOUNDARY[word]! };
  if (word === 'is-eq') yield { kind: 'equality', at: node, after: `(not ${text(node)})` };
  if (word === 'not' && a) yield { kind: 'negation', at: node, after: text(a) };
  if ((word === 'and' || word === 'or') && node.items.length > 2)
    for (const part of node.items.slice(1))
      if (head(part) !== 'try!') yield { kind: 'condition', at: part, after: word === 'and' ? 'true' : 'false' };
  if (word in ARITHMETIC && first && node.items.length === 3)
    yield { kind: 'arithmetic', at: first, after: ARITHMETIC[word]! };
  if (word === 'if' && a && b) yield { kind: 'branch', at: a, after: `(not ${text(a)})` };
  if ((word === 'map-set' || word === 'var-set') && (parent === 'begin' || parent === 'let'))
    yield { kind: 'write', at: node, after: 'true' };
  if ((word === 'with-stx' || word === 'with-ft') && node.items.length > 1) {
    const amount = node.items.at(-1)!;
    yield { kind: 'allowance', at: amount, after: 'u0' };
  }
}

/** A constant that is off by one. */
function* constantOf({ form, body }: Definition): Generator<Change> {
  const number = /^u(\d+)$/.exec(textOf(body[0]) ?? '')?.[1];
  if (form === 'define-constant' && body[0] && number !== undefined)
    yield { kind: 'constant', at: body[0], after: `u${BigInt(number) + 1n}` };
}

const hashOf = ({ text }: Source, { node }: Definition): string =>
  createHash('sha256').update(text.slice(node.start, node.end)).digest('hex').slice(0, 12);
/** For each line of the deployed source where it is in which definition: the same as long as that definition is. */
export function placesOf(contract: string): string[] {
  const source = read(strip(original(`${contract}.clar`)));
  const places: string[] = [];
  for (const definition of definitionsOf(source)) {
    const name = `${definition.name}-${hashOf(source, definition)}`;
    const count = source.text.slice(definition.node.start, definition.node.end).split('\n').length;
    for (let at = 0; at < count; at++) places[definition.node.line + at] = `${name}:${at}`;
  }
  return places;
}

export function mutantsOf(contract: string): Mutant[] {
  const file = original(`${contract}.clar`);
  const source = read(strip(file));
  const lines = lineMap(file);
  const definitions = definitionsOf(source);
  const codes = new Map(
    definitions.flatMap(({ name, body }): [string, number][] =>
      head(body[0]) === 'err' ? [[name, Number(textOf((body[0] as List).items[1])?.slice(1))]] : [],
    ),
  );
  const places = placesOf(contract);
  const usesOf = (name: string) =>
    source.forms.flatMap((form) => [...walk(form)].filter(({ node }) => textOf(node) === name));
  const found: Mutant[] = [];
  const add = (
    definition: Definition,
    { kind, at, after }: Change,
    kindOf: Class,
    { where, codes, within = at }: { where: number[]; codes: string[]; within?: Node },
  ) => {
    found.push({
      id: `${contract}-${definition.name}-${hashOf(source, definition)}-${at.start - definition.node.start}-${kind}-${after.length}`,
      contract,
      where: definition.name,
      class: kindOf,
      kind,
      line: lines[at.line] ?? 0,
      places: where.flatMap((line) => places[line] ?? []),
      codes,
      before: flat(source, at).slice(0, 200),
      after: after.replace(/\s+/g, ' ').slice(0, 200),
      within: flat(source, within).slice(0, 200),
      start: at.start,
      end: at.end,
    });
  };
  for (const definition of definitions) {
    if (isFunction(definition))
      for (const part of definition.body)
        for (const { node, above } of walk(part, [definition.node]))
          for (const change of changesOf(source, node, above))
            add(definition, change, classOf(change.at, [...above, node], definition, codes), {
              where: [node.line, change.at.line],
              codes: errorsIn([change.at, node, ...[...above].reverse()], definitions, codes),
              within: node,
            });
    for (const change of constantOf(definition)) {
      const uses = usesOf(definition.name);
      add(definition, change, 'other', {
        where: uses.map(({ node }) => node.line),
        codes: uses.flatMap(({ above }) => errorsIn([...above].reverse(), definitions, codes)),
      });
    }
  }
  return found;
}

/** The deployed source with this one fault. */
export function mutated(mutant: Mutant): string {
  const source = read(strip(original(`${mutant.contract}.clar`)));
  for (const definition of definitionsOf(source))
    for (const { node, above } of walk(definition.node))
      if (node.start <= mutant.start && node.end >= mutant.end)
        for (const change of [...changesOf(source, node, above), ...constantOf(definition)])
          if (
            change.at.start === mutant.start &&
            change.at.end === mutant.end &&
            change.kind === mutant.kind &&
            mutant.id.endsWith(`-${change.after.length}`)
          )
            return source.text.slice(0, mutant.start) + change.after + source.text.slice(mutant.end);
  throw new Error(`${mutant.id} is not a mutant of this source`);
}
