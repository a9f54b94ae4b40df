import { Controller, Delete, Get, HttpCode, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/app-error.js';
import { RequireRoles } from '../access/require-roles.decorator.js';
import { CurrentPrincipal } from '../current-principal.decorator.js';
import type { Principal } from '../principal.js';
import { sessionErrors } from '../session.errors.js';
import { representSession, type SessionRepresentation } from './session-representation.js';
import { EndSessionsQuery, ListSessionsQuery, SessionPath } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

/** The sessions of everybody in the administrator's tenant. */
@Controller({ path: 'admin/sessions', version: '2' })
@RequireRoles('administrator')
export class SessionAdministrationController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { subject }: ListSessionsQuery,
    @Req() { session }: FastifyRequest,
  ): Promise<{ data: SessionRepresentation[] }> {
    const sessions = await this.sessions.list(tenantId, subject);
    return { data: sessions.map((one) => representSession(one, session)) };
  }

  /** Everything that a subject holds: for the day on which an account is taken over. */
  @Delete()
  async endAll(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { subject }: EndSessionsQuery,
    @Req() request: FastifyRequest,
  ): Promise<{ ended: number }> {
    return { ended: await this.sessions.end(tenantId, { subject }, 'ended_by_administrator', request) };
  }

  @Delete(':id')
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
