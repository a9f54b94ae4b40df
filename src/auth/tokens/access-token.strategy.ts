import { Injectable } from '@nestjs/common';
import passport from 'passport';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { AuthConfig } from '../auth.config.js';
import { KeysUnavailable, SignatureRefused } from './signature.errors.js';
import { SigningKeys } from './signing-keys.js';
import type { SignedToken } from './verify-access-token.js';

const NAME = 'access-token';

interface TokenRequest {
  readonly token: string;
}

/**
 * passport-jwt as the adapter that verifies signatures. Its key provider hands over a parsed
 * `KeyObject`: a PEM string would be parsed again for every request, which costs more than the
 * verification itself. What jsonwebtoken would check of the claims is switched off, because
 * `verifyAccessToken` decides about the whole token, with the injected clock.
 */
@Injectable()
export class AccessTokenStrategy {
  private readonly authenticator = new passport.Authenticator();

  constructor(
    config: AuthConfig,
    private readonly keys: SigningKeys,
  ) {
    const provideKey: SecretOrKeyProvider<TokenRequest> = (_request, token: string, done) => {
      this.findKey(token).then(
        (key) => done(null, key as never),
        (error: unknown) => done(error),
      );
    };
    const strategy = new Strategy(
      {
        jwtFromRequest: (request: unknown) => (request as TokenRequest).token,
        secretOrKeyProvider: provideKey,
        algorithms: config.algorithms as never,
        ignoreExpiration: true,
        jsonWebTokenOptions: { ignoreNotBefore: true, complete: true },
      },
      (verified: unknown, done: (error: null, user: object) => void) => done(null, verified as object),
    );
    this.authenticator.use(NAME, strategy);
  }

  /**
   * The header and claims of a token with a good signature.
   * @throws SignatureRefused | KeysUnavailable
   */
  verifySignature(token: string): Promise<SignedToken> {
    return new Promise((resolve, reject) => {
      const answer = (error: unknown, verified: VerifiedJwt | false, failure: unknown): void => {
        if (verified) {
          resolve({ header: verified.header, claims: verified.payload });
        } else {
          reject(failure instanceof KeysUnavailable ? failure : refused(error ?? failure));
        }
      };
      const authenticate = this.authenticator.authenticate(NAME, { session: false }, answer) as Middleware;
      authenticate({ token }, {}, reject);
    });
  }

  private async findKey(token: string): Promise<unknown> {
    const { kid, alg } = unverifiedHeader(token);
    if (typeof kid !== 'string') {
      throw new SignatureRefused('no key id');
    }
    const found = await this.keys.find(kid).catch((error: unknown) => {
      throw new KeysUnavailable('keys unavailable', { cause: error });
    });
    if (!found || (found.algorithm !== undefined && found.algorithm !== alg)) {
      throw new SignatureRefused(found ? 'key of another algorithm' : 'unknown key id');
    }
    return found.key;
  }
}

interface VerifiedJwt {
  readonly header: SignedToken['header'];
  readonly payload: SignedToken['claims'];
}

type Middleware = (request: object, response: object, next: (error: unknown) => void) => void;

/** Read only to find the key; everything in it is checked again once the signature is. */
function unverifiedHeader(token: string): { kid?: unknown; alg?: unknown } {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null ? header : {};
  } catch {
    throw new SignatureRefused('malformed token');
  }
}

function refused(failure: unknown): SignatureRefused {
  if (failure instanceof SignatureRefused) {
    return failure;
  }
  return new SignatureRefused(failure instanceof Error ? failure.message : 'refused');
}
