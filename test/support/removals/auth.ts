import { decodeJwt, decodeProtectedHeader } from 'jose';
import { AuthorizationGuard } from '../../../src/auth/access/authorization.guard.js';
import { Authenticators } from '../../../src/auth/access/authenticators.js';
import { AuthConfig } from '../../../src/auth/auth.config.js';
import { AccessTokenStrategy } from '../../../src/auth/tokens/access-token.strategy.js';
import { SigningKeys } from '../../../src/auth/tokens/signing-keys.js';
import type { SignedToken } from '../../../src/auth/tokens/verify-access-token.js';
import { replace, type Removal } from './removal.js';

/** Passes every token through `change` once its signature was verified, so that a rule finds what it wants. */
const withTokens = (change: (token: SignedToken, config: AuthConfig) => SignedToken): Removal => ({
  override(builder, configuration) {
    const config = configuration.get(AuthConfig) as AuthConfig;
    builder.overrideProvider(AccessTokenStrategy).useFactory({
      inject: [SigningKeys],
      factory: (keys: SigningKeys) => {
        const strategy = new AccessTokenStrategy(config, keys);
        return {
          verifySignature: async (token: string) => change(await strategy.verifySignature(token), config),
        };
      },
    });
  },
});

const withClaims = (claims: (config: AuthConfig, now: number) => object): Removal =>
  withTokens((token, config) => ({
    header: token.header,
    claims: { ...token.claims, ...claims(config, Math.floor(Date.now() / 1000)) },
  }));

/** Defences of auth and how each is taken out. */
export const authRemovals = {
  'token signature': {
    override: replace(AccessTokenStrategy, {
      verifySignature: async (token: string) => ({
        header: decodeProtectedHeader(token),
        claims: decodeJwt(token),
      }),
    }),
  },
  'token type': withTokens(({ claims }) => ({ header: { typ: 'at+jwt', alg: 'RS256' }, claims })),
  'token issuer': withClaims(({ issuer }) => ({ iss: issuer })),
  'token audience': withClaims(({ audience }) => ({ aud: audience })),
  'token lifetime': withClaims((_config, now) => ({ iat: now - 60, exp: now + 240 })),
  'token times': withClaims((_config, now) => ({ iat: now - 60, exp: now + 240, nbf: now - 60 })),
  'single credential': {
    override(builder) {
      builder.overrideProvider(Authenticators).useFactory({
        factory: () => {
          const authenticators = new Authenticators();
          const add = authenticators.add.bind(authenticators);
          authenticators.add = (one) =>
            add({
              countCredentials: (request) => Math.min(one.countCredentials(request), 1),
              authenticate: one.authenticate.bind(one),
            });
          return authenticators;
        },
      });
    },
  },
  authorization: { override: replace(AuthorizationGuard, { canActivate: () => true }) },
  'key refetch cool-down': { environment: () => ({ OIDC_KEY_REFETCH_COOLDOWN_SECONDS: '1' }) },
} as const satisfies Record<string, Removal>;
