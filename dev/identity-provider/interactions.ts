import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { expiredPage, logInPage } from './pages.ts';
import { findUserByName, findUserBySubject } from './users.ts';

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
};

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Answers what oidc-provider leaves to its host: who is the user, and what may the client have. */
export async function handleInteraction(
  provider: Provider,
  password: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    // Bound to the browser by a signed cookie, so that nobody can log in somebody else.
    const interaction = await provider.interactionDetails(request, response);
    if (interaction.prompt.name === 'consent') {
      const result = { consent: { grantId: await grantWhatUserMayHave(provider, interaction) } };
      await provider.interactionFinished(request, response, result);
    } else if (request.method === 'POST') {
      await logIn(provider, password, interaction, request, response);
    } else {
      response.writeHead(200, PAGE_HEADERS).end(logInPage(interaction.uid));
    }
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) {
      throw error;
    }
    response.writeHead(400, PAGE_HEADERS).end(expiredPage());
  }
}

async function logIn(
  provider: Provider,
  password: string,
  { uid }: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await text(request));
  const user = findUserByName(form.get('name') ?? '');
  const isRightPassword = isEqual(form.get('password') ?? '', password);
  if (!user || !isRightPassword) {
    response.writeHead(401, PAGE_HEADERS).end(logInPage(uid, { isRefused: true }));
    return;
  }
  const result: InteractionResults = { login: { accountId: user.subject } };
  await provider.interactionFinished(request, response, result);
}

/** First-party clients get without asking what the user may have, and never more. */
async function grantWhatUserMayHave(provider: Provider, interaction: Interaction): Promise<string> {
  const { grantId, params, prompt, session } = interaction;
  const user = findUserBySubject(session?.accountId ?? '');
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    known ?? new provider.Grant({ accountId: user?.subject, clientId: String(params['client_id']) });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as MissingFromGrant;
  grant.addOIDCScope((missingOIDCScope ?? []).join(' '));
  grant.addOIDCClaims(missingOIDCClaims ?? []);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    const isAllowed = (scope: string): boolean => user?.scopes.includes(scope) ?? false;
    grant.addResourceScope(resource, scopes.filter(isAllowed).join(' '));
    grant.rejectResourceScope(resource, scopes.filter((scope) => !isAllowed(scope)).join(' '));
  }
  return grant.save();
}

interface MissingFromGrant {
  readonly missingOIDCScope?: string[];
  readonly missingOIDCClaims?: string[];
  readonly missingResourceScopes?: Record<string, string[]>;
}

/** In constant time, lengths included, because both sides are hashed first. */
function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
