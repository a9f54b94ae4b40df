import { SetMetadata } from '@nestjs/common';

export const REQUIRED_SCOPES = Symbol('required scopes');

/** The caller's credential must carry all of these scopes. */
export const RequireScopes = (...scopes: [string, ...string[]]): MethodDecorator & ClassDecorator =>
  SetMetadata(REQUIRED_SCOPES, scopes);
