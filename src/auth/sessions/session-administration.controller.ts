import { Controller, Delete, Get, HttpCode, Param, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Raises } from '../../platform/errors/raises.decorator.js';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/app-error.js';
import { RequireRoles } from '../access/require-roles.decorator.js';
import { CurrentPrincipal } from '../current-principal.decorator.js';
import type { Principal } from '../principal.js';
import { sessionErrors } from '../session.errors.js';
import {
  EndSessionsQuery,
  EndedSessionsRepresentation,
  ListSessionsQuery,
  SessionListRepresentation,
  SessionPath,
} from './session.dto.js';
import { representSession } from './session-representation.js';
import { SessionsService } from './sessions.service.js';

/** The sessions of everybody in the administrator's tenant. */
@ApiTags('Administration')
@Controller({ path: 'admin/sessions', version: '2' })
@RequireRoles('administrator')
export class SessionAdministrationController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @ApiOperation({ summary: 'List sessions of the tenant', description: 'Of everybody, or of one subject.' })
  @ApiOkResponse({ description: 'The sessions.', type: SessionListRepresentation })
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { subject }: ListSessionsQuery,
    @Req() { session }: FastifyRequest,
  ): Promise<SessionListRepresentation> {
    const sessions = await this.sessions.list(tenantId, subject);
    return { data: sessions.map((one) => representSession(one, session)) };
  }

  /** Everything that a subject holds: for the day on which an account is taken over. */
  @Delete()
  @ApiOperation({
    summary: 'End all sessions of a subject',
    description: 'For the day on which an account is taken over.',
  })
  @ApiOkResponse({ description: 'How many there were.', type: EndedSessionsRepresentation })
  async endAll(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { subject }: EndSessionsQuery,
    @Req() request: FastifyRequest,
  ): Promise<EndedSessionsRepresentation> {
    return { ended: await this.sessions.end(tenantId, { subject }, 'ended_by_administrator', request) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'End a session', description: 'Of anybody in the tenant, at once.' })
  @ApiNoContentResponse({ description: 'It has ended.' })
  @Raises(sessionErrors.notFound)
  @HttpCode(204)
  async end(
    @CurrentPrincipal() { tenantId }: Principal,
    @Param() { id }: SessionPath,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    if ((await this.sessions.end(tenantId, { id }, 'ended_by_administrator', request)) === 0) {
      throw new AppError(sessionErrors.notFound);
    }
  }
}
