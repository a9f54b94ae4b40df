import { applyDecorators, SetMetadata } from '@nestjs/common';
import { readsHeaders } from '../../platform/http/routes/reads-headers.js';

export const IS_IDEMPOTENT = Symbol('is idempotent');

/**
 * The route accepts the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header):
 * sent again, the same request is answered again and not done again.
 */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(SetMetadata(IS_IDEMPOTENT, true), readsHeaders('idempotency-key'));
