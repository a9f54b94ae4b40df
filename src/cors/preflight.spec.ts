import { describe, expect, it } from 'vitest';
import { answerPreflight, type PreflightQuestion } from './preflight.js';
import { ruleOf, type RouteRule } from './route-rules.js';

const ORIGIN = 'https://app.example.com';

const rules = new Map<string, RouteRule>([
  ['GET', ruleOf('GET', '/things', {})],
  ['POST', ruleOf('POST', '/things', { readHeaders: ['idempotency-key'] })],
  ['PUT', ruleOf('PUT', '/things', { crossOrigin: 'none' })],
  ['QUERY', ruleOf('QUERY', '/things', { isPublic: true, crossOrigin: 'any' })],
]);

const ask = (question: Partial<PreflightQuestion>) =>
  answerPreflight(
    { origin: ORIGIN, method: 'GET', headers: undefined, ...question },
    rules,
    (one) => one === ORIGIN,
  );

describe('the answer to a preflight', () => {
  it('names the methods of the URL that pages may use, and the headers of the one asked for', () => {
    expect(ask({ method: 'POST', headers: 'Content-Type,IDEMPOTENCY-KEY' })).toEqual({
      isAllowed: true,
      origin: ORIGIN,
      methods: ['GET', 'POST'],
      headers: [
        'x-request-id',
        'traceparent',
        'authorization',
        'content-type',
        'x-csrf-token',
        'idempotency-key',
      ],
    });
  });

  it.each<[Partial<PreflightQuestion>, string]>([
    [{ origin: 'https://evil.test' }, 'origin'],
    [{ method: 'PUT' }, 'origin'],
    [{ method: 'DELETE' }, 'method'],
    [{ origin: 'https://evil.test', method: 'DELETE' }, 'origin'],
    [{ headers: 'content-type' }, 'headers'],
    [{ headers: 'authorization, x' }, 'headers'],
    [{ headers: 'authorization,' }, 'headers'],
  ])('to %j is no', (question, reason) => {
    expect(ask(question)).toEqual({ isAllowed: false, reason });
  });

  it('for HEAD is that for GET', () => {
    expect(ask({ method: 'HEAD' })).toEqual(ask({ method: 'GET' }));
    expect(ask({ method: 'HEAD' })).toMatchObject({ isAllowed: true });
  });

  it('of what is open to everybody names no page and no route for some', () => {
    expect(ask({ method: 'QUERY', origin: 'https://evil.test' })).toEqual({
      isAllowed: true,
      origin: '*',
      methods: ['QUERY'],
      headers: ['x-request-id', 'traceparent', 'content-type'],
    });
  });

  it('reads names with blanks around them, of a list that is no longer than one of a browser', () => {
    const list = (length: number): string => 'traceparent , authorization'.padEnd(length);

    expect(ask({ headers: list(1000) })).toMatchObject({ isAllowed: true });
    expect(ask({ headers: list(1001) })).toEqual({ isAllowed: false, reason: 'headers' });
  });

  it.each(['', ' '])('takes %j for no further header', (headers) => {
    expect(ask({ headers })).toMatchObject({ isAllowed: true });
  });
});

describe('the rule of a route', () => {
  it('is for allowed pages when the route authenticates, and for none when it is public', () => {
    expect(ruleOf('GET', '/', {}).policy).toBe('allowed');
    expect(ruleOf('GET', '/', { isPublic: true }).policy).toBe('none');
    expect(ruleOf('GET', '/', { isPublic: true, crossOrigin: 'any' })).toEqual({
      policy: 'any',
      requestHeaders: ['x-request-id', 'traceparent'],
    });
  });

  it('is none at all when the route authenticates and would be open to everybody', () => {
    expect(() => ruleOf('GET', '/secrets', { crossOrigin: 'any' })).toThrow('GET /secrets authenticates');
  });
});
