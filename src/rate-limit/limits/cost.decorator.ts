import { SetMetadata } from '@nestjs/common';

export const COST = Symbol('cost');

/** Tokens that one call takes from its caller's bucket; 1 where nothing is said. */
export const Cost = (tokens: number): MethodDecorator & ClassDecorator => SetMetadata(COST, tokens);
