import { Controller, Get, Param, Query, Res, VERSION_NEUTRAL } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CrossOrigin } from '../../cors/cross-origin.decorator.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import { Public } from '../../platform/http/routes/public.decorator.js';
import { LimitAs } from '../../rate-limit/limits/limit-as.decorator.js';
import { ConditionalHeaders, DocumentHeaders } from '../../validation/rules/document-headers.dto.js';
import { RequestHeaders } from '../../validation/rules/request-headers.decorator.js';
import { GUIDES_PATH } from '../deprecated-routes.js';
import { changelogFeed } from './documents/changelog-feed.js';
import { changelogPage } from './documents/changelog-page.js';
import { CHANGELOG_PATH, FEED_PATH } from './documents/changelog-paths.js';
import { ChangelogQuery, ChangelogRepresentation, GuidePath } from './changelog.dto.js';
import { Changelog } from './changelog.js';
import { representChange } from './documents/change-representation.js';
import { guidePage } from './guides/guide-page.js';
import type { Guide } from './guides/guide.js';
import { findGuide } from './guides/guides.js';
import { prefersHtml } from '../../platform/html/prefers-html.js';
import { htmlDocument, jsonDocument, sendDocument } from '../../platform/html/public-document.js';

/** What has changed, for people, programs and feed readers: whoever may call the API at all may know. */
@ApiTags('Changes')
@Controller({ version: VERSION_NEUTRAL })
export class ChangelogController {
  constructor(private readonly changelog: Changelog) {}

  @Get(CHANGELOG_PATH)
  @ApiOperation({
    summary: 'Read the changes',
    description:
      'Newest first, as JSON, or as HTML when Accept prefers it. What concerns security has the kind security.',
  })
  @ApiExtraModels(ChangelogRepresentation)
  @ApiOkResponse({
    description: 'The changes.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ChangelogRepresentation) } },
      'text/html': { schema: {} },
    },
  })
  @ApiNotModifiedResponse({ description: 'It is still the one of If-None-Match.' })
  @SetsHeaders('ETag')
  @Public()
  @LimitAs('documentation')
  @CrossOrigin('any')
  list(
    @Query() filter: ChangelogQuery,
    @RequestHeaders('accept', 'if-none-match') headers: DocumentHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    const changes = this.changelog.find(filter);
    const document = prefersHtml(headers.accept)
      ? htmlDocument(changelogPage(changes))
      : jsonDocument({ data: changes.map(representChange) });
    return sendDocument(document, headers['if-none-match'], reply);
  }

  @Get(FEED_PATH)
  @ApiOperation({ summary: 'Read the feed', description: 'The changes for feed readers (RFC 4287).' })
  @ApiOkResponse({ description: 'The feed.', content: { 'application/atom+xml': { schema: {} } } })
  @ApiNotModifiedResponse({ description: 'It is still the one of If-None-Match.' })
  @SetsHeaders('ETag')
  @Public()
  @LimitAs('documentation')
  @CrossOrigin('any')
  feed(
    @RequestHeaders('if-none-match') headers: ConditionalHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return sendDocument(changelogFeed(this.changelog.find()), headers['if-none-match'], reply);
  }

  @Get(`${GUIDES_PATH}/:name`)
  @ApiOperation({
    summary: 'Read a migration guide',
    description:
      'Every call of the older version beside the one that replaces it, as JSON, or as HTML when Accept prefers it.',
  })
  @ApiOkResponse({
    description: 'A migration guide.',
    content: {
      'application/json': { schema: { type: 'object', description: 'The guide as data.' } },
      'text/html': { schema: {} },
    },
  })
  @ApiNotModifiedResponse({ description: 'It is still the one of If-None-Match.' })
  @SetsHeaders('ETag')
  @Raises(platformErrors.notFound)
  @Public()
  @LimitAs('documentation')
  @CrossOrigin('any')
  guide(
    @Param() { name }: GuidePath,
    @RequestHeaders('accept', 'if-none-match') headers: DocumentHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    const guide = getGuide(name);
    const document = prefersHtml(headers.accept) ? htmlDocument(guidePage(guide)) : jsonDocument(guide);
    return sendDocument(document, headers['if-none-match'], reply);
  }
}

function getGuide(name: string): Guide {
  const guide = findGuide(name);
  if (!guide) {
    throw new AppError(platformErrors.notFound);
  }
  return guide;
}
