import { apiKeysErrors } from '../../api-keys/api-keys.errors.js';
import { sessionErrors } from '../../auth/session.errors.js';
import type { ErrorCondition } from '../../platform/errors/app-error.js';
import type { Operation, SecurityScheme } from '../open-api.js';
import type { RouteFacts } from '../routes/route-facts.js';

/** What the schemes are made of: settings, and what the issuer says of itself. */
export interface IssuerFacts {
  readonly issuer: string;
  /** Undefined while the issuer cannot be reached, or has none. */
  readonly authorizationUrl: string | undefined;
  readonly tokenUrl: string | undefined;
  /** People can log in at a browser. */
  readonly hasSessions: boolean;
  readonly sessionCookie: string;
}

/** Every way of proving who calls. All of them end in the same rights. */
export function securitySchemes(
  { issuer, authorizationUrl, tokenUrl, hasSessions, sessionCookie }: IssuerFacts,
  scopes: readonly string[],
): Record<string, SecurityScheme> {
  const granted = Object.fromEntries(scopes.map((scope) => [scope, wordsOf(scope)]));
  const flows = {
    ...(authorizationUrl === undefined || tokenUrl === undefined
      ? {}
      : { authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes: granted } }),
    ...(tokenUrl === undefined ? {} : { clientCredentials: { tokenUrl, scopes: granted } }),
  };
  return {
    openIdConnect: {
      type: 'openIdConnect',
      openIdConnectUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      description: 'The issuer whose access tokens count here.',
    },
    ...(tokenUrl === undefined
      ? {}
      : {
          oauth2: {
            type: 'oauth2',
            description:
              'Authorization code with PKCE for people, client credentials for programs (RFC 9700). Tokens are verified by the best practices of RFC8725.',
            flows,
          },
        }),
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'An access token of the issuer (RFC 9068), however it was got, verified by the best practices of RFC8725.',
    },
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: 'A key that somebody has made with POST /v2/api-keys; for programs.',
    },
    ...(hasSessions
      ? {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description:
              'The cookie of a log-in at GET /auth/login; for pages. Unsafe methods also need X-CSRF-Token with the csrfToken of GET /auth/session.',
          },
        }
      : {}),
  };
}

/** `customers:read_sensitive` in words. */
function wordsOf(scope: string): string {
  const [resource = '', right = ''] = scope.split(':');
  return `${right.replaceAll('_', ' ')} ${resource.replaceAll('-', ' ')}`;
}

/** Operations that are about one kind of credential say so by what they raise for another one. */
const ONLY_WITH = new Map<ErrorCondition, string>([
  [sessionErrors.none, 'session'],
  [apiKeysErrors.none, 'apiKey'],
]);

/** What an operation demands: one of the schemes, each with the scopes that the route enforces. */
export function securityOf(
  { isPublic, scopes, raises }: RouteFacts,
  schemes: Readonly<Record<string, SecurityScheme>>,
): NonNullable<Operation['security']> {
  const [only] = raises.flatMap((condition) => ONLY_WITH.get(condition) ?? []);
  const names = Object.keys(schemes).filter((scheme) => only === undefined || scheme === only);
  return isPublic ? [] : names.map((scheme) => ({ [scheme]: [...scopes] }));
}
