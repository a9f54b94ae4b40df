import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';
import { IsEmail } from '../../../validation/rules/is-email.decorator.js';
import { IsListOf } from '../../../validation/rules/is-list-of.decorator.js';
import { IsTimestamp } from '../../../validation/rules/is-timestamp.decorator.js';
import { PLAIN_ADDRESS } from '../../../platform/mail/plain-address.js';
import { TARGET_PATTERN } from './notice-contact.js';
import { MAX_CONTACTS } from './notice-contacts.repository.js';

const MAX_TARGET_LENGTH = 263;

const IsTarget = (): PropertyDecorator =>
  applyDecorators(MaxLength(MAX_TARGET_LENGTH), Matches(TARGET_PATTERN));

const IsPlainAddress = (): PropertyDecorator =>
  applyDecorators(IsEmail(), MaxLength(254), Matches(PLAIN_ADDRESS));

export class NoticeContactQuery {
  @ApiProperty({
    description:
      'For whom: tenant, api_key:<id>, client:<id> or subject:<id>, with the id as /v2/admin/deprecated-usage shows it; nobody checks that it exists.',
  })
  @IsTarget()
  target!: string;
}

export class NoticeContactBody {
  @ApiProperty({ description: 'Who is told.' })
  @IsPlainAddress()
  email!: string;
}

export class NoticeContactRepresentation {
  @IsTarget()
  readonly target!: string;

  @IsPlainAddress()
  readonly email!: string;

  @IsTimestamp()
  readonly updatedAt!: string;
}

export class NoticeContactListRepresentation {
  @IsListOf(() => NoticeContactRepresentation, { maxSize: MAX_CONTACTS })
  readonly data!: readonly NoticeContactRepresentation[];
}
