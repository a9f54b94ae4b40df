import { configSlice, type Problem } from '../config/config-slice.js';
import { insecureUrlRule } from '../config/insecure-url.js';
import { absoluteUrl, oneOf, text } from '../config/setting-types.js';

/** Where the secrets are that stand neither in the environment nor in files. */
export class SecretsConfig extends configSlice({
  title: 'Secrets',
  prefix: 'SECRETS_',
  settings: {
    source: {
      variable: 'SECRETS_SOURCE',
      schema: oneOf(['environment', 'vault', 'aws']).default('environment'),
      description:
        'Where secrets come from that have no variable and no file: HashiCorp Vault (KV v2) or AWS Secrets Manager, there by the names of the variables. Absent: from nowhere else.',
    },
    vaultUrl: {
      variable: 'SECRETS_VAULT_URL',
      schema: absoluteUrl('https', 'http').optional(),
      description: 'Address of Vault; https, except on loopback outside production. Required for vault.',
    },
    vaultToken: {
      variable: 'SECRETS_VAULT_TOKEN',
      schema: text({ maxLength: 4096 }).optional(),
      description:
        'Token that may read the secret and nothing else, such as a Vault agent writes. Required for vault.',
      secret: true,
    },
    vaultPath: {
      variable: 'SECRETS_VAULT_PATH',
      schema: text({ maxLength: 500 })
        .regex(/^[\w.-]+(\/[\w.-]+)+$/, 'is not a mount and a path, such as secret/secure-api')
        .default('secret/secure-api'),
      description: 'Mount of the KV v2 engine, and the path of the secret in it.',
    },
    awsSecretId: {
      variable: 'SECRETS_AWS_SECRET_ID',
      schema: text({ maxLength: 2048 }).optional(),
      description:
        'Name or ARN of the secret, a JSON object. Required for aws; region and credentials come from where the AWS SDK always looks.',
    },
    awsEndpoint: {
      variable: 'SECRETS_AWS_ENDPOINT',
      schema: absoluteUrl('https', 'http').optional(),
      description:
        'Another endpoint than that of the region, such as a private one. Absent: that of the region.',
    },
  },
  rules: ({ source, vaultUrl, vaultToken, awsSecretId, awsEndpoint }, { isProduction }): Problem[] => {
    const isRequired = `is required for SECRETS_SOURCE=${source}`;
    const rules: [variable: string, rule: string | null][] = [
      ['SECRETS_VAULT_URL', source === 'vault' && vaultUrl === undefined ? isRequired : null],
      ['SECRETS_VAULT_TOKEN', source === 'vault' && vaultToken === undefined ? isRequired : null],
      ['SECRETS_AWS_SECRET_ID', source === 'aws' && awsSecretId === undefined ? isRequired : null],
      ['SECRETS_VAULT_URL', vaultUrl === undefined ? null : insecureUrlRule(vaultUrl, isProduction)],
      ['SECRETS_AWS_ENDPOINT', awsEndpoint === undefined ? null : insecureUrlRule(awsEndpoint, isProduction)],
    ];
    return rules.flatMap(([variable, rule]) => (rule === null ? [] : [{ variable, rule }]));
  },
}) {}
