import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { TestingModuleBuilder } from '@nestjs/testing';
import type { Configuration } from '../../../src/platform/config/configuration.js';
import type { TestDatabase } from '../database.js';

/** How one defence is taken out of a test application. */
export interface Removal {
  readonly environment?: (database: TestDatabase) => Record<string, string>;
  readonly adapter?: (configuration: Configuration) => FastifyAdapter;
  readonly override?: (builder: TestingModuleBuilder, configuration: Configuration) => void;
}

/** Puts `value` in the place of a provider. */
export const replace =
  (token: unknown, value: unknown): NonNullable<Removal['override']> =>
  (builder) =>
    void builder.overrideProvider(token).useValue(value);
