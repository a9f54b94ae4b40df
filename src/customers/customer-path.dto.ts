import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

export class CustomerPath {
  @ApiProperty({ description: 'Of the customer.' })
  @IsUUID('all')
  id!: string;
}
