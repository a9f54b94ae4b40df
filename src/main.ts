import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { CONFIG_SLICES } from './app.module.js';
import { createApp, readConfiguration } from './create-app.js';
import { ConfigError } from './platform/config/config-error.js';
import { processEnvironment } from './platform/config/configuration.js';
import { shutDownOnSignals } from './platform/health/graceful-shutdown.js';
import { HttpConfig } from './platform/http/http.config.js';
import { withStoredSecrets } from './platform/secrets/with-stored-secrets.js';

try {
  const environment = await withStoredSecrets(CONFIG_SLICES, processEnvironment());
  const configuration = readConfiguration(environment);
  const config = configuration.get(HttpConfig) as HttpConfig;
  const app = await createApp(configuration);
  shutDownOnSignals(app, config);
  await app.listen(config.port, config.host);
  new Logger('Listening').log(await app.getUrl());
} catch (error) {
  const message = error instanceof ConfigError ? error.message : `The start failed: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
