// What a question may cost. Counted before anything is read.
import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

const LIMITS = { depth: 10, fields: 500, aliases: 60, lists: 40 };

type Count = { depth: number; fields: number; aliases: number; lists: number };

/** Adds up a selection; fragments count wherever they are spread. Stops at once when a limit is passed. */
function add(
  set: SelectionSetNode,
  fragments: Map<string, FragmentDefinitionNode>,
  count: Count,
  depth: number,
  inside: readonly string[],
): void {
  count.depth = Math.max(count.depth, depth);
  for (const node of set.selections) {
    if (count.fields > LIMITS.fields || count.depth > LIMITS.depth) return;
    if (node.kind === Kind.FIELD) {
      // The explorer asks for the schema itself: deep by nature, and read from memory.
      if (node.name.value.startsWith('__')) continue;
      count.fields += 1;
      if (node.alias) count.aliases += 1;
      if (node.arguments?.some(({ name }) => name.value === 'first' || name.value === 'where')) count.lists += 1;
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
  for (const key of Object.keys(LIMITS) as (keyof Count)[]) {
    if (count[key] > LIMITS[key])
      context.reportError(
        new GraphQLError(`This asks for too much: at most ${LIMITS[key]} ${key === 'depth' ? 'levels' : key}.`, {
          extensions: { code: 'TOO_COMPLEX' },
        }),
      );
  }
  return {};
}
