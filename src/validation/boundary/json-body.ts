import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ValidationConfig } from '../validation.config.js';
import { validationErrors } from '../validation.errors.js';
import { parseJson } from './parse-json.js';
import { ValidationFailure } from './validation-failure.js';

/**
 * The only body that the API reads is JSON; Fastify answers every other content type with 415.
 * Before the guards the body is only received, within the size limit, and parsed after them:
 * a stranger gets 401 whatever the JSON says, and cannot make anybody parse it.
 */
@Injectable()
export class JsonBody {
  constructor(private readonly config: ValidationConfig) {}

  register(fastify: FastifyInstance): void {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
      done(null, bytes);
    });
  }

  /** Replaces the received bytes by what they say. @throws ValidationFailure */
  parse(request: FastifyRequest): void {
    if (!Buffer.isBuffer(request.body)) {
      return;
    }
    const verdict = parseJson(request.body, this.config);
    if (!verdict.ok) {
      const messages = ['the body must be UTF-8 JSON within the documented bounds'];
      const fault = { field: 'body', in: 'body', rules: [verdict.fault], messages } as const;
      throw new ValidationFailure([fault], validationErrors.malformedJson);
    }
    request.body = verdict.value;
  }
}
