import { extendRouteConfig } from '../../platform/http/routes/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    isSessionEnough?: true;
  }
}

/**
 * For what ends a session: the cookie alone is enough, and nobody asks the issuer for fresh tokens
 * first. The caller has no scope and no role then.
 */
export const SessionAlone = (): MethodDecorator => extendRouteConfig({ isSessionEnough: true });
