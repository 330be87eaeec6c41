// What a question may look like. Counted on its text, before anything is read; what it then costs is counted in rows.
import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

export const LIMITS = {
  /** Levels of fields. */
  depth: 10,
  fields: 500,
  aliases: 60,
  /** Fields with arguments: lists, mostly. */
  lists: 40,
  /** Words and signs of the text. */
  tokens: 3000,
  /** Levels of variables. */
  nesting: 24,
  bodyBytes: 64 * 1024,
};

type Count = { depth: number; fields: number; aliases: number; lists: number };

/** Adds up a selection; fragments count wherever they are spread, empty ones too. Stops at once when a limit is passed. */
function add(
  set: SelectionSetNode,
  fragments: Map<string, FragmentDefinitionNode>,
  count: Count,
  depth: number,
  inside: readonly string[],
): void {
  count.depth = Math.max(count.depth, depth);
  for (const node of set.selections) {
    count.fields += 1;
    if (count.fields > LIMITS.fields || count.depth > LIMITS.depth) return;
    if (node.kind === Kind.FIELD) {
      // The explorer asks for the schema itself, which is deep by nature and read from memory. graphql-js bounds it.
      if (node.name.value === '__schema' || node.name.value === '__type') continue;
      if (node.alias) count.aliases += 1;
      if (node.arguments && node.arguments.length > 0) count.lists += 1;
      if (node.selectionSet) add(node.selectionSet, fragments, count, depth + 1, inside);
    } else if (node.kind === Kind.INLINE_FRAGMENT) add(node.selectionSet, fragments, count, depth, inside);
    else {
      const name = node.name.value;
      const fragment = fragments.get(name);
      if (fragment && !inside.includes(name)) add(fragment.selectionSet, fragments, count, depth, [...inside, name]);
    }
  }
}

function measure(document: DocumentNode): Count {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const count: Count = { depth: 0, fields: 0, aliases: 0, lists: 0 };
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) add(node.selectionSet, fragments, count, 1, []);
  return count;
}

/** A validation rule that refuses what is too much, and says what would not be. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  const count = measure(context.getDocument());
  for (const key of Object.keys(count) as (keyof Count)[]) {
    if (count[key] > LIMITS[key])
      context.reportError(
        new GraphQLError(`This asks for too much: at most ${LIMITS[key]} ${key === 'depth' ? 'levels' : key}.`, {
          extensions: { code: 'TOO_COMPLEX' },
        }),
      );
  }
  return {};
}

/** Whether a JSON value nests deeper than variables may. */
export function isTooDeep(value: unknown, left = LIMITS.nesting): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const inner of Object.values(value)) if (isTooDeep(inner, left - 1)) return true;
  return false;
}
