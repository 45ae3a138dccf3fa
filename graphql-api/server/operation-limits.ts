import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/**
 * Limits on the text of one operation. GraphiQL's introspection query has 13 levels, which do not count: see
 * `limitRule`. What the operation asks for is limited in operation-cost.ts.
 */
export const LIMITS = { tokens: 2_000, depth: 12, fields: 400, aliases: 20, contexts: 1 } as const;

/** What a selection adds up to when every fragment is written out. */
interface Size {
  /** Fields, `__typename` and spreads. */
  readonly fields: number;
  readonly aliases: number;
  /** Levels below the selection's own. */
  readonly depth: number;
  /** A chunk's context has up to 21 chunks, each with 21 again: three levels would be nine thousand. */
  readonly contexts: number;
}

const NOTHING: Size = { fields: 0, aliases: 0, depth: 0, contexts: 0 };

/**
 * Rejects operations that are too deep, select too many fields or use too many aliases; a fragment counts every time it
 * is spread. Below `__schema` and `__type` nothing counts: the size is that of the schema, and graphql itself bounds the
 * recursion.
 */
export function limitRule(context: ValidationContext): ASTVisitor {
  // Each fragment is measured once, so that fragments that spread the next one twice cost no more than others to refuse.
  const measured = new Map<FragmentDefinitionNode, Size>();
  const sizeOfFragment = (name: string): Size => {
    const fragment = context.getFragment(name);
    if (!fragment) return NOTHING; // another rule reports it
    let size = measured.get(fragment);
    if (size === undefined) {
      // Another rule reports a fragment that contains itself; this one only must not recurse forever.
      measured.set(fragment, NOTHING);
      size = sizeOf(fragment.selectionSet);
      measured.set(fragment, size);
    }
    return size;
  };
  const sizeOf = (set: SelectionSetNode): Size => {
    let total = NOTHING;
    for (const node of set.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        total = sum(total, sizeOf(node.selectionSet), 1);
      } else if (node.kind === Kind.FRAGMENT_SPREAD) {
        total = sum(total, sizeOfFragment(node.name.value), 1);
      } else {
        const name = node.name.value;
        const isMeta = name.startsWith('__');
        const within = isMeta || node.selectionSet === undefined ? NOTHING : sizeOf(node.selectionSet);
        const field = {
          fields: within.fields,
          aliases: within.aliases + (node.alias === undefined ? 0 : 1),
          depth: isMeta ? 0 : within.depth + 1,
          contexts: within.contexts + (name === 'context' ? 1 : 0),
        };
        total = sum(total, field, 1);
      }
    }
    return total;
  };
  return {
    OperationDefinition(operation) {
      const { fields, aliases, depth, contexts } = sizeOf(operation.selectionSet);
      const isOver =
        fields > LIMITS.fields || aliases > LIMITS.aliases || depth > LIMITS.depth || contexts > LIMITS.contexts;
      if (!isOver) return;
      context.reportError(
        new GraphQLError(
          `the operation is too large; split it, or reduce it to ${LIMITS.depth} levels, ${LIMITS.fields} fields, ${LIMITS.aliases} aliases and no context within a context`,
          { nodes: [operation], extensions: { code: 'OPERATION_TOO_LARGE' } },
        ),
      );
    },
  };
}

/** Adds two parts of one selection; `more` is for the node that holds the second. */
function sum(a: Size, b: Size, more: number): Size {
  return {
    fields: a.fields + b.fields + more,
    aliases: a.aliases + b.aliases,
    depth: Math.max(a.depth, b.depth),
    contexts: Math.max(a.contexts, b.contexts),
  };
}
