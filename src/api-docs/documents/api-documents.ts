import type { INestApplication } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { SESSION_COOKIE } from '../../auth/sessions/session-cookie.js';
import { IssuerDiscovery } from '../../auth/tokens/issuer-discovery.js';
import { ApiVersions, type ApiVersion } from '../../versioning/api-versions.js';
import { describeApi } from './api-description.js';
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

/** The documents of all versions, written when somebody asks, and again when a version enters another phase. */
@Injectable()
export class ApiDocuments {
  private app: INestApplication | undefined;
  private readonly written = new Map<string, Document>();

  constructor(
    private readonly routes: DocumentedRoutes,
    private readonly versions: ApiVersions,
    private readonly settings: CallerSettings,
    private readonly discovery: IssuerDiscovery,
  ) {}

  /** Takes the application to describe: Nest does not give it to its own providers. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** @returns undefined for a version that there is not, or whose end has come */
  async find(name: string): Promise<Document | undefined> {
    const version = this.versions.all.find((one) => one.name === name);
    const phase = this.versions.phaseOf(version?.deprecation);
    if (!version || phase === 'sunset') {
      return undefined;
    }
    const issuer = await this.discovery.findMetadata().catch(() => undefined);
    const key = JSON.stringify([name, phase, issuer]);
    const document = this.written.get(key) ?? this.write(version, issuer);
    this.written.set(key, document);
    return document;
  }

  private write(version: ApiVersion, endpoints: FlowEndpoints | undefined): Document {
    if (!this.app) {
      throw new Error('there is no application to describe yet');
    }
    const isEnding = this.versions.phaseOf(version.deprecation) !== 'current';
    const announced = isEnding ? version : { name: version.name };
    const routes = this.routes.explore();
    const explored = this.explore(this.app, announced);
    const { auth, session } = this.settings;
    const scopes = [...new Set([...routes.values()].flatMap((route) => route.scopes))].toSorted();
    return writeDocument({
      explored,
      routes,
      isEnding: (path) => isEnding && path.startsWith(`/v${version.name}/`),
      securitySchemes: securitySchemes(
        {
          issuer: auth.issuer,
          ...(endpoints?.authorizationUrl === undefined
            ? {}
            : { authorizationUrl: endpoints.authorizationUrl }),
          ...(endpoints?.tokenUrl === undefined ? {} : { tokenUrl: endpoints.tokenUrl }),
          hasSessions: session.clientId !== undefined,
          sessionCookie: `__Host-${SESSION_COOKIE}`,
        },
        scopes,
      ),
    });
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
  private explore(app: INestApplication, version: ApiVersion): Document {
    const builder = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Secure API Reference')
      .setVersion(version.name)
      .setDescription(describeApi(version, this.settings));
    for (const [tag, words] of TAGS) {
      builder.addTag(tag, words);
    }
    const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: keyOf });
    const isOfAnother = (path: string): boolean =>
      (this.versions.ofPath(path) ?? version).name !== version.name;
    const paths = Object.entries(document.paths).filter(([path]) => !isOfAnother(path));
    return {
      ...document,
      servers: [this.server()],
      paths: Object.fromEntries(paths.toSorted(([one], [other]) => (one < other ? -1 : 1))),
    };
  }
}

interface FlowEndpoints {
  readonly authorizationUrl: string | undefined;
  readonly tokenUrl: string | undefined;
}
