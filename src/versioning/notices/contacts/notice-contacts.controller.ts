import { Body, Controller, Delete, Get, HttpCode, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireRoles } from '../../../auth/access/require-roles.decorator.js';
import { CurrentPrincipal } from '../../../auth/current-principal.decorator.js';
import type { Principal } from '../../../auth/principal.js';
import { readTarget, targetText } from './notice-contact.js';
import { NoticeContactBody, NoticeContactQuery } from './notice-contacts.dto.js';
import type { StoredNoticeContact } from './notice-contacts.repository.js';
import { NoticeContactsService } from './notice-contacts.service.js';

interface NoticeContactRepresentation {
  readonly target: string;
  readonly email: string;
  readonly updatedAt: string;
}

/** Who of the administrator's tenant is told by e-mail when something that is called is to end. */
@Controller({ path: 'admin/notice-contacts', version: '2' })
@RequireRoles('administrator')
export class NoticeContactsController {
  constructor(private readonly contacts: NoticeContactsService) {}

  @Get()
  async list(@CurrentPrincipal() { tenantId }: Principal): Promise<{ data: NoticeContactRepresentation[] }> {
    return { data: (await this.contacts.list(tenantId)).map(represent) };
  }

  /** The target is in the query and not in the path: a subject may have slashes. */
  @Put()
  async put(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { target }: NoticeContactQuery,
    @Body() { email }: NoticeContactBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoticeContactRepresentation> {
    const wanted = { target: readTarget(target), email };
    const { contact, isNew } = await this.contacts.put(tenantId, wanted, request);
    reply.status(isNew ? 201 : 200);
    return represent(contact);
  }

  @Delete()
  @HttpCode(204)
  async remove(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() { target }: NoticeContactQuery,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.contacts.remove(tenantId, readTarget(target), request);
  }
}

function represent({ email, updatedAt, ...target }: StoredNoticeContact): NoticeContactRepresentation {
  return { target: targetText(target), email, updatedAt: updatedAt.toISOString() };
}
