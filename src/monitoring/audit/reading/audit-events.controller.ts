import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireRoles } from '../../../auth/access/require-roles.decorator.js';
import { CurrentPrincipal } from '../../../auth/current-principal.decorator.js';
import type { Principal } from '../../../auth/principal.js';
import { SecurityEvents } from '../../../platform/events/security-events.js';
import { AuditCursor } from './audit-cursor.js';
import { AuditEventPage, ListAuditEventsQuery, type AuditEventRepresentation } from './audit-events.dto.js';
import { AuditEventsRepository, type ListedAuditEvent } from './audit-events.repository.js';

/** The audit trail of the administrator's tenant. */
@ApiTags('Administration')
@Controller({ path: 'audit-events', version: '2' })
@RequireRoles('administrator')
export class AuditEventsController {
  constructor(
    private readonly trail: AuditEventsRepository,
    private readonly cursors: AuditCursor,
    private readonly events: SecurityEvents,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read the audit trail of the tenant',
    description:
      'The newest first. An event appears after a second. To read the trail is itself an event in it.',
  })
  @ApiOkResponse({ description: 'One page.', type: AuditEventPage })
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { limit, cursor, ...filter }: ListAuditEventsQuery,
    @Req() request: FastifyRequest,
  ): Promise<AuditEventPage> {
    const before = cursor === undefined ? undefined : this.cursors.read(cursor, tenantId, filter);
    // One more than asked for tells whether there is a next page.
    const found = await this.trail.list(tenantId, filter, limit + 1, before);
    this.events.write('sensitive_read', { resource: 'audit-events', id: null, fields: [] }, request);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      data: page.map(represent),
      nextCursor: last ? this.cursors.write(last.id, tenantId, filter) : null,
    };
  }
}

function represent({
  recordedAt,
  occurredAt,
  details,
  ...event
}: ListedAuditEvent): AuditEventRepresentation {
  return {
    ...event,
    recordedAt: recordedAt.toISOString(),
    occurredAt: occurredAt.toISOString(),
    details: JSON.stringify(details),
  };
}
