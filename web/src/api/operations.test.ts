import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import * as operations from './operations.ts';

const schema = buildSchema(
  readFileSync(path.join(import.meta.dirname, '../../../graphql-api/schema/schema.graphql'), 'utf8'),
);

test.each(Object.entries(operations))('%s is an operation of the API', (_name, text) => {
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});
