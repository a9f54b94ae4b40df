import { SetMetadata } from '@nestjs/common';

export const SET_HEADERS = Symbol('set headers');

/** A header that some successful answers have and others have not. */
export type OwnHeader = 'ETag' | 'Location' | 'Set-Cookie' | 'Clear-Site-Data' | 'Content-Disposition';

/** Names the headers of a handler's successful answers, for the documentation. */
export const SetsHeaders = (...names: readonly OwnHeader[]): MethodDecorator =>
  SetMetadata(SET_HEADERS, names);
