import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** The authenticated caller. On a public route there is none, and asking for it is a fault of the program. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_data: undefined, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!principal) {
      throw new Error('A public route has no principal');
    }
    return principal;
  },
);
