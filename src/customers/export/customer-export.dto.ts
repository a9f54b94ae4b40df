import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { EXPORT_FORMATS, type ExportFormat } from './export-format.js';

export class ExportCustomersQuery {
  @ApiProperty({ description: 'One JSON object in each line, or comma-separated values (RFC 4180).' })
  @MayBeAbsent()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'ndjson';
}
