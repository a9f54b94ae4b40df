import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartFailure } from './start-failure.ts';

const FILE = 'secrets.json';

/** How each secret of the stand-ins is made. None of them is ever committed. */
const MAKERS = {
  postgresAdminPassword: () => randomText(24),
  databaseOwnerPassword: () => randomText(24),
  databaseApplicationPassword: () => randomText(24),
  databaseReportingPassword: () => randomText(24),
  databaseKeyRotationPassword: () => randomText(24),
  databaseNoticesPassword: () => randomText(24),
  databaseAuditorPassword: () => randomText(24),
  databaseIncidentResponsePassword: () => randomText(24),
  fieldEncryptionKeys: () => `e1:${randomText(32)}`,
  fieldIndexKeys: () => `i1:${randomText(32)}`,
  auditKeys: () => `a1:${randomText(32)}`,
  apiKeyPeppers: () => `p1:${randomText(32)}`,
  applicationSecret: () => randomText(32),
  /** Of all demo users; short enough to type. */
  demoUserPassword: () => randomText(9),
  demoServiceSecret: () => randomText(32),
  demoWebSecret: () => randomText(32),
  cookieKey: () => randomText(32),
  /** The provider's RS256 key as a private JWK in JSON; kept, so that tokens survive a restart. */
  signingKey: makeSigningKey,
};

export type Secrets = Readonly<Record<keyof typeof MAKERS, string>>;

/**
 * Reads the secrets of this clone, and makes those that are missing: all of them on the first
 * start, a single one when a later version of the project needs one more.
 */
export async function ensureSecrets(dataFolder: string): Promise<Secrets> {
  const known = (await readSecrets(dataFolder)) ?? {};
  const missing = Object.entries(MAKERS).filter(([name]) => !(name in known));
  const secrets = {
    ...Object.fromEntries(missing.map(([name, make]) => [name, make()])),
    ...known,
  } as Secrets;
  if (missing.length > 0) {
    await writeSecrets(dataFolder, secrets);
  }
  return secrets;
}

/** The secrets that are there, or undefined before the first start. */
export async function readSecrets(dataFolder: string): Promise<Partial<Secrets> | undefined> {
  const file = path.join(dataFolder, FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw new StartFailure(`The file ${file} cannot be read: check who owns it.`, { cause: error });
  });
  if (text === undefined) {
    return undefined;
  }
  const content = parse(text);
  if (!content) {
    throw new StartFailure(`The file ${file} is damaged: delete the folder ${dataFolder} to start afresh.`);
  }
  return content;
}

function parse(text: string): Partial<Secrets> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const isWhole =
      typeof content === 'object' &&
      content !== null &&
      Object.values(content).every((value) => typeof value === 'string' && value.length >= 8);
    return isWhole ? content : undefined;
  } catch {
    return undefined;
  }
}

/** In one step, so that an interrupted start leaves either the old file or the new one. */
async function writeSecrets(dataFolder: string, secrets: Secrets): Promise<void> {
  const file = path.join(dataFolder, FILE);
  const unfinished = `${file}.${randomUUID()}`;
  try {
    await mkdir(dataFolder, { recursive: true });
    await writeFile(unfinished, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    await chmod(unfinished, 0o600);
    await rename(unfinished, file);
  } catch (error) {
    throw new StartFailure(`The file ${file} cannot be written: check who owns its folder.`, {
      cause: error,
    });
  }
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
  return JSON.stringify(key);
}
