import { extendRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    isCredentialEndpoint?: true;
  }
}

/**
 * Logs somebody in, or makes a credential: where guessing would pay. Each address gets few of
 * them, whoever asks.
 */
export const CredentialEndpoint = (): MethodDecorator => extendRouteConfig({ isCredentialEndpoint: true });
