import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { SecurityEvents } from '../../monitoring/events/security-events.js';
import { AppError } from '../../platform/errors/app-error.js';
import { ValidationConfig } from '../validation.config.js';
import { validationErrors } from '../validation.errors.js';
import { parseJson } from './parse-json.js';

/** The only body that the API reads is JSON; Fastify answers every other content type with 415. */
@Injectable()
export class JsonBody {
  constructor(
    private readonly config: ValidationConfig,
    private readonly events: SecurityEvents,
  ) {}

  register(fastify: FastifyInstance): void {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
      const verdict = parseJson(bytes as Buffer, this.config);
      if (verdict.ok) {
        done(null, verdict.value);
        return;
      }
      const violations = [{ field: 'body', rules: [verdict.fault] }];
      this.events.write('input_validation_fail', { violations }, request);
      done(new AppError(validationErrors.malformedJson, { extensions: { errors: violations } }));
    });
  }
}
