import { SetMetadata } from '@nestjs/common';

export const IS_FOR_EVERY_CALLER = Symbol('is for every caller');

/** The caller must be known and needs no scope or role: for what concerns only the caller itself. */
export const RequireAuthentication = (): MethodDecorator => SetMetadata(IS_FOR_EVERY_CALLER, true);
