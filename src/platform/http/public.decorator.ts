import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = Symbol('is public');

/**
 * The only way out of authentication: anybody may call this route. A repository test holds
 * the list of its uses.
 */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(IS_PUBLIC, true);
