import { SetMetadata } from '@nestjs/common';

export const IS_IDEMPOTENT = Symbol('is idempotent');

/**
 * The route accepts the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header):
 * sent again, the same request is answered again and not done again.
 */
export const Idempotent = (): MethodDecorator => SetMetadata(IS_IDEMPOTENT, true);
