import { IsEmail, Matches, MaxLength } from 'class-validator';
import { PLAIN_ADDRESS } from '../plain-address.js';
import { TARGET_PATTERN } from './notice-contact.js';

export class NoticeContactQuery {
  @Matches(TARGET_PATTERN)
  target!: string;
}

export class NoticeContactBody {
  @IsEmail()
  @MaxLength(254)
  @Matches(PLAIN_ADDRESS)
  email!: string;
}
