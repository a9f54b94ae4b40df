import type { CustomerSummary } from '../customer.js';
import { summarizeCustomer } from '../v2/customer-representation.js';
import { csvRecord } from './csv-record.js';

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How a list of customers is written, one line after the other. */
export interface ExportWriter {
  readonly contentType: string;
  /** What stands before the first customer. */
  readonly head: string;
  line(customer: CustomerSummary): string;
}

/** The columns, which are the fields of a summary: nothing that is sealed. */
const COLUMNS = ['id', 'givenName', 'familyName', 'email', 'status', 'createdAt', 'updatedAt'] as const;

export const EXPORT_WRITERS: Readonly<Record<ExportFormat, ExportWriter>> = {
  ndjson: {
    contentType: 'application/x-ndjson',
    head: '',
    line: (customer) => `${JSON.stringify(summarizeCustomer(customer))}\n`,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvRecord(COLUMNS),
    line(customer) {
      const summary = summarizeCustomer(customer);
      return csvRecord(COLUMNS.map((column) => summary[column]));
    },
  },
};
