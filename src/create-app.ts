import { VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { ApiDocuments } from './api-docs/documents/api-documents.js';
import { AppModule, CONFIG_SLICES, REQUEST_HOOKS, SERVER_TLS } from './app.module.js';
import { parseConfiguration, type Configuration, type Environment } from './platform/config/configuration.js';
import { createHttpAdapter } from './platform/http/http-adapter.js';
import { HttpConfig } from './platform/http/http.config.js';

/** @throws ConfigError with every fault of the environment at once */
export function readConfiguration(environment: Environment): Configuration {
  return parseConfiguration(CONFIG_SLICES, environment);
}

/** The whole application, assembled but not listening. */
export async function createApp(configuration: Configuration): Promise<NestFastifyApplication> {
  const adapter = createAdapter(configuration);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(configuration), adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  return assemble(app);
}

/** The HTTP server, with TLS when the configuration has a certificate. */
export function createAdapter(configuration: Configuration): FastifyAdapter {
  const tls = SERVER_TLS.map((options) => options(configuration)).find((options) => options !== undefined);
  return createHttpAdapter(configuration.get(HttpConfig) as HttpConfig, tls);
}

/** What cannot be said in a module: the logger, URL versions, who is documented, and the hooks that come before Nest. */
export function assemble(app: NestFastifyApplication): NestFastifyApplication {
  app.useLogger(app.get(Logger));
  app.enableVersioning({ type: VersioningType.URI });
  app.get(ApiDocuments).describe(app);
  for (const hook of REQUEST_HOOKS) {
    app.get(hook).register(app.getHttpAdapter().getInstance());
  }
  return app;
}
