import { describe, expect, it } from 'vitest';
import { breakingChanges } from '../support/contract/breaking-changes.js';
import { contractOf, digestOf, type Contract } from '../support/contract/contract.js';

/** One operation that has one of everything; each test changes something. */
function contract(change: Change = () => undefined): Contract {
  const schemes: Schemes = { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } };
  const schemas: Schemas = {
    Body: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 10, pattern: '^a' },
        kind: { type: 'string', enum: ['a', 'b'] },
        count: { type: 'integer', minimum: 1, maximum: 9 },
        more: {},
        self: { $ref: '#/components/schemas/Body' },
      },
    },
    Answer: {
      type: 'object',
      required: ['name', 'list'],
      properties: {
        name: { type: 'string', maxLength: 10 },
        kind: { type: 'string', enum: ['a', 'b'] },
        list: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 3 } },
      },
    },
  };
  const operation: Operation = {
    security: [{ bearer: ['a:read'] }, { apiKey: ['a:read'] }],
    parameters: [
      { name: 'page', in: 'query', required: false, schema: { type: 'integer', maximum: 9 } },
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
    ],
    requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Body' } } } },
    responses: {
      '200': {
        description: 'words',
        headers: { ETag: { schema: { type: 'string' } } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Answer' } } },
      },
      '204': { description: 'words' },
      '404': {
        description: 'words',
        content: {
          'application/problem+json': {
            schema: { allOf: [{}, { properties: { code: { enum: ['a.gone', 'a.lost'] } } }] },
          },
        },
      },
    },
  };
  change(operation, schemas, schemes);
  return { paths: { '/a': { get: operation } }, components: { schemas, securitySchemes: schemes } };
}

// oxlint-disable-next-line typescript/no-explicit-any -- each test reaches into another corner of it
type Operation = any;
// oxlint-disable-next-line typescript/no-explicit-any -- as above
type Schemas = any;
// oxlint-disable-next-line typescript/no-explicit-any -- as above
type Schemes = any;
type Change = (operation: Operation, schemas: Schemas, schemes: Schemes) => void;

const BREAKS: [string, Change][] = [
  ['GET /a needs the scope a:write', (one) => one.security[0].bearer.push('a:write')],
  ['GET /a no longer takes apiKey', (one) => one.security.pop()],
  ['GET /a refuses the query parameter page', (one) => one.parameters.shift()],
  ['GET /a demands the query parameter page', (one) => (one.parameters[0].required = true)],
  [
    'GET /a demands the query parameter new',
    (one) => one.parameters.push({ name: 'new', in: 'query', required: true }),
  ],
  ['GET /a query parameter page has a narrower maximum', (one) => (one.parameters[0].schema.maximum = 8)],
  [
    'GET /a query parameter page can no longer be integer',
    (one) => (one.parameters[0].schema.type = 'string'),
  ],
  ['GET /a path parameter 1 has another format', (one) => (one.parameters[1].schema.format = 'email')],
  ['GET /a refuses application/json', (one) => (one.requestBody.content = { 'text/plain': {} })],
  ['GET /a body.name is refused', (_one, { Body }) => delete Body.properties.name],
  ['GET /a body.kind is demanded', (_one, { Body }) => Body.required.push('kind')],
  ['GET /a body.kind can no longer be b', (_one, { Body }) => Body.properties.kind.enum.pop()],
  ['GET /a body.name has a narrower maxLength', (_one, { Body }) => (Body.properties.name.maxLength = 9)],
  ['GET /a body.name has a narrower minLength', (_one, { Body }) => (Body.properties.name.minLength = 2)],
  ['GET /a body.name has another pattern', (_one, { Body }) => (Body.properties.name.pattern = '^b')],
  ['GET /a body.count has a narrower minimum', (_one, { Body }) => (Body.properties.count.minimum = 2)],
  ['GET /a no longer answers 200', (one) => delete one.responses['200']],
  ['GET /a 200 is no longer application/json', (one) => (one.responses['200'].content = {})],
  ['GET /a 200 lost the header ETag', (one) => delete one.responses['200'].headers.ETag],
  ['GET /a 200.name is gone', (_one, { Answer }) => delete Answer.properties.name],
  ['GET /a 200.name can be missing', (_one, { Answer }) => Answer.required.shift()],
  [
    'GET /a 200.name can now be null',
    (_one, { Answer }) => (Answer.properties.name.type = ['string', 'null']),
  ],
  ['GET /a 200.name has a wider maxLength', (_one, { Answer }) => (Answer.properties.name.maxLength = 11)],
  ['GET /a 200.kind can now be c', (_one, { Answer }) => Answer.properties.kind.enum.push('c')],
  ['GET /a 200.kind can now be anything', (_one, { Answer }) => delete Answer.properties.kind.enum],
  [
    'GET /a 200.list[] has a wider maxLength',
    (_one, { Answer }) => (Answer.properties.list.items.maxLength = 4),
  ],
  ['GET /a 200.list has a wider maxItems', (_one, { Answer }) => delete Answer.properties.list.maxItems],
];

const FURTHER_BREAKS: [string, Change][] = [
  ['GET /a demands a body', (one) => (one.requestBody.required = true)],
  ['GET /a body refuses other fields', (_one, { Body }) => (Body.additionalProperties = false)],
  ['GET /a body.more can no longer be anything', (_one, { Body }) => (Body.properties.more.type = 'string')],
  ['GET /a query parameter page has another default', (one) => (one.parameters[0].schema.default = 1)],
  ['GET /a can now answer 202', (one) => (one.responses['202'] = { description: '' })],
  ['GET /a 204 has a body now', (one) => (one.responses['204'].content = { 'text/plain': {} })],
  [
    'GET /a 200 ETag can now be integer',
    (one) => (one.responses['200'].headers.ETag.schema.type = 'integer'),
  ],
  ['GET /a 200.name can now be anything', (_one, { Answer }) => delete Answer.properties.name.type],
  ['GET /a 200.list[] can now be anything', (_one, { Answer }) => delete Answer.properties.list.items],
  ['GET /a 200.kind has another oneOf', (_one, { Answer }) => (Answer.properties.kind.oneOf = [])],
  ['GET /a 404 no longer says a.gone', (one) => problemOf(one).enum.shift()],
  ['apiKey is sent otherwise', (_one, _schemas, schemes) => (schemes.apiKey.name = 'X-Other')],
];

const problemOf = (operation: Operation): { enum: string[] } =>
  operation.responses['404'].content['application/problem+json'].schema.allOf[1].properties.code;

const GROWTH: [string, Change][] = [
  ['words', (one) => (one.responses['200'].description = 'other words')],
  ['an optional parameter', (one) => one.parameters.push({ name: 'new', in: 'query', required: false })],
  ['an optional field of the body', (_one, { Body }) => (Body.properties.further = { type: 'string' })],
  ['a field that is demanded no more', (_one, { Body }) => Body.required.pop()],
  ['a longer name in the body', (_one, { Body }) => (Body.properties.name.maxLength = 11)],
  ['another kind in the body', (_one, { Body }) => Body.properties.kind.enum.push('c')],
  ['another field of the answer', (_one, { Answer }) => (Answer.properties.more = { type: 'string' })],
  ['a shorter name in the answer', (_one, { Answer }) => (Answer.properties.name.maxLength = 9)],
  ['another header', (one) => (one.responses['200'].headers.Link = {})],
  ['another failure', (one) => (one.responses['409'] = { description: '' })],
  ['another credential', (one) => one.security.push({ session: ['a:read'] })],
  ['no credential any more', (one) => (one.security = [])],
];

describe('the comparison of contracts', () => {
  it.each([...BREAKS, ...FURTHER_BREAKS])('sees that %s', (fault, change) => {
    expect(breakingChanges(contract(), contract(change))).toContain(fault);
  });

  it('sees that an operation is gone, or closed for strangers', () => {
    const open = contract((one) => (one.security = []));

    expect(breakingChanges(contract(), { paths: {} })).toEqual(['GET /a is gone']);
    expect(breakingChanges(open, contract())).toContain('GET /a needs a credential');
  });

  it('does not care what the parameter of a path is called', () => {
    const { paths, components } = contract();
    const [before, after] = ['/a/{id}', '/a/{key}'].map((path) => ({
      paths: { [path]: paths['/a'] ?? {} },
      components,
    }));

    expect(breakingChanges(before as Contract, after as Contract)).toEqual([]);
  });

  it.each(GROWTH)('lets a version grow by %s', (_what, change) => {
    expect(breakingChanges(contract(), contract(change))).toEqual([]);
  });
});

describe('the digest of a contract', () => {
  const digest = (change?: Change): string =>
    digestOf(contractOf({ info: {}, ...contract(change) } as never));

  it('changes with every break and every growth but that of words', () => {
    const [[, words] = ['', () => undefined], ...growth] = GROWTH;
    const changed = [...BREAKS, ...FURTHER_BREAKS, ...growth].map(([, change]) => digest(change));

    expect(changed).not.toContain(digest());
    expect(digest(words)).toBe(digest());
  });

  it('does not depend on the order in which something is written', () => {
    const turned = digest((_one, schemas: Record<string, unknown>) => {
      const { Body, ...others } = schemas;
      Object.keys(schemas).forEach((name) => delete schemas[name]);
      Object.assign(schemas, others, { Body });
    });

    expect(turned).toBe(digest());
    expect(
      digest((_one, { Answer }) => {
        Answer.required = ['list', 'name'];
        Answer.properties.kind.enum = ['b', 'a'];
      }),
    ).toBe(digest());
  });
});
