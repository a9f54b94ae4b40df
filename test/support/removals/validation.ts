import { plainToInstance } from 'class-transformer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CustomersRepository } from '../../../src/customers/customers.repository.js';
import { JsonBody } from '../../../src/validation/boundary/json-body.js';
import { StrictValidationPipe } from '../../../src/validation/boundary/strict-validation.pipe.js';
import { StringBuiltCustomersRepository } from '../string-built-customers.js';
import { WildcardCustomersRepository } from '../wildcard-customers.js';
import { replace, type Removal } from './removal.js';

/** Defences of the boundary and how each is taken out. */
export const validationRemovals = {
  'strict validation': {
    override: replace(StrictValidationPipe, {
      transform: (input: object, { metatype, type }: { metatype: never; type: string }) =>
        typeof input === 'object' && type !== 'custom' ? plainToInstance(metatype, input) : input,
    }),
  },
  'body bounds': {
    override: replace(JsonBody, {
      register: (fastify: FastifyInstance) => new JsonBody(null as never).register(fastify),
      parse: (request: FastifyRequest) => {
        request.body = Buffer.isBuffer(request.body) ? JSON.parse(String(request.body)) : request.body;
      },
    }),
  },
  'literal search': {
    override(builder) {
      builder.overrideProvider(CustomersRepository).useClass(WildcardCustomersRepository);
    },
  },
  'parameterized queries': {
    override(builder) {
      builder.overrideProvider(CustomersRepository).useClass(StringBuiltCustomersRepository);
    },
  },
} as const satisfies Record<string, Removal>;
