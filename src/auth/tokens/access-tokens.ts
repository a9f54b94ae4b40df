import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { AuthConfig } from '../auth.config.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { KeysUnavailable } from './signature.errors.js';
import { VerifiedTokens } from './verified-tokens.js';
import { verifyAccessToken, type SignedToken, type Verdict } from './verify-access-token.js';

/** The verdict about a whole token, or why there is none. */
export type TokenVerdict =
  | Verdict
  | {
      readonly ok: false;
      readonly reason: 'signature' | 'keys_unavailable';
      readonly cause: unknown;
    };

/** Verifies access tokens of the issuer, whichever way they came here. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly config: AuthConfig,
    private readonly strategy: AccessTokenStrategy,
    private readonly verifiedTokens: VerifiedTokens,
    private readonly clock: Clock,
  ) {}

  async verify(token: string): Promise<TokenVerdict> {
    try {
      const signed = await this.verifySignature(token);
      return verifyAccessToken(signed, this.config, this.clock.nowSeconds());
    } catch (cause) {
      return {
        ok: false,
        reason: cause instanceof KeysUnavailable ? 'keys_unavailable' : 'signature',
        cause,
      };
    }
  }

  private async verifySignature(token: string): Promise<SignedToken> {
    const known = this.verifiedTokens.find(token);
    if (known) {
      return known;
    }
    const verified = await this.strategy.verifySignature(token);
    this.verifiedTokens.remember(token, verified);
    return verified;
  }
}
