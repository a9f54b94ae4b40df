import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { extendRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request headers, in lower case, that this route reads and others do not. */
    readHeaders?: readonly string[];
  }
}

/** Says of a route that it reads these request headers, beside what it says already. */
export function readsHeaders(...names: readonly string[]): MethodDecorator {
  return (target, name, descriptor: PropertyDescriptor) => {
    const config: unknown = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object);
    const known = (config as { readHeaders?: readonly string[] } | undefined)?.readHeaders ?? [];
    extendRouteConfig({ readHeaders: [...known, ...names] })(target, name, descriptor);
  };
}
