import { Readable } from 'node:stream';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import { Controller, Get, Logger, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequireScopes } from '../../auth/access/require-scopes.decorator.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
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
  private readonly logger = new Logger(CustomerExportController.name);

  constructor(private readonly exports: CustomerExportService) {}

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
    @Req() { id }: FastifyRequest,
  ): StreamableFile {
    const pieces = Readable.from(this.exports.pieces(caller.tenantId, format), { objectMode: false });
    // The beginning has been sent: the client sees a broken transfer, and only the log can say why.
    pieces.once('error', (error) =>
      this.logger.error({ requestId: id, cause: error.message }, 'export broken off'),
    );
    return new StreamableFile(pieces, {
      type: EXPORT_WRITERS[format].contentType,
      disposition: `attachment; filename="customers.${format}"`,
    });
  }
}
