import { Injectable } from '@nestjs/common';
import type { CustomerPosition } from '../customer-cursor.js';
import { CustomersRepository } from '../customers.repository.js';
import { EXPORT_WRITERS, type ExportFormat } from './export-format.js';

/** Enough that the round trips do not count, and little enough to be held for each export. */
const BATCH_SIZE = 500;

/** All customers of a tenant, however many there are, never more than a batch of them at a time. */
@Injectable()
export class CustomerExportService {
  constructor(private readonly repository: CustomersRepository) {}

  /**
   * Text in the format, one piece for each batch. The next batch is read when the last piece
   * was taken, so that a slow reader slows down the reading, and one that leaves ends it. In
   * order of creation: whoever is added meanwhile comes last, and nobody twice.
   */
  async *pieces(tenantId: string, format: ExportFormat): AsyncGenerator<string, void> {
    const writer = EXPORT_WRITERS[format];
    const list = { tenantId, sort: 'createdAt', status: undefined, search: undefined } as const;
    let position: CustomerPosition | null = null;
    let piece = writer.head;
    for (;;) {
      const customers = await this.repository.list(list, BATCH_SIZE, position);
      piece += customers.map((customer) => writer.line(customer)).join('');
      if (piece !== '') {
        yield piece;
      }
      const last = customers.at(-1);
      if (!last || customers.length < BATCH_SIZE) {
        return;
      }
      position = { value: last.createdAt, id: last.id };
      piece = '';
    }
  }
}
