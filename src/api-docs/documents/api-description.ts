import { GRACE_SECONDS } from '../../api-keys/management/api-keys.dto.js';
import { PROBLEM_CONTENT_TYPE } from '../../platform/errors/problem-document.js';
import type { ApiVersion } from '../../versioning/api-versions.js';
import type { Change } from '../../versioning/changelog/change.js';
import { dayOf } from '../../versioning/deprecation.js';
import type { CallerSettings } from './caller-settings.js';
import { GUIDES_PATH } from '../../versioning/deprecated-routes.js';

type Chapter = (settings: CallerSettings) => string;

/** What is told about versions, as of now. */
export interface VersionNews {
  readonly version: ApiVersion;
  /** Those whose end is announced and has not come; this one may be among them. */
  readonly ending: readonly ApiVersion[];
  /** The changes that concern the security of callers of this version, the newest first. */
  readonly securityChanges: readonly Change[];
}

/** What a caller must know beside the operations, in Markdown. */
export function describeApi(news: VersionNews, settings: CallerSettings): string {
  const chapters = [authentication, apiKeys, limits, transport, input, repetition, errors, pages];
  return [
    ...banner(news),
    ...chapters.map((chapter) => chapter(settings)),
    changes(news),
    security(news),
  ].join('\n\n');
}

function banner({ version, ending }: VersionNews): string[] {
  const { name, deprecation } = version;
  if (!deprecation || !ending.includes(version)) {
    return [];
  }
  const { announcedAt, sunsetAt, successor, guide } = deprecation;
  return [
    `**Version ${name} is deprecated** since ${dayOf(announcedAt)} and ends on **${dayOf(sunsetAt)}** (UTC); from then on ` +
      `every call is answered with 410. Move to version ${successor}: [migration guide](${GUIDES_PATH}/${guide}). Until then ` +
      'every answer carries `Deprecation`, `Sunset` and `Link`, whose relation `successor-version` names the same resource there.',
  ];
}

const authentication: Chapter = ({ auth, session }) => `## Authentication

Every operation without "public" in its description needs one credential, and exactly one:

- **An access token** of \`${auth.issuer}\` for the audience \`${auth.audience}\`, as \`Authorization: Bearer …\`. Programs get one with
  the client credentials grant, applications of people with the authorization code grant and PKCE (OAuth 2.0, OpenID Connect). It may live
  ${minutes(auth.accessTokenMaxLifetimeSeconds)} at most.
- **An API key** as \`X-API-Key: …\`, for programs. Never in a URL.${
  session.clientId === undefined
    ? ''
    : `
- **A session**, for pages: send the browser to \`/auth/login\`. It ends after ${session.idleMinutes} minutes without a request, and after
  ${session.lifetimeHours} hours in any case. With every unsafe method, send the \`csrfToken\` of \`GET /auth/session\` as \`X-CSRF-Token\`.`
}

The scopes of an operation stand beside it; a credential that lacks one is refused with 403, and
\`WWW-Authenticate\` names it.`;

const apiKeys: Chapter = ({ apiKeys: keys }) => `## API keys and their rotation

Make a key with \`POST /v2/api-keys\` ([version 2](/docs/v2)): it is shown once, can do no more than you, and lives ${keys.maxLifetimeDays} days at most.

${keys.noticeDays} days before its end, or in the second half of a shorter life, answers to it carry \`X-API-Key-Expires\`. To rotate it, a person calls
\`POST /v2/api-keys/{id}/rotate\`, or the program itself \`POST /v2/api-keys/current/rotate\` with the key: it gets a new secret, and the
old one stays good for \`graceSeconds\` (${GRACE_SECONDS.join(', ')}; a day when you send \`{}\`), so that nothing fails in between. \`DELETE /v2/api-keys/{id}\`
revokes a key on every instance within a second.`;

const limits: Chapter = ({ limits: rates }) => `## Limits

| Who | Requests |
| --- | --- |
| without a credential, for each address (of IPv6: each /64) | ${String(rates.anonymous)} |
| with a token or a session, for each person or program | ${String(rates.subject)} |
${rates.plans.entries.map(([name, rate]) => `| an API key with the plan \`${name}\` | ${String(rate)} |`).join('\n')}
| log-ins and new keys, for each address | ${String(rates.credentialEndpoints)} |
| refused credentials, for each address | ${String(rates.failedAuthentication)} |
| documentation, for each address | ${String(rates.documentation)} |

What counts requests says in its answer what is left (\`RateLimit\`, \`RateLimit-Policy\`). Beyond it the answer is 429 with \`Retry-After\` in seconds: wait that long,
and add a random share, so that not everybody comes back at once.`;

const transport: Chapter = ({ tls }) => `## Transport

HTTPS only, TLS ${tls.profile === 'modern' ? '1.3' : '1.2 or newer'}. A request that crosses a network without TLS is refused and not redirected, and a credential that
came with it is to be taken for stolen. Answers are not to be cached (\`Cache-Control: no-store\`) unless they say otherwise.`;

const input: Chapter = ({ http, validation }) => `## What you send

JSON in UTF-8 (\`application/json\`), ${http.bodyLimitBytes} bytes at most${
  validation
    ? `, nested ${validation.maxDepth} deep, with at most
${validation.maxMembers} members in an object and ${validation.maxArrayLength} elements in an array`
    : ''
}. Every field and every parameter is declared; one that
is not, is an error and not ignored. Answers may get new fields within a version, and
problem documents new members: ignore what you do not know.`;

const repetition: Chapter = ({ idempotency }) => `## Safe repetition

Where it is documented, send \`Idempotency-Key\` with a new UUID for each thing you want done. If the answer gets lost, send the same request again
within ${idempotency.keyTtlHours} hours: it is answered again and not done again. Where \`If-Match\` is among the headers of an
operation, send the \`ETag\` that you read with it.`;

const errors: Chapter = () => `## Errors

Every failure is a problem document (RFC 9457) of the type \`${PROBLEM_CONTENT_TYPE}\`. Branch on \`code\`: it is stable, and
[/problems](/problems) explains each one. \`requestId\` finds the request in our log.`;

const pages: Chapter = ({ cors }) => `## From other origins

${
  cors.allowedOrigins.length === 0
    ? 'No page of another origin may call this API.'
    : 'Pages of allowed origins may call this API (CORS); their browsers ask first, and remember the answer for ' +
      `${minutes(cors.preflightMaxAgeSeconds)}.`
}`;

function changes({ version: { name }, ending }: VersionNews): string {
  const ends = ending.flatMap((one) =>
    one.deprecation ? [` Version ${one.name} ends on ${dayOf(one.deprecation.sunsetAt)}.`] : [],
  );
  return `## Changes

A version never breaks: what is removed or narrowed waits for the next one, and a version ends twelve months after its announcement at the
earliest.${ends.join('')} [All changes](/changelog?version=${name}), also as a [feed](/changelog.atom); those that concern security are
[marked](/changelog?kind=security).`;
}

function security({ securityChanges }: VersionNews): string {
  const lines = securityChanges.map(({ date, title }) => `- ${date}: ${title}.`);
  return ['## Changes that concern security', '', ...(lines.length === 0 ? ['None.'] : lines)].join('\n');
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
}
