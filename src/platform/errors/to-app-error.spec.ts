import {
  BadGatewayException,
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.js';
import { platformErrors } from './platform.errors.js';
import { toAppError } from './to-app-error.js';

const fastifyError = (statusCode: number, code = 'FST_ERR_SOMETHING'): Error =>
  Object.assign(new Error('words of Fastify'), { code, statusCode });

describe('toAppError', () => {
  it('leaves an error of the application as it is', () => {
    const error = new AppError(platformErrors.notFound, { detail: 'public' });

    expect(toAppError(error)).toBe(error);
  });

  it.each([
    [new NotFoundException('Cannot GET /secret'), 'request.not_found'],
    [new UnauthorizedException(), 'request.unauthorized'],
    [new ConflictException(), 'request.malformed'],
    [new HttpException('teapot', 418), 'request.malformed'],
    [new HttpException('moved', 302), 'request.malformed'],
    [new InternalServerErrorException('at /srv/app'), 'internal'],
    [new BadGatewayException(), 'internal'],
    [new HttpException('busy', 503), 'unavailable'],
  ])('keeps the status of %s', (thrown, code) => {
    expect(toAppError(thrown).condition.code).toBe(code);
  });

  it.each([
    [413, 'request.body_too_large'],
    [414, 'request.uri_too_long'],
    [415, 'request.unsupported_media_type'],
    [503, 'unavailable'],
    [409, 'request.malformed'],
    [200, 'request.malformed'],
    [500, 'internal'],
    [599, 'internal'],
  ])('keeps the status %i of Fastify', (status, code) => {
    expect(toAppError(fastifyError(status)).condition.code).toBe(code);
  });

  it('takes what a parser calls a client error for one', () => {
    const thrown = Object.assign(new SyntaxError('Unexpected token'), { statusCode: 400 });

    expect(toAppError(thrown).condition.code).toBe('request.malformed');
  });

  const hungUp = (message: string, code?: string): Error =>
    Object.assign(new Error(message), code === undefined ? {} : { code });

  it('takes a sender who has gone for no fault of the server', () => {
    expect(toAppError(hungUp('aborted', 'ECONNRESET')).condition.code).toBe('request.malformed');
  });

  it.each([
    ['an error', new Error('no such table')],
    ['a connection that somebody else has cut', hungUp('read ECONNRESET', 'ECONNRESET')],
    ['another end with that word', hungUp('aborted', 'ABORT_ERR')],
    ['that word alone', hungUp('aborted')],
    ['an error with somebody else’s status', Object.assign(new Error('upstream'), { statusCode: 404 })],
    ['an error with another code', fastifyError(404, 'ECONNREFUSED')],
    ['an error with a status that is no number', Object.assign(fastifyError(1), { statusCode: '404' })],
    ['an object like an error of Fastify', { code: 'FST_ERR_SOMETHING', statusCode: 404 }],
    ['an object with a status', { status: 403, message: 'no' }],
    ['a text', 'failed'],
    ['null', null],
    ['nothing', undefined],
  ])('takes %s for a fault of the server', (_what, thrown) => {
    expect(toAppError(thrown).condition).toBe(platformErrors.internal);
  });

  it.each([new NotFoundException('Cannot GET /secret'), fastifyError(413), new Error('secret')])(
    'keeps the cause for the log and none of its words for the caller: %s',
    (thrown) => {
      const error = toAppError(thrown);

      expect(error.cause).toBe(thrown);
      expect(error.detail).toBeUndefined();
      expect(error.extensions).toEqual({});
      expect(error.headers).toEqual({});
      expect(error.message).toBe(error.condition.title);
    },
  );
});
