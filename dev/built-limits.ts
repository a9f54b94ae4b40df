import { built } from './built.ts';

/** Rates as their settings write them, such as `60/hour`. */
export interface LimitsInForce {
  readonly anonymous: string;
  readonly subject: string;
  readonly credentialEndpoints: string;
}

/**
 * The limits that the application has with these variables, by its own reading of them.
 * @throws ConfigError when they are wrong, as the application does
 */
export async function builtLimits(environment: NodeJS.ProcessEnv): Promise<LimitsInForce> {
  const [{ parseConfiguration }, { RateLimitConfig }] = await Promise.all([
    built<typeof import('../src/platform/config/configuration.js')>('platform/config/configuration.js'),
    built<typeof import('../src/rate-limit/rate-limit.config.js')>('rate-limit/rate-limit.config.js'),
  ]);
  const own = Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith('RATE_LIMIT_')),
  );
  const config = parseConfiguration([RateLimitConfig], own).get(RateLimitConfig);
  const { anonymous, subject, credentialEndpoints } = config as InstanceType<typeof RateLimitConfig>;
  return {
    anonymous: String(anonymous),
    subject: String(subject),
    credentialEndpoints: String(credentialEndpoints),
  };
}
