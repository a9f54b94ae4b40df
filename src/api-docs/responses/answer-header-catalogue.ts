import type { OwnHeader } from '../../platform/http/routes/sets-headers.decorator.js';
import { reference, type Header, type Response } from '../open-api.js';

const words = (description: string, pattern: string, maxLength: number): Header => ({
  description,
  schema: { type: 'string', pattern, maxLength },
});

const number = (description: string): Header => ({
  description,
  schema: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
});

const PRINTABLE = '^[\\x20-\\x7e]+$';

/** Every header of an answer that a client is meant to read, and what it says. */
const ANSWER_HEADERS = {
  'X-Request-Id': words(
    'Identifies the request in the log; the one of the request when that was well formed.',
    '^[A-Za-z0-9._-]{8,64}$',
    64,
  ),
  Traceresponse: words(
    'The trace and the span of the request (W3C Trace Context Level 2), to find it in the log.',
    '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$',
    55,
  ),
  'Access-Control-Allow-Origin': words(
    'To pages of allowed origins: that origin, never a wildcard where a credential is needed.',
    '^(\\*|https?://[a-z0-9.:[\\]-]+)$',
    300,
  ),
  RateLimit: words(
    'What is left: the name of the bucket, r requests, and t seconds until it is full again (draft-ietf-httpapi-ratelimit-headers).',
    '^"[a-z0-9_-]+";r=\\d+;t=\\d+$',
    100,
  ),
  'RateLimit-Policy': words(
    'The limit: the name of the bucket, q requests at once, and w seconds in which it fills up.',
    '^"[a-z0-9_-]+";q=\\d+;w=\\d+$',
    100,
  ),
  'X-RateLimit-Limit': number('The limit, in the older words.'),
  'X-RateLimit-Remaining': number('What is left of it.'),
  'X-RateLimit-Reset': number('Unix time in seconds at which all of it is there again.'),
  'Retry-After': number('Seconds after which the same request has a chance (RFC 9110).'),
  'WWW-Authenticate': words('How to authenticate, or which scope is missing (RFC 6750).', PRINTABLE, 1000),
  Deprecation: words(
    'Since when this is deprecated: @ and a Unix time in seconds (RFC 9745).',
    '^@\\d+$',
    20,
  ),
  Sunset: words(
    'When it ends: an HTTP date (RFC 8594).',
    '^[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} [\\d:]{8} GMT$',
    29,
  ),
  Link: words(
    'The migration guide (rel deprecation and sunset), and the same resource in the version that replaces this one (rel successor-version).',
    PRINTABLE,
    4000,
  ),
  'X-API-Key-Expires': {
    description: 'To callers with an API key that ends soon: when. Rotate it before.',
    schema: { type: 'string', format: 'date-time', maxLength: 24 },
  },
  'X-API-Key-Superseded': {
    description: 'To callers with the secret before the last rotation: its grace period is running out.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Idempotent-Replayed': {
    description: 'The answer to an earlier request with this Idempotency-Key; nothing was done again.',
    schema: { type: 'string', enum: ['true'] },
  },
  ETag: words(
    'Names this state of the resource, for If-Match and If-None-Match.',
    '^"[\\x21\\x23-\\x7e]*"$',
    70,
  ),
  Location: words('Where to find it.', PRINTABLE, 4000),
  'Set-Cookie': words('The session, or its end. Scripts cannot read it.', PRINTABLE, 4096),
  'Clear-Site-Data': words(
    'What the browser forgets of this API’s origin: its cache, and what pages have stored.',
    '^"cache", "storage"$',
    40,
  ),
  'Content-Disposition': words('The name of the file.', PRINTABLE, 200),
} as const satisfies Record<string, Header>;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;

const LIMITS: readonly AnswerHeader[] = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

export interface AnswerFacts {
  readonly status: number;
  readonly isPublic: boolean;
  readonly isDeprecated: boolean;
  readonly isIdempotent: boolean;
  readonly setsHeaders: readonly OwnHeader[];
}

/** The headers that are referred to from anywhere in `from`. */
export function mentionedHeaders(from: unknown): Record<string, Header> {
  const text = JSON.stringify(from);
  const entries = Object.entries(ANSWER_HEADERS as Record<string, Header>);
  return Object.fromEntries(
    entries.filter(([name]) => text.includes(`"${reference('headers', name).$ref}"`)),
  );
}

/** The headers that an answer of this kind can have. */
export function headersOf(facts: AnswerFacts): NonNullable<Response['headers']> {
  const { status } = facts;
  const isSuccess = status < 400;
  const names: AnswerHeader[] = [
    'X-Request-Id',
    'Traceresponse',
    'Access-Control-Allow-Origin',
    ...LIMITS,
    ...(facts.isDeprecated ? (['Deprecation', 'Sunset', 'Link'] as const) : []),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
    ...(status === 401 || status === 403 || status === 400 ? (['WWW-Authenticate'] as const) : []),
    ...(facts.isPublic ? [] : (['X-API-Key-Expires', 'X-API-Key-Superseded'] as const)),
    ...(isSuccess && facts.isIdempotent ? (['Idempotent-Replayed'] as const) : []),
    ...(isSuccess ? facts.setsHeaders : []),
  ];
  return Object.fromEntries(names.map((name) => [name, reference('headers', name)]));
}
