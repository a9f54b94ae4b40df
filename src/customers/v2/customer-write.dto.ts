import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent, MayBeNull } from '../../validation/rules/optional.decorator.js';
import type { CustomerStatus } from '../customer.js';
import {
  IsCustomerEmail,
  IsCustomerName,
  IsCustomerNotes,
  IsCustomerPhone,
  IsCustomerStatus,
  IsCustomerTaxId,
} from '../customer-fields.decorator.js';

export class CreateCustomerBody {
  @IsCustomerName()
  givenName!: string;

  @IsCustomerName()
  familyName!: string;

  @IsCustomerEmail()
  email!: string;

  @ApiProperty({ description: 'With + and the country code (ITU-T E.164).' })
  @MayBeNull()
  @IsCustomerPhone()
  phone?: string | null;

  @ApiProperty({ description: 'Encrypted where it is stored, and masked for whoever may not see it.' })
  @MayBeNull()
  @IsCustomerTaxId()
  taxId?: string | null;

  @ApiProperty({ description: 'active unless you say otherwise.' })
  @MayBeAbsent()
  @IsCustomerStatus()
  status?: CustomerStatus;

  @ApiProperty({ description: 'May have several lines. Encrypted where it is stored.' })
  @MayBeNull()
  @IsCustomerNotes()
  notes?: string | null;
}

/** What is left out stays as it is; null clears a field that may be empty. */
export class UpdateCustomerBody {
  @MayBeAbsent()
  @IsCustomerName()
  givenName?: string;

  @MayBeAbsent()
  @IsCustomerName()
  familyName?: string;

  @MayBeAbsent()
  @IsCustomerEmail()
  email?: string;

  @ApiProperty({ description: 'Null takes it away.' })
  @MayBeNull()
  @IsCustomerPhone()
  phone?: string | null;

  @ApiProperty({ description: 'Null takes it away.' })
  @MayBeNull()
  @IsCustomerTaxId()
  taxId?: string | null;

  @MayBeAbsent()
  @IsCustomerStatus()
  status?: CustomerStatus;

  @ApiProperty({ description: 'Null takes them away.' })
  @MayBeNull()
  @IsCustomerNotes()
  notes?: string | null;
}
