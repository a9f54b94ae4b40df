import { SetMetadata } from '@nestjs/common';
import type { ErrorCondition } from './app-error.js';

export const RAISED_CONDITIONS = Symbol('raised conditions');

/**
 * Names the conditions that a handler ends in by itself, for the documentation. Those that its other
 * decorators bring about (a scope that is missing, a rule that is broken) follow from them.
 */
export const Raises = (...conditions: readonly ErrorCondition[]): MethodDecorator =>
  SetMetadata(RAISED_CONDITIONS, conditions);
