import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../../platform/crypto/sealed-token.js';
import {
  hostCookie,
  hostCookieName,
  hostCookieValues,
  readCookies,
  removedHostCookie,
} from '../../platform/http/cookies.js';
import type { LogInSecrets } from '../issuer/issuer-client.js';

/** A log-in that was begun in this browser. */
export interface PendingLogIn extends LogInSecrets {
  readonly returnUrl: string;
}

/** Long enough to find a second factor. */
const MAX_AGE_SECONDS = 600;

/** Log-ins that one browser may have under way: as many as tabs that start together. */
const MAX_PENDING = 4;

const PREFIX = 'log-in-';
const LOG_OUT = 'log-out';
const LOG_OUT_MAX_AGE_SECONDS = 60;

/** Sealed it grows by a third; a cookie has 4,096 bytes. */
const MAX_ID_TOKEN_LENGTH = 2800;

/**
 * What a browser carries from one step to the next while nobody is logged in, sealed: it can
 * neither read nor make it. A log-in that was begun elsewhere has no cookie here, so that nobody
 * can be logged in as somebody else by a link (log-in CSRF, RFC 6749 §10.12).
 */
@Injectable()
export class LogInCookies {
  private readonly key: Buffer;

  constructor(
    private readonly clock: Clock,
    derivedKeys: DerivedKeys,
  ) {
    this.key = derivedKeys.keyFor('auth/log-in');
  }

  /** `Set-Cookie` values for a new log-in; too many old ones make room. */
  begin(logIn: PendingLogIn, cookieHeader: string | undefined): string[] {
    const pending = readCookies(cookieHeader).flatMap(([name]) =>
      name.startsWith(hostCookieName(PREFIX)) ? [name.slice(hostCookieName('').length)] : [],
    );
    const room = pending.length < MAX_PENDING ? [] : pending.map(removedHostCookie);
    return [...room, this.seal(nameOf(logIn.state), logIn, MAX_AGE_SECONDS)];
  }

  /** The log-in that was begun with this `state` in this browser, not too long ago. */
  find(state: string, cookieHeader: string | undefined): PendingLogIn | undefined {
    const logIn = this.open(nameOf(state), cookieHeader) as PendingLogIn | undefined;
    return logIn?.state === state ? logIn : undefined;
  }

  /** `Set-Cookie` value that ends it: an answer counts once. */
  end(state: string): string {
    return removedHostCookie(nameOf(state));
  }

  /** Carries the ID token to the next step, out of the reach of every script. */
  beginLogOut(idToken: string | null): string {
    // Browsers drop a cookie that is longer; without the token the issuer asks the person once more.
    const isTooLong = idToken !== null && idToken.length > MAX_ID_TOKEN_LENGTH;
    return this.seal(LOG_OUT, { idToken: isTooLong ? null : idToken }, LOG_OUT_MAX_AGE_SECONDS);
  }

  findLogOut(cookieHeader: string | undefined): { readonly idToken: string | null } | undefined {
    return this.open(LOG_OUT, cookieHeader) as { readonly idToken: string | null } | undefined;
  }

  endLogOut(): string {
    return removedHostCookie(LOG_OUT);
  }

  private seal(name: string, content: object, maxAgeSeconds: number): string {
    const value = { content, expiresAtSeconds: this.clock.nowSeconds() + maxAgeSeconds };
    return hostCookie(name, sealToken(value, name, this.key), maxAgeSeconds);
  }

  private open(name: string, cookieHeader: string | undefined): unknown {
    const [token = ''] = hostCookieValues(cookieHeader, name);
    const value = openToken(token, name, this.key) as
      { readonly content: unknown; readonly expiresAtSeconds: number } | undefined;
    return value && value.expiresAtSeconds > this.clock.nowSeconds() ? value.content : undefined;
  }
}

/** A browser has a cookie for each log-in, so that two tabs do not end each other's. */
function nameOf(state: string): string {
  return PREFIX + state.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 8);
}
