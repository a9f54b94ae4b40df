import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireRoles } from '../../../auth/access/require-roles.decorator.js';
import { CurrentPrincipal } from '../../../auth/current-principal.decorator.js';
import type { Principal } from '../../../auth/principal.js';
import { AlertsRepository } from '../alerts.repository.js';
import { AlertCursor } from './alert-cursor.js';
import { AlertPage, ListAlertsQuery } from './alerts.dto.js';

/** The alerts of the administrator's tenant. */
@ApiTags('Administration')
@Controller({ path: 'admin/alerts', version: '2' })
@RequireRoles('administrator')
export class AlertsController {
  constructor(
    private readonly alerts: AlertsRepository,
    private readonly cursors: AlertCursor,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List alerts of the tenant',
    description: 'The newest first: attacks that were noticed, credentials that are used unlike before.',
  })
  @ApiOkResponse({ description: 'One page.', type: AlertPage })
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { limit, cursor, ...filter }: ListAlertsQuery,
  ): Promise<AlertPage> {
    const after = cursor === undefined ? undefined : this.cursors.read(cursor, tenantId, filter);
    // One more than asked for tells whether there is a next page.
    const found = await this.alerts.list(tenantId, filter, limit + 1, after);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      data: page.map(({ raisedAt, ...alert }) => ({ ...alert, raisedAt: raisedAt.toISOString() })),
      nextCursor: last ? this.cursors.write(last, tenantId, filter) : null,
    };
  }
}
