import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readsHeaders } from '../../platform/http/routes/reads-headers.js';

/**
 * Hands the named request headers (in lower case) to a DTO, which the validation pipe then
 * checks like any other input. Headers that are not named are not read.
 */
export function RequestHeaders(...names: string[]): ParameterDecorator {
  const provide = createParamDecorator((_data: undefined, context: ExecutionContext) => {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return Object.fromEntries(names.flatMap((name) => (name in headers ? [[name, headers[name]]] : [])));
  })();
  return (target, method = '', index) => {
    provide(target, method, index);
    readsHeaders(...names)(target, method, Object.getOwnPropertyDescriptor(target, method) ?? {});
  };
}
