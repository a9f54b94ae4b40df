import { Controller, Get, Param, Res, VERSION_NEUTRAL } from '@nestjs/common';
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
import { AppError, type ErrorCondition } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { prefersHtml } from '../../platform/html/prefers-html.js';
import { htmlDocument, jsonDocument, sendDocument } from '../../platform/html/public-document.js';
import { Public } from '../../platform/http/routes/public.decorator.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import { LimitAs } from '../../rate-limit/limits/limit-as.decorator.js';
import { DocumentHeaders } from '../../validation/rules/document-headers.dto.js';
import { RequestHeaders } from '../../validation/rules/request-headers.decorator.js';
import { adviceFor } from './advice.js';
import { ProblemCatalogue } from './problem-catalogue.js';
import { catalogueText, conditionText } from './problem-pages.js';
import { ConditionListRepresentation, ConditionRepresentation, ProblemPath } from './problems.dto.js';

/** What each failure means, where the `type` of a problem document points (RFC 9457 §3.1.1). */
@ApiTags('Errors')
@Controller({ path: 'problems', version: VERSION_NEUTRAL })
export class ProblemsController {
  constructor(private readonly catalogue: ProblemCatalogue) {}

  @Get()
  @ApiOperation({
    summary: 'List all errors',
    description: 'Every code that there is, as JSON, or as HTML when Accept prefers it.',
  })
  @ApiExtraModels(ConditionListRepresentation)
  @ApiOkResponse({
    description: 'All of them.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ConditionListRepresentation) } },
      'text/html': { schema: {} },
    },
  })
  @ApiNotModifiedResponse({ description: 'They are still those of If-None-Match.' })
  @SetsHeaders('ETag')
  @Public()
  @LimitAs('documentation')
  @CrossOrigin('any')
  list(
    @RequestHeaders('accept', 'if-none-match') headers: DocumentHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    const { all } = this.catalogue;
    const document = prefersHtml(headers.accept)
      ? htmlDocument(catalogueText(all))
      : jsonDocument({ data: all.map(represent) });
    return sendDocument(document, headers['if-none-match'], reply);
  }

  @Get(':code')
  @ApiOperation({
    summary: 'Explain an error',
    description: 'Where the type of a problem document points; as JSON, or as HTML when Accept prefers it.',
  })
  @ApiExtraModels(ConditionRepresentation)
  @ApiOkResponse({
    description: 'What it means, and what to do.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ConditionRepresentation) } },
      'text/html': { schema: {} },
    },
  })
  @ApiNotModifiedResponse({ description: 'It is still the one of If-None-Match.' })
  @SetsHeaders('ETag')
  @Raises(platformErrors.notFound)
  @Public()
  @LimitAs('documentation')
  @CrossOrigin('any')
  get(
    @Param() { code }: ProblemPath,
    @RequestHeaders('accept', 'if-none-match') headers: DocumentHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    const condition = this.catalogue.find(code);
    if (!condition) {
      throw new AppError(platformErrors.notFound);
    }
    const document = prefersHtml(headers.accept)
      ? htmlDocument(conditionText(condition))
      : jsonDocument(represent(condition));
    return sendDocument(document, headers['if-none-match'], reply);
  }
}

function represent(condition: ErrorCondition): ConditionRepresentation {
  const { code, status, title } = condition;
  return { code, status, title, advice: adviceFor(condition) };
}
