// What a question may look like. Counted on its text, before anything is read; what it then costs is counted in rows.
import { type DocumentNode, type FragmentDefinitionNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';

export const LIMITS = {
  /** Levels of fields. */
  depth: 10,
  fields: 500,
  aliases: 60,
  /** Fields with arguments: lists, mostly. */
  lists: 40,
  /** Roots and aliases in questions about the schema itself: each repeats the whole of it. */
  introspections: 4,
  /** Words and signs of the text. */
  tokens: 3000,
  /** Brackets inside brackets: the parser calls itself at each. */
  brackets: 64,
  /** Levels of variables. */
  nesting: 24,
  bodyBytes: 64 * 1024,
};

type Count = { depth: number; fields: number; aliases: number; lists: number; introspections: number };

/** Adds up a selection; fragments count wherever they are spread, empty ones too. Stops at once when a limit is passed. */
function add(
  set: SelectionSetNode,
  fragments: Map<string, FragmentDefinitionNode>,
  count: Count,
  depth: number,
  inside: readonly string[],
  ofSchema = false,
): void {
  // The explorer asks for the schema itself, which is deep by nature. graphql-js bounds the lists in it.
  if (!ofSchema) count.depth = Math.max(count.depth, depth);
  for (const node of set.selections) {
    count.fields += 1;
    if (count.fields > LIMITS.fields || count.depth > LIMITS.depth) return;
    if (node.kind === Kind.FIELD) {
      const schema = node.name.value === '__schema' || node.name.value === '__type';
      if (schema || (ofSchema && node.alias)) count.introspections += 1;
      if (node.alias) count.aliases += 1;
      if (!ofSchema && node.arguments && node.arguments.length > 0) count.lists += 1;
      if (node.selectionSet) add(node.selectionSet, fragments, count, depth + 1, inside, ofSchema || schema);
    } else if (node.kind === Kind.INLINE_FRAGMENT) add(node.selectionSet, fragments, count, depth, inside, ofSchema);
    else {
      const name = node.name.value;
      const fragment = fragments.get(name);
      if (fragment && !inside.includes(name))
        add(fragment.selectionSet, fragments, count, depth, [...inside, name], ofSchema);
    }
  }
}

function measure(document: DocumentNode): Count {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const nothing: Count = { depth: 0, fields: 0, aliases: 0, lists: 0, introspections: 0 };
  const asked = { ...nothing };
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) add(node.selectionSet, fragments, asked, 1, []);
    // One that nobody spreads costs as much to validate.
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      const alone = { ...nothing };
      add(node.selectionSet, fragments, alone, 1, [node.name.value], isOfSchema(node));
      asked.fields = Math.max(asked.fields, alone.fields);
    }
  }
  return asked;
}
const isOfSchema = ({ typeCondition }: FragmentDefinitionNode) => typeCondition.name.value.startsWith('__');

const readOnly = () =>
  new GraphQLError(
    'These views are read only: ask with a query, not with a mutation or subscription. News of the head come by GET /head.',
    {
      extensions: { code: 'BAD_USER_INPUT' },
    },
  );

/** What no question may be, and what is too much in one, each with what would not be. Looked at before the validation, which costs more the more there is. */
export function refusals(document: DocumentNode): GraphQLError[] {
  const isOther = document.definitions.some(
    (node) => node.kind === Kind.OPERATION_DEFINITION && node.operation !== 'query',
  );
  if (isOther) return [readOnly()];
  const count = measure(document);
  return (Object.keys(count) as (keyof Count)[])
    .filter((key) => count[key] > LIMITS[key])
    .map((key) => {
      const what = key === 'depth' ? 'levels' : key;
      return new GraphQLError(`This asks for too much: at most ${LIMITS[key]} ${what}.`, {
        extensions: { code: 'TOO_COMPLEX' },
      });
    });
}

/** Texts and comments, in which brackets mean nothing, and the brackets themselves. */
const BRACKETS = /"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n\r])*"|#[^\n\r]*|[[({\])}]/g;

/** Whether a text nests more brackets than any question needs. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(BRACKETS)) {
    if (sign === '{' || sign === '[' || sign === '(') depth += 1;
    else if (sign === '}' || sign === ']' || sign === ')') depth -= 1;
    if (depth > LIMITS.brackets) return true;
  }
  return false;
}

/** Whether a JSON value nests deeper than variables may. */
export function isTooDeep(value: unknown, left = LIMITS.nesting): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const inner of Object.values(value)) if (isTooDeep(inner, left - 1)) return true;
  return false;
}
