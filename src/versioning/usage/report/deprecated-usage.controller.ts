import { Controller, Get, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireRoles } from '../../../auth/access/require-roles.decorator.js';
import { CurrentPrincipal } from '../../../auth/current-principal.decorator.js';
import type { Principal } from '../../../auth/principal.js';
import { SecurityEvents } from '../../../platform/events/security-events.js';
import { CSV_CONTENT_TYPE } from '../../../platform/http/download/csv-record.js';
import { textDownload } from '../../../platform/http/download/text-download.js';
import { SetsHeaders } from '../../../platform/http/routes/sets-headers.decorator.js';
import { Throttled } from '../../../rate-limit/throttling/throttled.decorator.js';
import { assertOrderedDays } from './assert-ordered-days.js';
import { DeprecatedUsageQuery } from './deprecated-usage.dto.js';
import { DeprecatedUsageReport } from './deprecated-usage-report.js';
import { DeprecatedUsagePage } from './deprecated-usage-page.dto.js';

const FILE = { contentType: CSV_CONTENT_TYPE, fileName: 'deprecated-usage.csv' };

/** Who in the administrator's tenant still calls what has an announced end. */
@ApiTags('Administration')
@Controller({ path: 'admin/deprecated-usage', version: '2' })
@RequireRoles('administrator')
export class DeprecatedUsageController {
  constructor(
    private readonly usage: DeprecatedUsageReport,
    private readonly events: SecurityEvents,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Report who still calls what is to end',
    description:
      'By API key, client, subject, route and day; newest day first. A call appears after some seconds. As CSV it is the whole list.',
  })
  @ApiExtraModels(DeprecatedUsagePage)
  @ApiOkResponse({
    description: 'One page, or with format=csv all of it.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(DeprecatedUsagePage) } },
      [CSV_CONTENT_TYPE]: { schema: {} },
    },
  })
  @SetsHeaders('Content-Disposition')
  @Throttled({ maxSeconds: 120 })
  async report(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { format, limit, cursor, ...filter }: DeprecatedUsageQuery,
    @Req() request: FastifyRequest,
  ): Promise<DeprecatedUsagePage | StreamableFile> {
    assertOrderedDays(filter);
    if (format !== 'csv') {
      return this.usage.page(tenantId, filter, { limit, cursor });
    }
    this.events.write('data_export', { resource: 'deprecated-usage', format }, request);
    return textDownload(this.usage.csv(tenantId, filter), { ...FILE, requestId: request.id });
  }
}
