import fc from 'fast-check';
import type { Draft, Pair } from './drafts.js';
import { borderline, type InputSchema } from './fitting-values.js';
import { hostileText, hostileValue, STRANGE_NAMES } from './hostile-values.js';
import type { FuzzedOperation } from './operations.js';

export type Defect = (draft: Draft) => Draft;

const CONTENT_TYPES = [
  'application/json; charset=utf-16',
  'application/json; charset=utf-8; boundary="',
  'application/problem+json',
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json,text/plain',
  'APPLICATION/JSON',
  '/',
  '',
];

const FOREIGN_HEADERS = [
  'Accept',
  'Accept-Encoding',
  'Authorization',
  'Content-Encoding',
  'Cookie',
  'Expect',
  'Forwarded',
  'Idempotency-Key',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'Origin',
  'Range',
  'Sec-Fetch-Site',
  'X-API-Key',
  'X-Forwarded-For',
  'X-HTTP-Method-Override',
];

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];
const QUERY_SUFFIXES = [
  '%',
  '%zz',
  '%ff',
  '&&&=&',
  '?',
  'a[b]=1',
  'a[]=1',
  '__proto__[x]=1',
  '=',
  'a'.repeat(9000),
];

/** Everything that can be wrong with a request to an operation. */
export function defectsOf(operation: FuzzedOperation): fc.Arbitrary<Defect> {
  return fc.oneof(
    ...ofParameters(operation),
    ...ofBody(operation),
    fc
      .tuple(fc.constantFrom(...STRANGE_NAMES), hostileText)
      .map((pair): Defect => (draft) => ({ ...draft, query: [...draft.query, pair] })),
    fc.constantFrom(...QUERY_SUFFIXES).map((querySuffix): Defect => (draft) => ({ ...draft, querySuffix })),
    fc
      .tuple(fc.constantFrom(...FOREIGN_HEADERS), hostileText)
      .map((pair): Defect => (draft) => ({ ...draft, headers: [...draft.headers, pair] })),
    fc.constantFrom(...METHODS).map((method): Defect => (draft) => ({ ...draft, method })),
  );
}

function ofParameters({ parameters }: FuzzedOperation): fc.Arbitrary<Defect>[] {
  return parameters.flatMap(({ name, in: where, schema }) => {
    const edges = borderline(schema as InputSchema)?.map(String);
    const value = fc.oneof(...(edges ? [edges] : []), hostileText);
    const place = where === 'header' ? 'headers' : 'query';
    const withOther = value.map((text): Defect =>
      where === 'path'
        ? (draft) => ({ ...draft, path: { ...draft.path, [name]: text } })
        : (draft) => ({ ...draft, [place]: [...without(draft[place], name), [name, text]] }),
    );
    const missing: Defect = (draft) => ({ ...draft, [place]: without(draft[place], name) });
    const twice: Defect = (draft) => ({ ...draft, query: [...draft.query, ...draft.query] });
    return where === 'path' ? [withOther] : [withOther, withOther, fc.constantFrom(missing, twice)];
  });
}

function without(pairs: readonly Pair[], name: string): Pair[] {
  return pairs.filter(([one]) => one !== name);
}

function ofBody({ body }: FuzzedOperation): fc.Arbitrary<Defect>[] {
  const whole = hostileValue.map((value): Defect => (draft) => ({ ...draft, body: value }));
  if (!body) {
    return [whole];
  }
  const ofMembers = Object.entries(body.properties ?? {}).flatMap(([name, schema]) => {
    const edges = borderline(schema);
    const value = fc.oneof(...(edges ? [edges, edges] : []), hostileValue);
    return [value.map((one) => withMember(name, one)), fc.constant(withMember(name, undefined))];
  });
  return [
    whole,
    ...ofMembers,
    fc.tuple(fc.constantFrom(...STRANGE_NAMES), hostileValue).map(([name, value]) => withMember(name, value)),
    fc.constant<Defect>((draft) => ({ ...draft, body: [draft.body] })),
    fc.constantFrom(...CONTENT_TYPES).map((contentType): Defect => (draft) => ({ ...draft, contentType })),
    ...ofText(),
  ];
}

function withMember(name: string, value: unknown): Defect {
  return (draft) => {
    const entries = Object.entries(draft.body ?? {}).filter(([one]) => one !== name);
    // Entries, because an assignment to __proto__ would make no member.
    return {
      ...draft,
      body: Object.fromEntries(value === undefined ? entries : [...entries, [name, value]]),
    };
  };
}

/** What breaks the text of a body, of which no value knows. */
function ofText(): fc.Arbitrary<Defect>[] {
  const bending =
    (bend: (text: string) => string): Defect =>
    (draft) => ({ ...draft, bend });
  return [
    fc.nat({ max: 60 }).map((length) => bending((text) => text.slice(0, length))),
    fc.constantFrom(
      bending((text) => `\ufeff${text}`),
      bending((text) => `${text}${text}`),
      bending((text) => text.replace('}', ',}')),
      bending((text) => text.replace('{', '{"__proto__":{"isAdmin":true},')),
      bending((text) => text.replace('{', '{"name":1,"name":2,')),
      bending((text) => text.replace(/:[^,}]*/, ':1e999')),
      bending((text) => text.replace(/:[^,}]*/, ':NaN')),
      bending((text) => text.replace(/:[^,}]*/, ':"\\ud800"')),
      bending((text) => text.replace(/:[^,}]*/, `:${'9'.repeat(400)}`)),
      bending(() => '['.repeat(50_000)),
      bending(() => ' '.repeat(2_000)),
      bending((text) => `${text.slice(0, -1)},"a":"${'x'.repeat(2_000_000)}"}`),
    ),
    fc.constant<Defect>((draft) => ({
      ...draft,
      encoding: 'latin1',
      bend: (text) => text.replace('"', '"\xff\xc0\x80'),
    })),
  ];
}
