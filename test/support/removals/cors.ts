import type { FastifyInstance } from 'fastify';
import { createAdapter } from '../../../src/create-app.js';
import { CorsConfig } from '../../../src/cors/cors.config.js';
import { CrossOriginRequests } from '../../../src/cors/cross-origin-requests.js';
import { CsrfGuard } from '../../../src/cors/csrf/csrf.guard.js';
import { RefusedOrigins } from '../../../src/cors/refused-origins.js';
import { SessionConfig } from '../../../src/auth/session.config.js';
import { CsrfTokens } from '../../../src/auth/sessions/csrf-tokens.js';
import { replace, type Removal } from './removal.js';

/** Matches origins in another way than as a whole. */
const matching = (matches: (origin: string, allowed: readonly string[]) => boolean): Removal => ({
  override(builder) {
    builder.overrideProvider(CrossOriginRequests).useFactory({
      inject: [CorsConfig, SessionConfig, RefusedOrigins],
      factory: (config: CorsConfig, session: SessionConfig, refused: RefusedOrigins) => {
        const allowed = { has: (origin: string) => matches(origin, config.allowedOrigins) };
        return Object.assign(new CrossOriginRequests(config, session, refused), { allowed });
      },
    });
  },
});

/** Says of every route that it is public, to the hooks and not to the guards. */
const passingForPublic: Removal = {
  adapter(configuration) {
    const adapter = createAdapter(configuration);
    adapter.getInstance<FastifyInstance>().addHook('onRoute', (route) => {
      route.config = { ...route.config, isPublic: true };
    });
    return adapter;
  },
};

/** Defences of CORS and CSRF and how each is taken out. */
export const corsRemovals = {
  'origin allowlist': matching(() => true),
  'whole origins': matching((origin, allowed) => allowed.some((one) => origin.startsWith(one))),
  'check of open routes': passingForPublic,
  'proof of intent': { override: replace(CsrfGuard, { canActivate: () => true }) },
  'CSRF token': { override: replace(CsrfTokens, { tokenFor: () => 'none', isTokenOf: () => true }) },
} as const satisfies Record<string, Removal>;
