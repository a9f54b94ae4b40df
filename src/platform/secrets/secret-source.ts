import { z } from 'zod';
import { SecretsUnavailable } from './secrets.errors.js';

/** A place that keeps secrets by the names of their variables. */
export interface SecretSource {
  /** Everything it has. @throws SecretsUnavailable */
  read(): Promise<Readonly<Record<string, string>>>;
}

/** A source that does not answer within this time keeps the application from starting. */
export const SOURCE_TIMEOUT_MILLISECONDS = 10_000;

const NAMED_TEXTS = z.record(z.string(), z.string());

/** @throws SecretsUnavailable for anything but an object of texts */
export function namedTexts(content: unknown, place: string): Record<string, string> {
  const parsed = NAMED_TEXTS.safeParse(content);
  if (!parsed.success) {
    throw new SecretsUnavailable(`${place} holds something other than texts by name`);
  }
  return parsed.data;
}
