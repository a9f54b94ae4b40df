import type { FastifyContextConfig } from 'fastify';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Longer than other routes may take, for answers that are streamed and so never silent for long. */
    handlerTimeoutSeconds?: number;
  }
}

/**
 * Says something about a route to Fastify's hooks, which run before Nest knows the handler.
 * Nest's own decorator forgets what an earlier one said, and with it a protection.
 */
export function extendRouteConfig(config: Partial<FastifyContextConfig>): MethodDecorator {
  return (target, name, descriptor: PropertyDescriptor) => {
    const known: unknown = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object);
    RouteConfig({ ...(known as object | undefined), ...config })(target, name, descriptor);
  };
}
