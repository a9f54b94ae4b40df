import { IsIn } from 'class-validator';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { EXPORT_FORMATS, type ExportFormat } from './export-format.js';

export class ExportCustomersQuery {
  @MayBeAbsent()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'ndjson';
}
