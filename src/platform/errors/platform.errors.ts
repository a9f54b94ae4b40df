import type { ErrorCondition } from './app-error.js';

/** Failures that no practice owns: of the protocol, of routing, and of the unknown. */
export const platformErrors = {
  badRequest: { code: 'request.malformed', status: 400, title: 'The request is malformed' },
  unauthorized: { code: 'request.unauthorized', status: 401, title: 'Authentication is required' },
  forbidden: { code: 'request.forbidden', status: 403, title: 'The request is not allowed' },
  notFound: { code: 'request.not_found', status: 404, title: 'The resource does not exist' },
  timeout: { code: 'request.timeout', status: 408, title: 'The request took too long to arrive' },
  preconditionFailed: {
    code: 'request.precondition_failed',
    status: 412,
    title: 'The resource was changed in the meantime',
  },
  bodyTooLarge: { code: 'request.body_too_large', status: 413, title: 'The body is too large' },
  uriTooLong: { code: 'request.uri_too_long', status: 414, title: 'The request target is too long' },
  unsupportedMediaType: {
    code: 'request.unsupported_media_type',
    status: 415,
    title: 'The content type is not supported',
  },
  expectationFailed: {
    code: 'request.expectation_failed',
    status: 417,
    title: 'The expectation cannot be met',
  },
  preconditionRequired: {
    code: 'request.precondition_required',
    status: 428,
    title: 'The request must be conditional',
  },
  headersTooLarge: { code: 'request.headers_too_large', status: 431, title: 'The headers are too large' },
  internal: { code: 'internal', status: 500, title: 'Something went wrong' },
  notImplemented: { code: 'request.not_implemented', status: 501, title: 'The method is not supported' },
  unavailable: { code: 'unavailable', status: 503, title: 'The service is temporarily unavailable' },
} as const satisfies Record<string, ErrorCondition>;
