import { applyDecorators, SetMetadata } from '@nestjs/common';
import { extendRouteConfig } from './route-config.js';

export const IS_PUBLIC = Symbol('is public');

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The same for Fastify's hooks, which run before Nest knows the handler. */
    isPublic?: true;
  }
}

/**
 * The only way out of authentication: anybody may call this route. A repository test holds
 * the list of its uses.
 */
export const Public = (): MethodDecorator =>
  applyDecorators(SetMetadata(IS_PUBLIC, true), extendRouteConfig({ isPublic: true }));
