import { SetMetadata } from '@nestjs/common';

export const ALLOWS_READ_ONLY = Symbol('allows read-only');

/**
 * A read-only credential may use the route, although its method is an unsafe one: a search in a
 * body, or what concerns the credential itself.
 */
export const AllowReadOnly = (): MethodDecorator => SetMetadata(ALLOWS_READ_ONLY, true);
