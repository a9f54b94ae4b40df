import { extendRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    isProbe?: true;
  }
}

/**
 * Asked by an orchestrator on the same network, often, without a credential and without TLS,
 * since it asks the instance directly and has no certificate to check: no limit counts it.
 */
export const Probe = (): MethodDecorator => extendRouteConfig({ isProbe: true });
