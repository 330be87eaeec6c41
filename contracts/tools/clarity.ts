// Reads Clarity source into a tree with places. It knows the brackets, texts and comments of the language and no more: what a form
// means is the business of whoever walks the tree (lint, reference, mutants).

type Place = { start: number; end: number; line: number };
export type Atom = Place & { kind: 'atom'; text: string };
export type List = Place & { kind: 'list'; items: Node[] };
export type TupleNode = Place & { kind: 'tuple'; fields: { key: Atom; value: Node }[] };
export type Node = Atom | List | TupleNode;

/** `text` without its two semicolons and the space after them. */
export type Comment = Place & { text: string };
export type Source = { text: string; forms: Node[]; comments: Comment[] };

export class ClarityError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.name = 'ClarityError';
    this.line = line;
  }
}

/** @throws ClarityError where a bracket or a text does not end */
export function read(text: string): Source {
  const comments: Comment[] = [];
  let at = 0;
  let line = 1;
  const fail = (message: string, where = line): never => {
    throw new ClarityError(message, where);
  };

  function skip(): void {
    for (;;) {
      const char = text[at];
      if (char === '\n') line++;
      else if (char === ';' && text[at + 1] === ';') {
        const start = at;
        while (at < text.length && text[at] !== '\n') at++;
        comments.push({ text: text.slice(start + 2, at).replace(/^ /, ''), start, end: at, line });
        continue;
      } else if (char !== ' ' && char !== '\t' && char !== '\r' && char !== ',') return;
      at++;
    }
  }

  function atom(): Atom {
    const start = at;
    const first = line;
    if (text[at] === '"' || text.startsWith('u"', at)) {
      at = text.indexOf('"', at) + 1;
      while (text[at] !== '"') {
        if (at >= text.length) fail('a text does not end', first);
        if (text[at] === '\n') line++;
        at += text[at] === '\\' ? 2 : 1;
      }
      at++;
    } else while (at < text.length && !/[\s(){},:;"]/.test(text[at]!)) at++;
    if (at === start) fail(`what is ${text[at]} doing here?`);
    return { kind: 'atom', text: text.slice(start, at), start, end: at, line: first };
  }

  function node(): Node {
    const start = at;
    const first = line;
    if (text[at] === '(') {
      at++;
      const items: Node[] = [];
      for (skip(); text[at] !== ')'; skip()) {
        if (at >= text.length) fail('a bracket ( does not end', first);
        items.push(node());
      }
      at++;
      return { kind: 'list', items, start, end: at, line: first };
    }
    if (text[at] !== '{') return atom();
    at++;
    const fields: TupleNode['fields'] = [];
    for (skip(); text[at] !== '}'; skip()) {
      if (at >= text.length) fail('a bracket { does not end', first);
      const key = atom();
      skip();
      if (text[at] !== ':') fail(`the field ${key.text} has no value`);
      at++;
      skip();
      fields.push({ key, value: node() });
    }
    at++;
    return { kind: 'tuple', fields, start, end: at, line: first };
  }

  const forms: Node[] = [];
  for (skip(); at < text.length; skip()) forms.push(node());
  return { text, forms, comments };
}

/** The word that a form begins with. */
export const head = (node: Node | undefined): string | undefined =>
  node?.kind === 'list' && node.items[0]?.kind === 'atom' ? node.items[0].text : undefined;
export const textOf = (node: Node | undefined): string | undefined => (node?.kind === 'atom' ? node.text : undefined);

export const childrenOf = (node: Node): Node[] =>
  node.kind === 'list' ? node.items : node.kind === 'tuple' ? node.fields.map(({ value }) => value) : [];

/** The node and everything in it, from outside in. Keys of tuples are names and not nodes. */
export function* walk(node: Node, above: readonly Node[] = []): Generator<{ node: Node; above: readonly Node[] }> {
  yield { node, above };
  const within = [...above, node];
  for (const child of childrenOf(node)) yield* walk(child, within);
}

export type Definition = {
  /** define-public, define-constant, ... */
  form: string;
  name: string;
  node: List;
  /** Parameters of functions. */
  parameters: { name: Atom; type: Node }[];
  /** What a function does; the value of a constant or variable. */
  body: Node[];
  /** The lines of comment directly above it. */
  comment: string[];
};

const FUNCTION = /^define-(public|private|read-only)$/;
export const isFunction = ({ form }: Definition): boolean => FUNCTION.test(form);

export function definitionsOf(source: Source): Definition[] {
  const commentAt = new Map(
    source.comments.filter((c) => /(^|\n)\s*$/.test(source.text.slice(0, c.start))).map((c) => [c.line, c.text]),
  );
  return source.forms.flatMap((node): Definition[] => {
    const form = head(node);
    if (node.kind !== 'list' || !form?.startsWith('define-')) return [];
    const comment: string[] = [];
    for (let line = node.line - 1; commentAt.has(line); line--) comment.unshift(commentAt.get(line)!);
    const [, what, ...body] = node.items;
    if (!FUNCTION.test(form)) return [{ form, name: textOf(what) ?? '', node, parameters: [], body, comment }];
    const signature = what?.kind === 'list' ? what.items : [];
    const parameters = signature.slice(1).flatMap((parameter) => {
      const [name, type] = parameter.kind === 'list' ? parameter.items : [];
      return name?.kind === 'atom' && type ? [{ name, type }] : [];
    });
    return [{ form, name: textOf(signature[0]) ?? '', node, parameters, body, comment }];
  });
}

/** On one line. */
export const flat = (source: Source, node: Place): string =>
  source.text
    .slice(node.start, node.end)
    .replace(/;;.*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')');
