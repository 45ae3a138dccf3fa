import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  getVariableValues,
  GraphQLError,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * The most values that one operation may ask for: each selected field counts once for every item of the lists that it
 * is in. 64,000 took 30 s and 63 MB; 100 documents with 20 chunks each and three fields of a chunk are 6,200.
 */
export const MAX_VALUES = 10_000;

/** Page sizes are refused above this by the resolvers, so that more cannot be delivered. */
const MAX_PAGE = 100;
/** Lists without a page size are taken to be this long. */
const USUAL_LENGTH = 10;
/**
 * What is known about other lists: the documents of a chunk are its copies, an answer has up to 20 sources, and the two
 * arms of a search usually find 50 passages each.
 */
const LENGTHS: Readonly<Record<string, number>> = {
  documents: 20,
  sources: 20,
  citations: 20,
  nearest: 3,
  candidates: 100,
};
/** A piece of text counts as one value per so many characters. */
const CHARS_PER_VALUE = 1_000;

/** What an operation is measured with. Variables are as the client sent them. */
export interface CostRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Throws unless a valid operation asks for at most `MAX_VALUES` values. The sizes of pages (`first`, or what it is when
 * left out) are multiplied along each path. Variables that do not fit their types are left to execution, which refuses
 * the operation for them.
 * @throws GraphQLError OPERATION_TOO_LARGE
 */
export function checkCost({ schema, document, operation, variables }: CostRequest): void {
  const root = schema.getRootType(operation.operation);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 });
  if (root === undefined || root === null || coerced === undefined) return;
  const values = createMeter(schema, document, coerced).cost(operation.selectionSet, root, null);
  if (values <= MAX_VALUES) return;
  const asked = Number.isSafeInteger(values) ? values.toLocaleString('en') : 'too many';
  throw new GraphQLError(
    `the operation asks for up to ${asked} values; ask for smaller pages or fewer fields, at most ${MAX_VALUES.toLocaleString('en')} values`,
    { nodes: [operation], extensions: { code: 'OPERATION_TOO_LARGE' } },
  );
}

interface Meter {
  /** @param page the page size of the connection whose fields these are; null elsewhere. */
  cost(set: SelectionSetNode, type: GraphQLNamedType, page: number | null): number;
}

function createMeter(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown>): Meter {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  // A fragment costs the same wherever it is spread, except for the page size around it: each pair is measured once.
  const measured = new Map<FragmentDefinitionNode, Map<number | null, number>>();

  const costOfFragment = (name: string, page: number | null): number => {
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    if (fragment === undefined || type === undefined) return 0;
    const known = measured.get(fragment) ?? new Map<number | null, number>();
    measured.set(fragment, known);
    const before = known.get(page);
    if (before !== undefined) return before;
    const value = cost(fragment.selectionSet, type, page);
    known.set(page, value);
    return value;
  };

  const costOfField = (node: FieldNode, parent: GraphQLNamedType, page: number | null): number => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined) return 1; // introspection, or a field that a rule has reported
    const type = getNamedType(field.type);
    const args = argumentsOf(field, node, variables);
    if (node.selectionSet === undefined || !isCompositeType(type)) return costOfText(field.name, args);
    const within = cost(node.selectionSet, type, pageSizeOf(args));
    return 1 + lengthOf(field, args, page) * within;
  };

  const cost = (set: SelectionSetNode, type: GraphQLNamedType, page: number | null): number => {
    let total = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        total += costOfField(node, type, page);
      } else if (node.kind === Kind.FRAGMENT_SPREAD) {
        total += costOfFragment(node.name.value, page);
      } else {
        const narrowed = node.typeCondition && schema.getType(node.typeCondition.name.value);
        total += cost(node.selectionSet, narrowed ?? type, page);
      }
    }
    return total;
  };
  return { cost };
}

/** Returns no arguments if they do not fit their types: execution then refuses the field and all that is below it. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}

/** The size of a connection's pages; null for a field without pages. */
function pageSizeOf({ first }: Readonly<Record<string, unknown>>): number | null {
  return typeof first === 'number' ? Math.min(MAX_PAGE, Math.max(1, first)) : null;
}

/** How many items a field has: 1 unless it is a list. `nodes`, `edges` and `hits` are as long as their page. */
function lengthOf(
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
  page: number | null,
): number {
  if (!isListType(getNullableType(field.type))) return 1;
  const { before, after } = args;
  if (typeof before === 'number' && typeof after === 'number') {
    return 1 + Math.min(MAX_PAGE, Math.max(0, before)) + Math.min(MAX_PAGE, Math.max(0, after));
  }
  return page ?? LENGTHS[field.name] ?? USUAL_LENGTH;
}

/** A field without fields below it; of `Document.text`, the part that is asked for counts. */
function costOfText(name: string, { start, end }: Readonly<Record<string, unknown>>): number {
  if (name !== 'text' || typeof start !== 'number' || typeof end !== 'number') return 1;
  return Math.min(MAX_PAGE, Math.max(1, Math.ceil((end - start) / CHARS_PER_VALUE)));
}
