import type { INestApplication } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { SESSION_COOKIE } from '../../auth/sessions/session-cookie.js';
import { IssuerDiscovery, type IssuerMetadata } from '../../auth/tokens/issuer-discovery.js';
import { Changelog } from '../../versioning/changelog/changelog.js';
import { Clock } from '../../platform/clock/clock.js';
import { dayOf } from '../../versioning/deprecation.js';
import { datesOf } from '../../versioning/deprecated.decorator.js';
import { ApiVersions, type ApiVersion } from '../../versioning/api-versions.js';
import { describeApi, type VersionNews } from './api-description.js';
import { CallerSettings } from './caller-settings.js';
import { DocumentedRoutes, keyOf } from '../routes/documented-routes.js';
import type { Document } from '../open-api.js';
import { securitySchemes } from './security-schemes.js';
import { writeDocument } from './write-document.js';

/** What the operations are about, in the order of the page. A tag that is missing here is an error of the linter. */
const TAGS = [
  ['Customers', 'The example resource.'],
  ['API keys', 'Keys of programs: made, rotated, revoked.'],
  ['Log-in and sessions', 'For pages in a browser, which never see a token.'],
  ['Administration', 'For administrators of a tenant.'],
  ['Changes', 'What has changed, and what will.'],
  ['Errors', 'What each failure means.'],
] as const;

/** Where nobody can log in, there is nothing behind them. */
const LOG_IN_PATHS = '/auth/';

/** A document, and the text that is sent, made once. */
export interface WrittenDocument {
  readonly document: Document;
  readonly text: string;
}

/** The documents of all versions, written when somebody asks, and again on another day: ends and their announcements come by the day. */
@Injectable()
export class ApiDocuments {
  private app: INestApplication | undefined;
  private readonly written = new Map<string, WrittenDocument & { readonly key: string }>();

  constructor(
    private readonly routes: DocumentedRoutes,
    private readonly versions: ApiVersions,
    private readonly changelog: Changelog,
    private readonly settings: CallerSettings,
    private readonly discovery: IssuerDiscovery,
    private readonly clock: Clock,
  ) {}

  /** Takes the application to describe: Nest does not give it to its own providers. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** @returns undefined for a version that there is not, or whose end has come */
  find(name: string): WrittenDocument | undefined {
    const version = this.versions.served.find((one) => one.name === name);
    if (!version) {
      return undefined;
    }
    // Nobody who asks for a document makes this server ask the issuer. Before the first answer the flows are left out.
    const issuer = this.discovery.known;
    const key = JSON.stringify([dayOf(new Date(this.clock.nowMilliseconds())), issuer]);
    const known = this.written.get(name);
    const current = known?.key === key ? known : { key, ...this.write(this.newsOf(version), issuer) };
    this.written.set(name, current);
    return current;
  }

  private newsOf(version: ApiVersion): VersionNews {
    return {
      version,
      ending: this.versions.served.filter(
        ({ deprecation }) => this.versions.phaseOf(deprecation) === 'deprecated',
      ),
      securityChanges: this.changelog.find({ version: version.name, kind: 'security' }),
    };
  }

  private write(news: VersionNews, issuer: IssuerMetadata | undefined): WrittenDocument {
    const { version, ending } = news;
    const routes = this.routes.explore();
    const { auth, session } = this.settings;
    const facts = {
      issuer: auth.issuer,
      authorizationUrl: issuer?.authorizationUrl,
      tokenUrl: issuer?.tokenUrl,
      hasSessions: session.clientId !== undefined,
      sessionCookie: `__Host-${SESSION_COOKIE}`,
    };
    const scopes = [...new Set([...routes.values()].flatMap((route) => route.scopes))].toSorted();
    const document = writeDocument({
      explored: this.explore(news),
      routes,
      isEnding: (path, { config: { deprecated } }) =>
        (ending.includes(version) && this.versions.ofPath(path) === version) ||
        this.versions.phaseOf(deprecated && datesOf(deprecated)) !== 'current',
      securitySchemes: securitySchemes(facts, scopes),
    });
    return { document, text: JSON.stringify(document) };
  }

  /** Where callers find this API, and what kind of system it is. */
  private server(): NonNullable<Document['servers']>[number] & { 'x-internal': boolean } {
    const { session, runtime } = this.settings;
    return {
      url: session.publicOrigin ?? '/',
      description: `${runtime.environment} system`,
      'x-internal': false,
    };
  }

  /** What @nestjs/swagger sees of the application: of this version, and what belongs to none. */
  private explore(news: VersionNews): Document {
    const { version } = news;
    if (!this.app) {
      throw new Error('there is no application to describe yet');
    }
    const builder = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Secure API Reference')
      .setVersion(version.name)
      .setDescription(describeApi(news, this.settings));
    for (const [tag, words] of TAGS) {
      builder.addTag(tag, words);
    }
    const document = SwaggerModule.createDocument(this.app, builder.build(), { operationIdFactory: keyOf });
    const isOfAnother = (path: string): boolean =>
      (this.versions.ofPath(path) ?? version).name !== version.name;
    const hasSessions = this.settings.session.clientId !== undefined;
    const paths = Object.entries(document.paths).filter(
      ([path]) => !isOfAnother(path) && (hasSessions || !path.startsWith(LOG_IN_PATHS)),
    );
    return {
      ...document,
      servers: [this.server()],
      paths: Object.fromEntries(paths.toSorted(([one], [other]) => (one < other ? -1 : 1))),
    };
  }
}
