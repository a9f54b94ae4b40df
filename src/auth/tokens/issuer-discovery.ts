import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { insecureUrlRule } from '../../platform/config/insecure-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { AuthConfig } from '../auth.config.js';
import { fetchJson } from './fetch-json.js';

/** The discovery document named something that this API must not use. */
class InsecureIssuerError extends Error {}

/** What this API reads of the discovery document. */
export interface IssuerMetadata {
  readonly keySetUrl: string;
  /** Of the flows by which clients get a token; for documentation only. */
  readonly authorizationUrl: string | undefined;
  readonly tokenUrl: string | undefined;
}

/** What the issuer says of itself, by OpenID Connect Discovery 1.0 §4. */
@Injectable()
export class IssuerDiscovery implements OnModuleInit {
  private readonly logger = new Logger(IssuerDiscovery.name);
  private metadata: IssuerMetadata | undefined;

  constructor(
    private readonly config: AuthConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  /** An insecure key URL stops the start; an issuer that is away only delays the first request. */
  async onModuleInit(): Promise<void> {
    try {
      await this.findMetadata();
    } catch (error) {
      if (error instanceof InsecureIssuerError) {
        throw error;
      }
      this.logger.warn('the issuer cannot be reached yet; its keys will be fetched with the first token');
    }
  }

  /** What was read already; undefined while the issuer could not be reached. */
  get known(): IssuerMetadata | undefined {
    return this.metadata;
  }

  /** @throws when the document cannot be had or must not be trusted */
  async findMetadata(): Promise<IssuerMetadata> {
    this.metadata ??= this.checkDocument(await fetchJson(this.documentUrl()));
    return this.metadata;
  }

  private documentUrl(): string {
    return `${this.config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  }

  private checkDocument(document: unknown): IssuerMetadata {
    const { issuer, jwks_uri: url, ...endpoints } = document as Record<string, unknown>;
    if (issuer !== this.config.issuer) {
      throw new InsecureIssuerError('the discovery document of OIDC_ISSUER names another issuer');
    }
    if (typeof url !== 'string' || !URL.canParse(url)) {
      throw new Error('the discovery document of OIDC_ISSUER names no key URL');
    }
    const insecure = insecureUrlRule(url, this.runtime.environment === 'production');
    if (insecure) {
      throw new InsecureIssuerError(`the key URL that OIDC_ISSUER names ${insecure}`);
    }
    return {
      keySetUrl: url,
      authorizationUrl: webUrl(endpoints['authorization_endpoint']),
      tokenUrl: webUrl(endpoints['token_endpoint']),
    };
  }
}

function webUrl(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined;
}
