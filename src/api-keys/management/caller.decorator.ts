import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KeyCaller } from './key-caller.js';

/** The caller together with the key that they came with, if they did. */
export const Caller: () => ParameterDecorator = createParamDecorator(
  (_data: undefined, context: ExecutionContext): KeyCaller => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.principal) {
      throw new Error('keys are managed by callers who are known');
    }
    return { principal: request.principal, apiKey: request.apiKey, request };
  },
);
