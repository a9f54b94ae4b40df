import { Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { insecureUrlRule } from '../../platform/config/insecure-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { AuthConfig } from '../auth.config.js';
import { SessionConfig } from '../session.config.js';
import { IssuerUnreachable, RefusedByIssuer } from './issuer.errors.js';
import { assuranceParameters, maxAgeSecondsOf, type LogInIntent } from './log-in-assurance.js';

/**
 * What the issuer gave for one log-in. It never leaves this server, but for the ID token, which a
 * log-out at the issuer takes along in a redirect that no script sees.
 */
export interface ObtainedTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
}

/** What a log-in is bound to: made when it begins, and asked for again when it ends. */
export interface LogInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface RedeemedCode {
  readonly tokens: ObtainedTokens;
  /** The person's session at the issuer (`sid`), when the issuer names it. */
  readonly issuerSession: string | null;
  /** How the person has proven who they are, in the words of the issuer. */
  readonly acr: unknown;
}

/** An issuer that does not answer within this time is down. Renewal counts on it. */
export const ISSUER_TIMEOUT_SECONDS = 5;

/**
 * One for everything, and one for renewals, which does not check the signature of a repeated ID
 * token: it came over TLS from the issuer itself, and to fetch keys at that moment could fail when
 * the old refresh token is used up already.
 */
type Clients = [client: oidc.Configuration, renewing: oidc.Configuration];

/** What the log-in uses; each must be as safe as the issuer itself. */
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
] as const;

/**
 * This API as a client of the issuer. openid-client speaks the protocol: issuer and its answer
 * (RFC 9207), state, nonce, PKCE, and the signature of the ID token. Here stands only what is ours.
 */
@Injectable()
export class IssuerClient {
  private discovery: Promise<Clients> | undefined;

  constructor(
    private readonly config: SessionConfig,
    private readonly auth: AuthConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  newSecrets(): LogInSecrets {
    return {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    };
  }

  /** Where the browser goes to log in (RFC 6749 §4.1.1, RFC 7636). @throws IssuerUnreachable */
  async authorizationUrl({ state, nonce, codeVerifier }: LogInSecrets, intent: LogInIntent): Promise<string> {
    const { scopes, audienceParameter } = this.config;
    return this.ask(async (client) => {
      const url = oidc.buildAuthorizationUrl(client, {
        redirect_uri: `${this.config.publicOrigin}/auth/callback`,
        scope: scopes.join(' '),
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...assuranceParameters(this.config, intent),
        ...(audienceParameter === 'none' ? {} : { [audienceParameter]: this.auth.audience }),
      });
      return url.href;
    });
  }

  /**
   * Checks the issuer's answer and exchanges its code for tokens (OpenID Connect Core §3.1.3).
   * @param answer the parameters of the callback
   * @throws RefusedByIssuer | IssuerUnreachable
   */
  async redeem(answer: URLSearchParams, secrets: LogInSecrets): Promise<RedeemedCode> {
    return this.ask(async (client) => {
      const url = new URL(`${this.config.publicOrigin}/auth/callback?${answer.toString()}`);
      const maxAge = maxAgeSecondsOf(this.config);
      const response = await oidc.authorizationCodeGrant(client, url, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
        ...(maxAge === undefined ? {} : { maxAge }),
      });
      const { sid, acr }: Readonly<Record<string, unknown>> = response.claims() ?? {};
      return { tokens: tokensOf(response), issuerSession: typeof sid === 'string' ? sid : null, acr };
    });
  }

  /**
   * New tokens for a refresh token, which is then used up (RFC 9700 §4.14.2).
   * @throws RefusedByIssuer | IssuerUnreachable
   */
  async renew(refreshToken: string): Promise<ObtainedTokens> {
    return this.ask(async (_client, renewing) =>
      tokensOf(await oidc.refreshTokenGrant(renewing, refreshToken)),
    );
  }

  /** Takes a grant back (RFC 7009), where the issuer can do that. @throws IssuerUnreachable */
  async revoke(refreshToken: string): Promise<void> {
    await this.ask(async (client) => {
      if (client.serverMetadata().revocation_endpoint !== undefined) {
        await oidc.tokenRevocation(client, refreshToken, { token_type_hint: 'refresh_token' });
      }
    });
  }

  /** Where the browser logs out at the issuer (RP-Initiated Logout 1.0), or null when it cannot. */
  async logOutUrl(idToken: string | null): Promise<string | null> {
    return this.ask((client) => {
      if (client.serverMetadata().end_session_endpoint === undefined) {
        return null;
      }
      const returnUrl = this.config.returnUrls?.[0]?.href ?? '';
      return oidc.buildEndSessionUrl(client, {
        post_logout_redirect_uri: returnUrl,
        ...(idToken === null ? {} : { id_token_hint: idToken }),
      }).href;
    });
  }

  private async ask<T>(question: (...clients: Clients) => T | Promise<T>): Promise<T> {
    try {
      return await question(...(await this.discover()));
    } catch (error) {
      const translated = translate(error);
      if (translated instanceof IssuerUnreachable) {
        // What was discovered, keys included, may be what is wrong.
        this.discovery = undefined;
      }
      throw translated;
    }
  }

  /** Once, and again only after a failure. */
  private async discover(): Promise<Clients> {
    this.discovery ??= this.discoverNow().catch((error: unknown) => {
      this.discovery = undefined;
      throw error;
    });
    return this.discovery;
  }

  private async discoverNow(): Promise<Clients> {
    const { clientId = '', clientSecret = '' } = this.config;
    const issuer = new URL(this.auth.issuer);
    const metadata = { [oidc.clockTolerance]: this.auth.clockToleranceSeconds };
    const authentication = oidc.ClientSecretBasic(clientSecret);
    // The configuration allows http for an issuer on loopback outside production, and for no other.
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    const client = await oidc.discovery(issuer, clientId, metadata, authentication, {
      timeout: ISSUER_TIMEOUT_SECONDS,
      execute: [...execute, oidc.enableNonRepudiationChecks],
    });
    this.assertSecure(client.serverMetadata());
    const renewing = new oidc.Configuration(client.serverMetadata(), clientId, metadata, authentication);
    renewing.timeout = ISSUER_TIMEOUT_SECONDS;
    execute.forEach((allow) => allow(renewing));
    return [client, renewing];
  }

  private assertSecure(metadata: oidc.ServerMetadata): void {
    for (const name of ENDPOINTS) {
      const url = metadata[name];
      const fault =
        url === undefined ? null : insecureUrlRule(url, this.runtime.environment === 'production');
      if (fault !== null) {
        throw new RefusedByIssuer('insecure_endpoint', { cause: new Error(`${name} ${fault}`) });
      }
    }
  }
}

function tokensOf(response: oidc.TokenEndpointResponse): ObtainedTokens {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = response;
  return { accessToken, refreshToken: refreshToken ?? null, idToken: idToken ?? null };
}

/** What openid-client calls a question that was not answered, as against one that was answered with no. */
const UNANSWERED = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
  // A key that was published since the set was fetched.
  'OAUTH_KEY_SELECTION_FAILED',
]);

const TOO_MANY_REQUESTS = 429;

function translate(error: unknown): unknown {
  if (error instanceof RefusedByIssuer) {
    return error;
  }
  if (error instanceof oidc.ResponseBodyError && error.status < 500 && error.status !== TOO_MANY_REQUESTS) {
    return new RefusedByIssuer(wordOf(error.error), { cause: error });
  }
  if (error instanceof oidc.AuthorizationResponseError) {
    return new RefusedByIssuer(wordOf(error.error), { cause: error });
  }
  if (error instanceof oidc.ClientError && !UNANSWERED.has(error.code ?? '')) {
    return new RefusedByIssuer(wordOf(error.code), { cause: error });
  }
  return new IssuerUnreachable('the issuer does not answer', { cause: error });
}

/** An error code is a word of the protocol; whatever else stands there is not repeated anywhere. */
function wordOf(code: string | undefined): string {
  return code !== undefined && /^[A-Za-z_]{1,60}$/.test(code) ? code.toLowerCase() : 'unknown_error';
}
