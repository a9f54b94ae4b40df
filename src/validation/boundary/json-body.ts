import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { ValidationConfig } from '../validation.config.js';
import { validationErrors } from '../validation.errors.js';
import './json-format.decorator.js';
import { parseJson } from './parse-json.js';
import { ValidationFailure } from './validation-failure.js';

const JSON_TYPE = 'application/json';

/**
 * The only body that the API reads is JSON; Fastify answers every other content type with 415.
 * A route of a foreign format names its content types, which are then taken there and nowhere else.
 * Before the guards the body is only received, within the size limit, and parsed after them:
 * a stranger gets 401 whatever the JSON says, and cannot make anybody parse it.
 */
@Injectable()
export class JsonBody {
  constructor(private readonly config: ValidationConfig) {}

  register(fastify: FastifyInstance): void {
    fastify.removeAllContentTypeParsers();
    this.receive(fastify, JSON_TYPE);
    fastify.addHook('onRoute', ({ config }) => {
      const foreign = config?.jsonFormat?.mediaTypes ?? [];
      foreign.forEach((type) => this.receive(fastify, type));
    });
  }

  private receive(fastify: FastifyInstance, type: string): void {
    if (fastify.hasContentTypeParser(type)) {
      return;
    }
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, bytes, done) => {
      const taken = request.routeOptions.config.jsonFormat?.mediaTypes ?? [JSON_TYPE];
      // A coding that nobody undoes hides the body from whoever inspects it on the way.
      const isCoded = request.headers['content-encoding'] !== undefined;
      if (taken.includes(type) && !isCoded) {
        done(null, bytes);
      } else {
        done(new AppError(platformErrors.unsupportedMediaType));
      }
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
    const { jsonFormat } = request.routeOptions.config;
    request.body = jsonFormat ? jsonFormat.reshape(verdict.value) : verdict.value;
  }
}
