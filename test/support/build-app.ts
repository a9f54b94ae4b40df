import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { assemble, createAdapter, readConfiguration } from '../../src/create-app.js';
import type { Environment } from '../../src/platform/config/configuration.js';
import type { Removal } from './removals/removal.js';

export interface BuildOptions {
  /** Modules with routes that exist for one test only. */
  readonly modules?: readonly Type[];
  /** The defence that is taken out, to show that its proof can fail: see `without`. */
  readonly removal?: Removal;
  /** Replaces providers, before the removal does. */
  readonly override?: (builder: TestingModuleBuilder) => void;
}

/** The application as `createApp` makes it, but for what the options replace; it does not listen yet. */
export async function buildApp(
  environment: Environment,
  { modules = [], removal, override }: BuildOptions = {},
): Promise<NestFastifyApplication> {
  const configuration = readConfiguration(environment);
  const builder = Test.createTestingModule({ imports: [AppModule.forRoot(configuration), ...modules] });
  override?.(builder);
  removal?.override?.(builder, configuration);
  const testingModule = await builder.compile();
  const adapter = removal?.adapter?.(configuration) ?? createAdapter(configuration);
  const nest = testingModule.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false });
  assemble(nest);
  return nest;
}
