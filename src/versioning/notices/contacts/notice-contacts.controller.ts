import { Body, Controller, Delete, Get, HttpCode, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireRoles } from '../../../auth/access/require-roles.decorator.js';
import { CurrentPrincipal } from '../../../auth/current-principal.decorator.js';
import type { Principal } from '../../../auth/principal.js';
import { Raises } from '../../../platform/errors/raises.decorator.js';
import { readTarget, targetText } from './notice-contact.js';
import {
  NoticeContactBody,
  NoticeContactListRepresentation,
  NoticeContactQuery,
  NoticeContactRepresentation,
} from './notice-contacts.dto.js';
import { noticeContactErrors } from './notice-contacts.errors.js';
import type { StoredNoticeContact } from './notice-contacts.repository.js';
import { NoticeContactsService } from './notice-contacts.service.js';

/** Who of the administrator's tenant is told by e-mail when something that is called is to end. */
@ApiTags('Administration')
@Controller({ path: 'admin/notice-contacts', version: '2' })
@RequireRoles('administrator')
export class NoticeContactsController {
  constructor(private readonly contacts: NoticeContactsService) {}

  @Get()
  @ApiOperation({ summary: 'List who is told of ends', description: 'By e-mail, of the tenant.' })
  @ApiOkResponse({ description: 'All of them.', type: NoticeContactListRepresentation })
  async list(@CurrentPrincipal() { tenantId }: Principal): Promise<NoticeContactListRepresentation> {
    return { data: (await this.contacts.list(tenantId)).map(represent) };
  }

  /** The target is in the query and not in the path: a subject may have slashes. */
  @Put()
  @ApiOperation({
    summary: 'Say who is told of ends',
    description:
      'When an ending version is still called: for the tenant, or for one key, client or subject. The most specific contact counts.',
  })
  @ApiOkResponse({ description: 'It replaces another one.', type: NoticeContactRepresentation })
  @ApiCreatedResponse({ description: 'It is a new one.', type: NoticeContactRepresentation })
  @Raises(noticeContactErrors.tooMany)
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
  @ApiOperation({
    summary: 'Take a contact away',
    description: 'Nobody is told any more, unless there is a less specific one.',
  })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @Raises(noticeContactErrors.notFound)
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
