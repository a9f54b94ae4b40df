import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
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
@Controller({ path: 'customers/export', version: '2' })
export class CustomerExportController {
  constructor(private readonly exports: CustomerExportService) {}

  @Get()
  @RequireScopes(customerScopes.read)
  @Cost(10)
  @Throttled({ maxSeconds: 120 })
  export(@CurrentPrincipal() caller: Principal, @Query() { format }: ExportCustomersQuery): StreamableFile {
    const pieces = this.exports.pieces(caller.tenantId, format);
    return new StreamableFile(Readable.from(pieces, { objectMode: false }), {
      type: EXPORT_WRITERS[format].contentType,
      disposition: `attachment; filename="customers.${format}"`,
    });
  }
}
