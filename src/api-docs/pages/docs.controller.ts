import { Controller, Get, Param, Req, Res, VERSION_NEUTRAL, type OnModuleInit } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OwnPages } from '../../auth/log-in/own-pages.js';
import { SessionConfig } from '../../auth/session.config.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { HTML_CONTENT_TYPE } from '../../platform/html/page.js';
import { Public } from '../../platform/http/routes/public.decorator.js';
import { LimitAs } from '../../rate-limit/limits/limit-as.decorator.js';
import { PagePolicy } from '../../transport/headers/page-policy.decorator.js';
import { ApiVersions } from '../../versioning/api-versions.js';
import { ApiDocuments } from '../documents/api-documents.js';
import { assetOf } from './assets.js';
import { DocsAccess } from './docs-access.js';
import { docsPage } from './docs-page.js';
import { AssetPath, DocsVersionPath, DocumentPath } from './docs.dto.js';

const ASSET_MAX_AGE_SECONDS = 3600;

/** The documents, and a page on which people read them. Open to strangers only where a setting says so: see `DocsAccess`. */
@ApiExcludeController()
@Controller({ version: VERSION_NEUTRAL })
export class DocsController implements OnModuleInit {
  constructor(
    private readonly access: DocsAccess,
    private readonly documents: ApiDocuments,
    private readonly versions: ApiVersions,
    private readonly session: SessionConfig,
    private readonly ownPages: OwnPages,
  ) {}

  onModuleInit(): void {
    if (this.access.isServed) {
      this.ownPages.add('/docs');
      this.ownPages.add('/docs/');
    }
  }

  @Get('openapi/:file')
  @Public()
  @LimitAs('documentation')
  async document(
    @Param() { file }: DocumentPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.access.assertAllowed(request);
    const { text } = this.get(this.documents.find(file.slice(1, -'.json'.length)));
    reply.type('application/json; charset=utf-8');
    return text;
  }

  @Get('docs')
  @Public()
  @LimitAs('documentation')
  start(@Res({ passthrough: true }) reply: FastifyReply): void {
    this.access.assertServed();
    reply.status(303).header('location', `/docs/v${this.versions.current.name}`);
  }

  /** Its policy is enforced from the first day. Images may lie in the style sheet: Swagger UI's icons do. */
  @Get('docs/:version')
  @Public()
  @LimitAs('documentation')
  @PagePolicy({ images: ['data:'] }, { isEnforced: true })
  async page(
    @Param() { version: wanted }: DocsVersionPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const needsLogIn = await this.access.needsLogIn(request);
    const version = this.get(this.versions.served.find(({ name }) => `v${name}` === wanted));
    if (needsLogIn) {
      reply.status(303).header('location', `/auth/login?returnTo=/docs/${wanted}`);
      return undefined;
    }
    reply.type(HTML_CONTENT_TYPE);
    return docsPage({
      version,
      isDeprecated: this.versions.phaseOf(version.deprecation) === 'deprecated',
      all: this.versions.served,
      hasSessions: this.session.clientId !== undefined,
    });
  }

  @Get('docs/assets/:file')
  @Public()
  @LimitAs('documentation')
  asset(@Param() { file }: AssetPath, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    this.access.assertServed();
    const { type, content } = assetOf(file);
    reply.headers({ 'content-type': type, 'cache-control': `private, max-age=${ASSET_MAX_AGE_SECONDS}` });
    return content;
  }

  private get<Found>(found: Found | undefined): Found {
    if (found === undefined) {
      throw new AppError(platformErrors.notFound);
    }
    return found;
  }
}
