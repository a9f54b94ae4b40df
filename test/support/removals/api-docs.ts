import { CallerSettings } from '../../../src/api-docs/documents/caller-settings.js';
import { CONFIG_SLICES } from '../../../src/app.module.js';
import { parseConfiguration } from '../../../src/platform/config/configuration.js';
import { RateLimitConfig } from '../../../src/rate-limit/rate-limit.config.js';
import type { Removal } from './removal.js';

/** Defences of the documentation and how each is taken out. */
export const apiDocsRemovals = {
  'limits from the settings': {
    override(builder, configuration) {
      const written = parseConfiguration([RateLimitConfig], {}).get(RateLimitConfig);
      const settings = CONFIG_SLICES.map((slice) => [slice.name, configuration.get(slice)] as const);
      const byName = Object.fromEntries(settings);
      builder.overrideProvider(CallerSettings).useValue({
        runtime: byName['RuntimeConfig'],
        auth: byName['AuthConfig'],
        session: byName['SessionConfig'],
        apiKeys: byName['ApiKeysConfig'],
        cors: byName['CorsConfig'],
        http: byName['HttpConfig'],
        idempotency: byName['IdempotencyConfig'],
        tls: byName['TlsConfig'],
        validation: byName['ValidationConfig'],
        limits: written,
      });
    },
  },
} as const satisfies Record<string, Removal>;
