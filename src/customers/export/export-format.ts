import { CSV_CONTENT_TYPE, csvRecord } from '../../platform/http/download/csv-record.js';
import type { CustomerSummary } from '../customer.js';
import { summarizeCustomer } from '../v2/customer-representation.js';

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
    contentType: CSV_CONTENT_TYPE,
    head: csvRecord(COLUMNS),
    line(customer) {
      const summary = summarizeCustomer(customer);
      return csvRecord(COLUMNS.map((column) => summary[column]));
    },
  },
};
