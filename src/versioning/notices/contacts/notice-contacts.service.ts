import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../../platform/events/security-events.js';
import { Clock } from '../../../platform/clock/clock.js';
import { AppError } from '../../../platform/errors/app-error.js';
import type { NoticeTarget } from './notice-contact.js';
import { noticeContactErrors } from './notice-contacts.errors.js';
import { NoticeContactsRepository, type StoredNoticeContact } from './notice-contacts.repository.js';

/** What administrators say about who is told, each change with an event: notices name keys and routes. */
@Injectable()
export class NoticeContactsService {
  constructor(
    private readonly contacts: NoticeContactsRepository,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  list(tenantId: string): Promise<StoredNoticeContact[]> {
    return this.contacts.list(tenantId);
  }

  /** @throws AppError (409) when the tenant has as many contacts as it may have */
  async put(
    tenantId: string,
    { target, email }: { target: NoticeTarget; email: string },
    request: FastifyRequest,
  ): Promise<{ contact: StoredNoticeContact; isNew: boolean }> {
    const contact = { ...target, email, updatedAt: new Date(this.clock.nowMilliseconds()) };
    const placement = await this.contacts.put(tenantId, contact);
    if (placement === 'too_many') {
      throw new AppError(noticeContactErrors.tooMany);
    }
    this.events.write('notice_contact_changed', { kind: target.kind, change: placement }, request);
    return { contact, isNew: placement === 'created' };
  }

  /** @throws AppError (404) */
  async remove(tenantId: string, target: NoticeTarget, request: FastifyRequest): Promise<void> {
    if (!(await this.contacts.remove(tenantId, target))) {
      throw new AppError(noticeContactErrors.notFound);
    }
    this.events.write('notice_contact_changed', { kind: target.kind, change: 'removed' }, request);
  }
}
