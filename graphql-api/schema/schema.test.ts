import { buildSchema, graphqlSync, GraphQLScalarType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { addResolvers } from './schema.ts';

const SDL = `
  scalar Even
  interface Animal { name: String }
  type Cat implements Animal { name: String }
  type Query { double(of: Even): Even animal: Animal }
`;

describe('resolvers', () => {
  test('are given to fields, scalars and interfaces', () => {
    const schema = buildSchema(SDL);
    const parseValue = (value: unknown): number => {
      if (typeof value === 'number' && value % 2 === 0) return value;
      throw new Error('odd');
    };
    addResolvers(schema, {
      Even: new GraphQLScalarType({ name: 'Even', parseValue, serialize: (value) => `${String(value)}!` }),
      Animal: { __resolveType: () => 'Cat' },
      Cat: { name: () => 'Mia' },
      Query: { double: (_: unknown, { of }: { of: number }) => of * 2, animal: () => ({}) },
    });
    const run = (source: string, variableValues = {}) => graphqlSync({ schema, source, variableValues });
    expect(run('{ double(of: 4) animal { __typename name } }')).toEqual({
      data: { double: '8!', animal: { __typename: 'Cat', name: 'Mia' } },
    });
    expect(run('query ($of: Even) { double(of: $of) }', { of: 6 })).toEqual({ data: { double: '12!' } });
    expect(run('{ double(of: 3) }').errors?.[0]?.message).toContain('odd');
    expect(run('query ($of: Even) { double(of: $of) }', { of: 5 }).errors?.[0]?.message).toContain('odd');
  });

  test.each([
    ['a field that does not exist', { Query: { triple: () => 1 } }, 'no field Query.triple'],
    ['a type that does not exist', { Dog: {} }, 'no type Dog'],
    ['a scalar with fields', { Even: { name: () => 1 } }, 'no type Even'],
  ])('of %s are refused', (_, added, message) => {
    expect(() => addResolvers(buildSchema(SDL), added)).toThrow(message);
  });
});
