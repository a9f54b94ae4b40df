import { applyDecorators, SetMetadata } from '@nestjs/common';
import { extendRouteConfig } from '../../platform/http/routes/route-config.js';

export const IS_THROTTLED = Symbol('is throttled');

/**
 * An expensive operation: few at once, the others wait their turn or are sent away.
 * @param maxSeconds the time that one may take in all, waiting included
 */
export const Throttled = ({ maxSeconds }: { maxSeconds: number }): MethodDecorator =>
  applyDecorators(SetMetadata(IS_THROTTLED, true), extendRouteConfig({ handlerTimeoutSeconds: maxSeconds }));
