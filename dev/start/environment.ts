/** Variables that a start sets itself, and those that the API refuses because they hold too much power. */
const OWN =
  /^(NODE_ENV|HOST|PORT|(DATABASE_(URL|\w+_URL|\w+_PASSWORD)|FIELD_\w+_KEYS|OIDC_ISSUER|OIDC_AUDIENCE|APPLICATION_SECRET)(_FILE)?)$/;

/** Everything else that somebody has set, such as LOG_LEVEL or REDIS_URL, reaches the application. */
export function environmentWith(variables: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OWN.test(name));
  return { ...Object.fromEntries(inherited), ...variables };
}
