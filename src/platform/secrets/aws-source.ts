import type { SecretsConfig } from './secrets.config.js';
import { SecretsUnavailable } from './secrets.errors.js';
import { namedTexts, SOURCE_TIMEOUT_MILLISECONDS, type SecretSource } from './secret-source.js';

const PLACE = 'the secret of SECRETS_AWS_SECRET_ID';

/** One secret of AWS Secrets Manager, a JSON object. Its client is loaded when it is chosen. */
export class AwsSource implements SecretSource {
  constructor(private readonly config: SecretsConfig) {}

  async read(): Promise<Record<string, string>> {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const { awsSecretId, awsEndpoint } = this.config;
    const client = new SecretsManagerClient({
      maxAttempts: 2,
      ...(awsEndpoint ? { endpoint: awsEndpoint } : {}),
    });
    try {
      const { SecretString: content = '' } = await client.send(
        new GetSecretValueCommand({ SecretId: awsSecretId }),
        { abortSignal: AbortSignal.timeout(SOURCE_TIMEOUT_MILLISECONDS) },
      );
      return namedTexts(parse(content), PLACE);
    } catch (error) {
      throw error instanceof SecretsUnavailable
        ? error
        : new SecretsUnavailable(`${PLACE} cannot be read: ${(error as Error).name}`);
    } finally {
      client.destroy();
    }
  }
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
