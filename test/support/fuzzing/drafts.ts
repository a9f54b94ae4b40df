import fc from 'fast-check';
import { fitting, type InputSchema } from './fitting-values.js';
import type { FuzzedOperation } from './operations.js';

export type Pair = readonly [name: string, value: string];

/** A request that is not written down yet, so that it can still be spoiled. */
export interface Draft {
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly Pair[];
  readonly querySuffix: string;
  readonly headers: readonly Pair[];
  readonly contentType: string;
  /** Its JSON value; undefined for none. */
  readonly body: unknown;
  /** Changes the text of the body. */
  readonly bend: (text: string) => string;
  /** Bytes instead of characters, so that they need not be UTF-8. */
  readonly encoding: 'utf8' | 'latin1';
}

/** Stands for what names something that is there when the request is sent. */
export const KNOWN_VALUE = '{known}';

/** Belongs to a session, and comes with it. */
const CSRF_HEADER = 'X-CSRF-Token';

/** A request as the document wants it. */
export function draftOf({ document, method, parameters, body }: FuzzedOperation): fc.Arbitrary<Draft> {
  const pairs = (where: string): fc.Arbitrary<Record<string, string>> => {
    const members = parameters
      .filter((one) => one.in === where && one.name !== CSRF_HEADER)
      .map(({ name, schema, required }) => ({ name, required, texts: texts(schema as InputSchema) }));
    const known = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      where === 'path' ? fc.oneof(fc.constant(KNOWN_VALUE), one) : one;
    return fc.record(Object.fromEntries(members.map(({ name, texts: one }) => [name, known(one)])), {
      requiredKeys: members
        .filter(({ required }) => required === true || where === 'path')
        .map(({ name }) => name),
      noNullPrototype: true,
    });
  };
  const texts = (schema: InputSchema): fc.Arbitrary<string> => fitting(schema, document).map(String);
  return fc.record(
    {
      method: fc.constant(method),
      path: pairs('path'),
      query: pairs('query').map((record) => Object.entries(record)),
      querySuffix: fc.constant(''),
      headers: pairs('header').map((record) => Object.entries(record)),
      contentType: fc.constant('application/json'),
      body: body ? fitting(body, document) : fc.constant(undefined),
      bend: fc.constant((text: string) => text),
      encoding: fc.constant('utf8' as const),
    },
    { noNullPrototype: true },
  );
}
