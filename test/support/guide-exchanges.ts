import type { Exchange } from '../../src/versioning/changelog/guides/guide.js';
import type { ApiClient } from './api-client.js';

/** The customers with whom the examples of the guide begin. */
const CUSTOMERS = [
  { givenName: 'Ada', familyName: 'Lovelace', email: 'ada@example.com' },
  { givenName: 'Grace', familyName: 'Hopper', email: 'grace@example.com' },
  { givenName: 'Alan', familyName: 'Turing', email: 'alan@example.com' },
];

/** What differs from call to call, by kind. */
const KINDS: readonly [pattern: RegExp, kind: string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(uuid)'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\b/g, '(moment)'],
  [/^[A-Za-z0-9_-]{60,}$/g, '(cursor)'],
];

/** Sends the request of an exchange as the caller, in whose tenant there is nothing yet. */
export async function perform(exchange: Exchange, caller: ApiClient): Promise<Exchange['response']> {
  const { method, path, headers = {}, body } = exchange;
  const target = await filledIn(path, caller);
  const answer = await caller.send(method, target, { headers, ...(body && { json: body }) });
  const documented = Object.keys(exchange.response.headers ?? {});
  return {
    status: answer.status,
    ...(documented.length > 0 && {
      headers: Object.fromEntries(documented.map((name) => [name, answer.headers.get(name) ?? '(none)'])),
    }),
    ...(answer.body !== undefined && { body: answer.body as object }),
  };
}

/** An answer in which every value that differs from call to call is replaced by its kind. */
export function shapeOf(response: Exchange['response']): unknown {
  const shape = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return KINDS.reduce((text, [pattern, kind]) => text.replaceAll(pattern, kind), value);
    }
    if (Array.isArray(value)) {
      return value.map(shape);
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
      : value;
  };
  return shape(response);
}

async function filledIn(path: string, caller: ApiClient): Promise<string> {
  const ids: string[] = [];
  for (const customer of CUSTOMERS) {
    const { body } = await caller.post('/v2/customers', customer);
    ids.push(body.id as string);
  }
  const { body: firstPage } = await caller.get('/v2/customers?limit=2');
  return path.replace('{id}', ids[0] ?? '').replace('{cursor}', firstPage.nextCursor as string);
}
