import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by the orchestrator, without a credential and often: nothing counts or refuses it. */
    isProbe?: boolean;
    /** Longer than other routes may take, for answers that are streamed. */
    handlerTimeoutSeconds?: number;
  }
}

/**
 * What is known of a route before its handler's guards: Fastify's hooks find it in
 * `request.routeOptions.config`. Several of these on one handler add up.
 */
export function RouteOptions(options: FastifyContextConfig): MethodDecorator {
  return (target, name, descriptor) => {
    const handler = descriptor.value as object;
    const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
    RouteConfig({ ...known, ...options })(target, name, descriptor);
  };
}
