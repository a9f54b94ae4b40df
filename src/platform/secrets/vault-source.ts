import type { SecretsConfig } from './secrets.config.js';
import { SecretsUnavailable } from './secrets.errors.js';
import { namedTexts, SOURCE_TIMEOUT_MILLISECONDS, type SecretSource } from './secret-source.js';

interface VaultRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Record<string, string>;
}

const PLACE = 'the secret of SECRETS_VAULT_PATH';

/** One secret of HashiCorp Vault's KV engine, version 2. Its client is loaded when it is chosen. */
export class VaultSource implements SecretSource {
  constructor(private readonly config: SecretsConfig) {}

  async read(): Promise<Record<string, string>> {
    const { default: nodeVault } = await import('node-vault');
    const { vaultUrl = '', vaultToken = '', vaultPath } = this.config;
    const options = {
      endpoint: vaultUrl.replace(/\/$/, ''),
      token: vaultToken,
      // In place of its own way to ask, which follows redirects, and which VAULT_SKIP_VERIFY makes trust anybody.
      'request-promise': { defaults: () => ask },
    };
    const client = nodeVault(options);
    const [mount, ...path] = vaultPath.split('/');
    let answer: { data?: { data?: unknown } };
    try {
      answer = (await client.read(`${mount}/data/${path.join('/')}`)) as typeof answer;
    } catch (error) {
      const { response } = error as { response?: { statusCode?: number } };
      const status =
        response?.statusCode === undefined ? 'it does not answer' : `status ${response.statusCode}`;
      throw new SecretsUnavailable(`${PLACE} cannot be read: ${status}`);
    }
    return namedTexts(answer.data?.data, PLACE);
  }
}

/** No redirect is followed: the token would go along, to wherever it leads. */
async function ask({ method, uri, headers }: VaultRequest): Promise<object> {
  const response = await fetch(uri, {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(SOURCE_TIMEOUT_MILLISECONDS),
  });
  const body: unknown = await response.json().catch(() => undefined);
  return { statusCode: response.status, body, request: { path: new URL(uri).pathname } };
}
