import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { CryptoKey } from 'jose';
import { TestIssuer } from './issuer.js';

export const SESSION_CLIENT = { id: 'api-web', secret: 'a-secret-of-the-tests-alone' };

interface Grant {
  readonly id: string;
  readonly claims: Record<string, unknown>;
  readonly nonce: string | null;
  readonly challenge: string | null;
  readonly redirectUri: string | null;
}

/**
 * The issuer of the tests as a provider for browsers: everybody who comes is logged in at once.
 * It checks what a provider checks (client, redirect, PKCE, codes and refresh tokens that are good
 * once) and can be told to misbehave.
 */
export class SessionIssuer extends TestIssuer {
  /** How often a refresh token was sent here, good or bad. */
  renewals = 0;
  revocations: string[] = [];
  readonly givenRefreshTokens: string[] = [];
  /** Claims of the person who logs in next. */
  person: Record<string, unknown> = {};
  /** Changes the parameters of the answer that the browser brings back. */
  bend: (answer: URLSearchParams) => void = () => undefined;
  /** Changes the claims of the ID token. */
  idTokenClaims: Record<string, unknown> = {};
  /** Signs ID tokens with this key, which nobody knows to be the issuer's. */
  idTokenKey: CryptoKey | undefined;
  /** Takes codes more than once. */
  isLax = false;
  /** Answers the token endpoint with this instead. */
  tokenFault: { status: number; error: string } | null = null;
  tokenDelayMilliseconds = 0;
  givesRefreshTokens = true;
  /** Ahead of everybody else's clock, or behind it. */
  clockSkewSeconds = 0;
  private readonly codes = new Map<string, Grant>();
  private readonly refreshTokens = new Map<string, Grant & { isUsed: boolean }>();

  /** From now on it does nothing of what it was told to do. */
  behave(): void {
    this.person = {};
    this.bend = () => undefined;
    this.idTokenClaims = {};
    this.idTokenKey = undefined;
    this.isLax = false;
    this.tokenFault = null;
    this.tokenDelayMilliseconds = 0;
    this.givesRefreshTokens = true;
    this.clockSkewSeconds = 0;
    this.isDown = false;
  }

  override nowSeconds(): number {
    return Math.floor(this.now() / 1000) + this.clockSkewSeconds;
  }

  protected override get metadata(): object {
    return {
      issuer: this.url,
      jwks_uri: this.keySetUrl,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      revocation_endpoint: `${this.url}/revoke`,
      end_session_endpoint: `${this.url}/end-session`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  protected override async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    if (this.isDown || !['/authorize', '/token', '/revoke'].includes(url.pathname)) {
      return super.respond(request, response);
    }
    if (url.pathname === '/authorize') {
      response.writeHead(303, { location: this.authorize(url.searchParams) }).end();
      return;
    }
    const form = new URLSearchParams(await text(request));
    const { status, body } = isOurClient(request)
      ? await this.answerForm(url.pathname, form)
      : { status: 400, body: { error: 'invalid_client' } };
    const page = this.tokenFault?.error.startsWith('<') ? this.tokenFault.error : undefined;
    response.writeHead(status, { 'content-type': page === undefined ? 'application/json' : 'text/html' });
    response.end(page ?? JSON.stringify(body));
  }

  private authorize(query: URLSearchParams): string {
    const code = randomUUID();
    this.codes.set(code, {
      id: randomUUID(),
      claims: this.person,
      nonce: query.get('nonce'),
      challenge: query.get('code_challenge_method') === 'S256' ? query.get('code_challenge') : null,
      redirectUri: query.get('redirect_uri'),
    });
    const answer = new URLSearchParams({ code, state: query.get('state') ?? '', iss: this.url });
    this.bend(answer);
    return `${query.get('redirect_uri')}?${answer.toString()}`;
  }

  private async answerForm(path: string, form: URLSearchParams): Promise<{ status: number; body: object }> {
    this.renewals += form.get('grant_type') === 'refresh_token' ? 1 : 0;
    await delay(this.tokenDelayMilliseconds);
    if (path === '/revoke') {
      this.revocations.push(form.get('token') ?? '');
      return { status: 200, body: {} };
    }
    if (this.tokenFault) {
      return { status: this.tokenFault.status, body: { error: this.tokenFault.error } };
    }
    const grant =
      form.get('grant_type') === 'refresh_token'
        ? this.useRefreshToken(form.get('refresh_token') ?? '')
        : this.useCode(form);
    return grant ? { status: 200, body: await this.tokensFor(grant) } : refused();
  }

  private useCode(form: URLSearchParams): Grant | undefined {
    const code = form.get('code') ?? '';
    const grant = this.codes.get(code);
    if (!this.isLax) {
      this.codes.delete(code);
    }
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    return isRight ? grant : undefined;
  }

  /** Somebody else uses the refresh token that was given out last. */
  useStolenRefreshToken(): void {
    this.useRefreshToken([...this.refreshTokens.keys()].at(-1) ?? '');
  }

  /** One that comes twice was copied: the whole grant is over (RFC 9700 §4.14.2). */
  private useRefreshToken(refreshToken: string): Grant | undefined {
    const token = this.refreshTokens.get(refreshToken);
    if (!token || token.isUsed) {
      this.withdraw(token?.id);
      return undefined;
    }
    token.isUsed = true;
    return token;
  }

  private withdraw(id: string | undefined): void {
    for (const [token, grant] of this.refreshTokens) {
      if (grant.id === id) {
        this.refreshTokens.delete(token);
      }
    }
  }

  private async tokensFor(grant: Grant): Promise<object> {
    const refreshToken = `refresh-${randomUUID()}`;
    this.refreshTokens.set(refreshToken, { ...grant, isUsed: false });
    this.givenRefreshTokens.push(refreshToken);
    const now = this.nowSeconds();
    const claims = {
      iss: this.url,
      aud: SESSION_CLIENT.id,
      sub: grant.claims['sub'] ?? 'user-1',
      nonce: grant.nonce ?? undefined,
      sid: grant.claims['sid'],
      iat: now,
      exp: now + 600,
      ...this.idTokenClaims,
    };
    const idToken = await this.sign(claims, {}, this.idTokenKey);
    return {
      access_token: await this.token({ claims: { client_id: SESSION_CLIENT.id, ...grant.claims } }),
      id_token: idToken,
      ...(this.givesRefreshTokens ? { refresh_token: refreshToken } : {}),
      token_type: 'Bearer',
      expires_in: 600,
    };
  }
}

function isOurClient({ headers }: IncomingMessage): boolean {
  const [scheme, credentials = ''] = (headers.authorization ?? '').split(' ');
  const [id, secret] = Buffer.from(credentials, 'base64').toString().split(':').map(decodeURIComponent);
  return scheme === 'Basic' && id === SESSION_CLIENT.id && secret === SESSION_CLIENT.secret;
}

function refused(): { status: number; body: object } {
  return { status: 400, body: { error: 'invalid_grant' } };
}
