import { platformErrors } from '../../platform/errors/platform.errors.js';
import { REQUEST_ID } from '../../platform/http/request/request-id.js';
import { SAFE_METHODS } from '../../platform/http/safe-methods.js';
import type { DocumentedRoute } from '../routes/documented-routes.js';
import type { Parameter } from '../open-api.js';

const header = (name: string, description: string, schema: NonNullable<Parameter['schema']>): Parameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

const REQUEST_ID_HEADER = header(
  'X-Request-Id',
  'Your own id of the request, such as a UUID; it comes back and stands in the log.',
  { type: 'string', minLength: 8, maxLength: 64, pattern: REQUEST_ID.source },
);

const TRACEPARENT = header(
  'Traceparent',
  'The trace that the request belongs to (W3C Trace Context); it goes on in the log.',
  {
    type: 'string',
    minLength: 55,
    maxLength: 512,
    pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\\x20-\\x7e]*)?$',
  },
);

const CSRF_TOKEN = header('X-CSRF-Token', 'With a session cookie: the csrfToken of GET /auth/session.', {
  type: 'string',
  maxLength: 100,
  pattern: '^[A-Za-z0-9_-]+$',
});

const IDEMPOTENCY_KEY = header('Idempotency-Key', 'New for each thing that you want done, such as a UUID.', {
  type: 'string',
  minLength: 8,
  maxLength: 130,
  pattern: '^("?)[\\x21\\x23-\\x5b\\x5d-\\x7e]{8,128}\\1$',
});

/** What is said of the headers that DTOs check. */
const WORDS: Readonly<Record<string, readonly [name: string, description: string]>> = {
  'if-match': ['If-Match', 'The ETag that you read, or * to write regardless (RFC 9110 §13.1.1).'],
  'if-none-match': [
    'If-None-Match',
    'The ETag that you have; 304 if nothing has changed (RFC 9110 §13.1.2).',
  ],
};

/** What OpenAPI says in other places than among the parameters. */
const NOT_PARAMETERS = new Set(['accept']);

/** The request headers that a route reads. @throws Error for one that nobody has described */
export function headerParameters(method: string, route: DocumentedRoute, hasSessions: boolean): Parameter[] {
  return [
    REQUEST_ID_HEADER,
    TRACEPARENT,
    ...(route.isPublic || SAFE_METHODS.has(method) || !hasSessions ? [] : [CSRF_TOKEN]),
    ...(route.isIdempotent ? [IDEMPOTENCY_KEY] : []),
    ...route.headerFields
      .filter(({ field }) => !NOT_PARAMETERS.has(field))
      .map(({ field, schema }) => {
        const [name, description] = WORDS[field] ?? [];
        if (name === undefined || description === undefined) {
          throw new Error(`the header ${field} needs words in header-parameters.ts`);
        }
        const isRequired = field === 'if-match' && route.raises.includes(platformErrors.preconditionRequired);
        return { ...header(name, description, schema), required: isRequired };
      }),
  ];
}
