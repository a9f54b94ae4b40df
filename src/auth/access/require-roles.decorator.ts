import { SetMetadata } from '@nestjs/common';

export const REQUIRED_ROLES = Symbol('required roles');

/** The caller must have at least one of these roles. */
export const RequireRoles = (...roles: [string, ...string[]]): MethodDecorator & ClassDecorator =>
  SetMetadata(REQUIRED_ROLES, roles);
