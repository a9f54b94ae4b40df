/**
 * Variables that a start sets itself, or leaves out: those that the API refuses because they hold too
 * much power, and those with which it would not speak plain HTTP on loopback.
 */
const OWN =
  /^(NODE_ENV|HOST|PORT|(DATABASE_(URL|\w+_URL|\w+_PASSWORD)|FIELD_\w+_KEYS|OIDC_ISSUER|OIDC_AUDIENCE|APPLICATION_SECRET|API_KEY_PEPPERS|AUDIT_KEYS|SESSION_CLIENT_SECRET)(_FILE)?|API_V1_\w+|NOTICES_\w+|SESSION_(CLIENT_ID|PUBLIC_ORIGIN|SCOPES|RETURN_URLS)|CORS_ALLOWED_ORIGINS|TLS_\w+|HTTP_SERVER_TRUSTED_PROXIES)$/;

/** Everything else that somebody has set, such as LOG_LEVEL or REDIS_URL, reaches the application. */
export function environmentWith(variables: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OWN.test(name));
  return { ...Object.fromEntries(inherited), ...variables };
}
