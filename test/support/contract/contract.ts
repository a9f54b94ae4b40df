import { createHash } from 'node:crypto';
import type { Document } from '../../../src/api-docs/open-api.js';

/** Words for people: they may get better at any time. */
const WORDS = new Set([
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'x-internal',
]);

/** What callers may rely on: paths and shapes, without the words and without what a deployment decides. */
export type Contract = Pick<Document, 'paths' | 'components'>;

/** The contract of a document, with its references followed, so that where something is written does not matter. */
export function contractOf({ paths, components = {} }: Document): Contract {
  const { securitySchemes = {}, schemas = {} } = components;
  const carriers = Object.fromEntries(
    Object.entries(securitySchemes).map(([name, scheme]) => [name, carrierOf(scheme)]),
  );
  const shapes = { paths, components: { schemas, securitySchemes: carriers } };
  return withoutWords(resolved(shapes, components)) as Contract;
}

/** How a credential is sent; which issuer gives it is for a deployment to say. */
function carrierOf(scheme: object): object {
  const { type, in: place, name } = scheme as Record<string, unknown>;
  return { type, in: place, name };
}

/** A change of the contract changes it. */
export function digestOf(contract: Contract): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(contract)))
    .digest('hex')
    .slice(0, 16);
}

function resolved(value: unknown, shapes: object): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => resolved(one, shapes));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const reference = /^#\/components\/(responses|headers)\/(.+)$/.exec(
    (value as { $ref?: string }).$ref ?? '',
  );
  if (reference) {
    const [, kind = '', name = ''] = reference;
    return resolved((shapes as Record<string, Record<string, unknown>>)[kind]?.[name], shapes);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, shapes)]));
}

function withoutWords(value: unknown, isNamed = false): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => withoutWords(one));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  // A property of a schema may be called like a word.
  const kept = Object.entries(value).filter(([key]) => isNamed || !WORDS.has(key));
  return Object.fromEntries(
    kept.map(([key, one]) => [
      key,
      withoutWords(one, ['properties', 'schemas', 'securitySchemes'].includes(key)),
    ]),
  );
}

/** The order in which required fields and allowed values are written means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.every((one) => typeof one === 'string') ? value.toSorted() : value.map(sorted);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
