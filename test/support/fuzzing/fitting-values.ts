import fc from 'fast-check';
import type { Document } from '../../../src/api-docs/open-api.js';

/** As much of a JSON Schema as the documents use for what comes in. */
export interface InputSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: InputSchema;
  readonly properties?: Readonly<Record<string, InputSchema>>;
  readonly required?: readonly string[];
}

const PLAIN_LETTERS = ['a', 'b', 'X', '0', '9', ' ', '-', '\u00e9', '\u4e16'];
/** What must be one of the words that are known here, which no schema tells. */
const WORDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  scopes: fc.subarray(['customers:read', 'customers:write', 'api-keys:read'], { minLength: 1 }),
  ratePlan: fc.constantFrom('standard', 'high'),
  allowedNetworks: fc.subarray(['192.0.2.0/24', '2001:db8::/32', '::1']),
};
const ITEMS_AT_MOST = 3;

/** Values that a schema allows, as far as it says so in words that this understands. */
export function fitting(schema: InputSchema, document: Document): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return fitting(named(schema.$ref, document), document);
  }
  if (schema.enum) {
    return fc.constantFrom(...schema.enum);
  }
  const types = [schema.type ?? 'object'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, document)));
}

/** Texts and numbers right at the limits of a schema, and one step beyond. */
export function borderline({
  type,
  minimum,
  maximum,
  minLength,
  maxLength,
}: InputSchema): fc.Arbitrary<unknown> | undefined {
  const steps = (limit: number | undefined): number[] =>
    limit === undefined ? [] : [limit - 1, limit, limit + 1];
  if ([type].flat().includes('integer')) {
    const numbers = [...steps(minimum), ...steps(maximum)];
    return numbers.length === 0 ? undefined : fc.constantFrom(...numbers);
  }
  const lengths = [...steps(minLength), ...steps(maxLength)].filter((length) => length >= 0);
  return lengths.length === 0
    ? undefined
    : fc
        .tuple(
          fc.constantFrom('a', '1', '\u00e9', 'e\u0301', '\u{1f600}', '\ufdfa'),
          fc.constantFrom(...lengths),
        )
        .map(([letter, length]) => letter.repeat(Math.ceil(length / letter.length)).slice(0, length));
}

export function named(reference: string, document: Document): InputSchema {
  return document.components?.schemas?.[reference.split('/').at(-1) ?? ''] as InputSchema;
}

function ofType(type: string, schema: InputSchema, document: Document): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.uniqueArray(fitting(schema.items ?? {}, document), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? ITEMS_AT_MOST, ITEMS_AT_MOST),
      });
    default:
      return record(schema, document);
  }
}

function record({ properties = {}, required = [] }: InputSchema, document: Document): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(
    ([name, one]) => [name, WORDS[name] ?? fitting(one, document)] as const,
  );
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required], noNullPrototype: true });
}

function text(schema: InputSchema): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 100 } = schema;
  switch (format) {
    case 'uuid':
      return fc.uuid();
    case 'date':
      return fc
        .date({ min: new Date('2001-01-01'), max: new Date('2098-01-01') })
        .map((day) => day.toISOString().slice(0, 10));
    case 'date-time':
      return fc
        .date({ min: new Date('2001-01-01'), max: new Date('2098-01-01') })
        .map((time) => time.toISOString());
    case 'idn-email':
      return fc.uuid().map((id) => `${id}@example.com`);
    default:
      return pattern === undefined
        ? letters(minLength, maxLength)
        : (matching(pattern, minLength, maxLength) ?? letters(minLength, maxLength));
  }
}

/** Absent where a pattern looks ahead or back, which no generator here can. */
function matching(pattern: string, minLength: number, maxLength: number): fc.Arbitrary<string> | undefined {
  try {
    const texts = fc
      .stringMatching(new RegExp(pattern))
      .filter(({ length }) => length >= minLength && length <= maxLength);
    fc.sample(texts, { seed: 1, numRuns: 1 });
    return texts;
  } catch {
    return undefined;
  }
}

function letters(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc
    .stringOf(fc.constantFrom(...PLAIN_LETTERS), {
      minLength: Math.max(minLength - 1, 0),
      maxLength: Math.min(maxLength, 40) - 1,
    })
    .map((rest) => `a${rest}`);
}
