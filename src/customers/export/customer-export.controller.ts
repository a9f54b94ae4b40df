import { Controller, Get, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScopes } from '../../auth/access/require-scopes.decorator.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { textDownload } from '../../platform/http/download/text-download.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import { Cost } from '../../rate-limit/limits/cost.decorator.js';
import { Throttled } from '../../rate-limit/throttling/throttled.decorator.js';
import { customerScopes } from '../customer-scopes.js';
import { ExportCustomersQuery } from './customer-export.dto.js';
import { CustomerExportService } from './customer-export.service.js';
import { EXPORT_WRITERS } from './export-format.js';

/** The one dear operation of the example: everything at once. */
@ApiTags('Customers')
@Controller({ path: 'customers/export', version: '2' })
export class CustomerExportController {
  constructor(
    private readonly exports: CustomerExportService,
    private readonly events: SecurityEvents,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Export all customers',
    description: 'As a stream, in the order of creation; without sensitive fields.',
  })
  @ApiProduces(...Object.values(EXPORT_WRITERS).map(({ contentType }) => contentType))
  @ApiOkResponse({ description: 'One customer in each line.', schema: {} })
  @SetsHeaders('Content-Disposition')
  @RequireScopes(customerScopes.read)
  @Cost(10)
  @Throttled({ maxSeconds: 120 })
  export(
    @CurrentPrincipal() caller: Principal,
    @Query() { format }: ExportCustomersQuery,
    @Req() request: FastifyRequest,
  ): StreamableFile {
    this.events.write('data_export', { resource: 'customers', format }, request);
    const { contentType } = EXPORT_WRITERS[format];
    const download = { contentType, fileName: `customers.${format}`, requestId: request.id };
    return textDownload(this.exports.pieces(caller.tenantId, format), download);
  }
}
