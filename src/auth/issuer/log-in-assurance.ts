import type { SessionConfig } from '../session.config.js';
import { RefusedByIssuer } from './issuer.errors.js';

type Demands = Pick<SessionConfig, 'logInMaxAgeMinutes' | 'acrValues'>;

/** Whether somebody has clicked or typed to log in, as far as the browser tells. */
export interface LogInIntent {
  readonly isDeliberate: boolean;
}

/** How long ago a person may have proven to the issuer who they are. */
export function maxAgeSecondsOf({ logInMaxAgeMinutes }: Demands): number | undefined {
  return logInMaxAgeMinutes === undefined ? undefined : logInMaxAgeMinutes * 60;
}

/** What a log-in asks of the issuer beside who somebody is (OpenID Connect Core §3.1.2.1). */
export function assuranceParameters(demands: Demands, { isDeliberate }: LogInIntent): Record<string, string> {
  const maxAgeSeconds = maxAgeSecondsOf(demands);
  return {
    ...(maxAgeSeconds === undefined ? {} : { max_age: String(maxAgeSeconds) }),
    ...(demands.acrValues === undefined ? {} : { acr_values: demands.acrValues.join(' ') }),
    // Nobody becomes logged in because another site has sent their browser here: they say who they are first.
    ...(isDeliberate ? {} : { prompt: 'login' }),
  };
}

/**
 * acr_values is a wish (OpenID Connect Core §3.1.2.1): the issuer may answer with less, so that its answer is looked at.
 * @throws RefusedByIssuer
 */
export function assertAssurance({ acrValues }: Demands, acr: unknown): void {
  if (acrValues !== undefined && (typeof acr !== 'string' || !acrValues.includes(acr))) {
    throw new RefusedByIssuer('insufficient_assurance');
  }
}
