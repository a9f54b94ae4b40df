import { extendRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    acceptsPlaintext?: true;
  }
}

/**
 * This route is also answered without TLS: for an orchestrator on the same network, who asks
 * the instance directly and has no certificate to check. Never with a credential.
 */
export const AcceptPlaintext = (): MethodDecorator => extendRouteConfig({ acceptsPlaintext: true });
