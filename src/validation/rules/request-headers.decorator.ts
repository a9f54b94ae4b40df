import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * Hands the named request headers (in lower case) to a DTO, which the validation pipe then
 * checks like any other input. Headers that are not named are not read.
 */
export const RequestHeaders: (...names: string[]) => ParameterDecorator = (...names) =>
  createParamDecorator((_data: undefined, context: ExecutionContext) => {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return Object.fromEntries(names.flatMap((name) => (name in headers ? [[name, headers[name]]] : [])));
  })();
