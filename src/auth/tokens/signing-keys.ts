import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { AuthConfig } from '../auth.config.js';
import { fetchJson } from './fetch-json.js';
import { IssuerDiscovery } from './issuer-discovery.js';
import { readKeySet, type VerificationKey } from './key-set.js';

/** Least time between two attempts while there are no fresh keys at all; callers are told the same. */
const RETRY_SECONDS = 5;

/**
 * The issuer's public keys, parsed once and kept by key id. A new key is found when the first
 * token under it arrives, without a restart; tokens with invented key ids cause at most one
 * fetch per cool-down, so that nobody can make this API flood its issuer.
 */
@Injectable()
export class SigningKeys {
  private readonly logger = new Logger(SigningKeys.name);
  private keys: ReadonlyMap<string, VerificationKey> = new Map();
  private fetchedAtSeconds = -Infinity;
  private attemptedAtSeconds = -Infinity;
  private fetching: Promise<void> | undefined;

  constructor(
    private readonly config: AuthConfig,
    private readonly discovery: IssuerDiscovery,
    private readonly clock: Clock,
  ) {}

  /**
   * The key of that id, or undefined when the issuer has none.
   * @throws when no keys can be had, and the last ones are too old to be trusted
   */
  async find(keyId: string): Promise<VerificationKey | undefined> {
    const isWanting = this.isOlderThan(this.config.keyMaxAgeSeconds) || !this.keys.has(keyId);
    if (isWanting && this.mayRefetch()) {
      await this.refetch();
    }
    if (this.isOlderThan(this.config.keyMaxStaleSeconds)) {
      throw new Error('the signing keys of the issuer cannot be fetched');
    }
    return this.keys.get(keyId);
  }

  /** The key of that id if it is known and fresh, without waiting for anything. */
  peek(keyId: string): VerificationKey | undefined {
    return this.isOlderThan(this.config.keyMaxAgeSeconds) ? undefined : this.keys.get(keyId);
  }

  private isOlderThan(seconds: number): boolean {
    return this.clock.nowSeconds() - this.fetchedAtSeconds >= seconds;
  }

  private mayRefetch(): boolean {
    if (this.fetching) {
      return true;
    }
    const cooldownSeconds = this.isOlderThan(this.config.keyMaxAgeSeconds)
      ? RETRY_SECONDS
      : this.config.keyRefetchCooldownSeconds;
    return this.clock.nowSeconds() - this.attemptedAtSeconds >= cooldownSeconds;
  }

  /** However many requests wait for the keys, one fetch is under way. */
  private async refetch(): Promise<void> {
    this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
    await this.fetching;
  }

  /** A failure keeps the keys that are there: an outage of the issuer is not an outage of this API. */
  private async fetch(): Promise<void> {
    this.attemptedAtSeconds = this.clock.nowSeconds();
    try {
      const { keySetUrl } = await this.discovery.findMetadata();
      this.keys = readKeySet(await fetchJson(keySetUrl), this.config.minRsaBits);
      this.fetchedAtSeconds = this.attemptedAtSeconds;
    } catch (error) {
      this.logger.error({ err: error }, 'the signing keys of the issuer cannot be fetched');
    }
  }
}
