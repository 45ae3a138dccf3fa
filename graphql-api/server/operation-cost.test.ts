import { getIntrospectionQuery, getOperationAST, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { loadSchema } from '../schema/schema.ts';
import { checkCost, MAX_VALUES } from './operation-cost.ts';
import { limitRule } from './operation-limits.ts';

const schema = loadSchema();

/** Returns `fits`, or the code of the refusal. */
function verdict(query: string, variables?: Readonly<Record<string, unknown>>): unknown {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  try {
    checkCost({ schema, document, operation: getOperationAST(document)!, variables });
    return 'fits';
  } catch (error) {
    // checkCost throws nothing else.
    return (error as { extensions: { code: string } }).extensions.code;
  }
}

const nested = (documents: string, chunks: string, fields = 'id'): string =>
  `{ documents${documents} { nodes { chunks${chunks} { nodes { ${fields} } } } } }`;

test('page sizes multiply along a path, up to the documented number', () => {
  expect(verdict(nested('(first: 100)', '(first: 95)'))).toBe('fits');
  expect(verdict(nested('(first: 100)', '(first: 100)'))).toBe('OPERATION_TOO_LARGE');
  expect(verdict(nested('(first: 100)', '(first: 95)', 'id text'))).toBe('OPERATION_TOO_LARGE');
  // 20 each when left out.
  expect(verdict(nested('', '', Array.from({ length: 18 }, (_, n) => `a${n}: text`).join(' ')))).toBe('fits');
  expect(verdict(nested('', '', Array.from({ length: 26 }, (_, n) => `a${n}: text`).join(' ')))).toBe(
    'OPERATION_TOO_LARGE',
  );
  expect(MAX_VALUES).toBe(10_000);
});

test('the largest pages that a client lists and searches with fit', () => {
  const document = 'id path title tags mediaType language sizeBytes status progress error { code message } chunkCount';
  expect(
    verdict(`{ documents(first: 100) { totalCount nodes { ${document} } edges { cursor } pageInfo { endCursor } } }`),
  ).toBe('fits');
  expect(
    verdict(`{ search(query: "x", first: 100) { hits { rank score excerpt chunk {
      text locator { pageNumber line } documents { path title } previous { text } next { text }
    } } } }`),
  ).toBe('fits');
  expect(
    verdict(`subscription { ask(input: { question: "x" }) { answer { text sources { path excerpt chunk { context { text } } }
      citations { quote source { rank } } } } }`),
  ).toBe('fits');
  expect(verdict(getIntrospectionQuery())).toBe('fits');
});

test('variables count as they are sent, or as their defaults', () => {
  const query = 'query ($n: Int! = 100) { documents(first: $n) { nodes { chunks(first: 100) { nodes { id } } } } }';
  expect(verdict(query)).toBe('OPERATION_TOO_LARGE');
  expect(verdict(query, { n: 10 })).toBe('fits');
  // What does not fit its type, or is out of bounds, is refused later, before any work.
  expect(verdict(query, { n: 'many' })).toBe('fits');
  expect(verdict(query, { n: -1 })).toBe('fits');
  expect(verdict(query, { n: 1_000_000 })).toBe('OPERATION_TOO_LARGE');
});

test('copies of a chunk and long texts count, so that they cannot multiply either', () => {
  const copies = '{ chunk(id: "x") { documents { chunks { nodes { documents { chunks { nodes { id } } } } } } } }';
  expect(verdict(copies)).toBe('OPERATION_TOO_LARGE');
  const texts = (count: number): string =>
    `{ documents(first: 100) { nodes { ${Array.from({ length: count }, (_, n) => `a${n}: text(start: 0, end: 20000)`).join(' ')} } } }`;
  expect(verdict(texts(4))).toBe('fits');
  expect(verdict(texts(6))).toBe('OPERATION_TOO_LARGE');
});

test('pages within fragments count, and fragments that double are measured once', () => {
  expect(
    verdict(`{ documents(first: 100) { ...Page } } fragment Page on DocumentConnection { nodes { ...Chunks } }
      fragment Chunks on Document { chunks(first: 100) { ... on ChunkConnection { nodes { id } } } }`),
  ).toBe('OPERATION_TOO_LARGE');
  const doubling = Array.from({ length: 200 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
  const document = parse(`{ ...F0 } ${doubling.join(' ')} fragment F200 on Query { __typename }`);
  expect(validate(schema, document, [limitRule])).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE' } }]);
  const operation = getOperationAST(document)!;
  expect(() => checkCost({ schema, document, operation, variables: null })).toThrow(/too many values/);
});
