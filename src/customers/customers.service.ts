import { Injectable } from '@nestjs/common';
import { AppError } from '../platform/errors/app-error.js';
import { entityTag, ifMatchHolds } from '../platform/http/entity-tag.js';
import type { Customer, CustomerContent, CustomerStatus, CustomerSummary } from './customer.js';
import { MASKED } from './customer-scopes.js';
import { CustomerCursor, type CustomerList } from './customer-cursor.js';
import { changedInTheMeantime, customerNotFound, customersErrors } from './customers.errors.js';
import { CustomersRepository, type NumberedWindow } from './customers.repository.js';

export interface CustomerPage {
  readonly customers: CustomerSummary[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** What happens to customers, the same for every version of the API. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly repository: CustomersRepository,
    private readonly cursor: CustomerCursor,
  ) {}

  async get(tenantId: string, id: string): Promise<Customer> {
    const customer = await this.repository.find(tenantId, id);
    if (!customer) {
      throw customerNotFound();
    }
    return customer;
  }

  async list(list: CustomerList, limit: number, cursor: string | undefined): Promise<CustomerPage> {
    const position = cursor === undefined ? null : this.cursor.open(cursor, list);
    // One more than asked for tells whether there is a next page, without counting all.
    const found = await this.repository.list(list, limit + 1, position);
    const customers = found.slice(0, limit);
    const last = customers.at(-1);
    return { customers, nextCursor: last && found.length > limit ? this.cursor.after(last, list) : null };
  }

  page(
    tenantId: string,
    status: CustomerStatus | undefined,
    window: NumberedWindow,
  ): Promise<{ customers: CustomerSummary[]; total: number }> {
    return this.repository.page(tenantId, status, window);
  }

  /** Customers with this tax id, whatever its spelling. */
  lookUp(tenantId: string, taxId: string): Promise<CustomerSummary[]> {
    return this.repository.findByTaxId(tenantId, taxId);
  }

  create(tenantId: string, content: CustomerContent): Promise<Customer> {
    return this.repository.create(tenantId, content).catch(explainConflict);
  }

  /** @param ifMatch the entity tags of which the current one must be one; undefined when the caller has none */
  async update(
    tenantId: string,
    id: string,
    changes: Partial<CustomerContent>,
    ifMatch: string | undefined,
  ): Promise<Customer> {
    const version = await this.expectedVersion(tenantId, id, ifMatch);
    const updated = await this.repository.update(tenantId, id, version, changes).catch(explainConflict);
    if (!updated) {
      throw version === undefined ? customerNotFound() : changedInTheMeantime();
    }
    return updated;
  }

  /** @param ifMatch as for `update` */
  async delete(tenantId: string, id: string, ifMatch: string | undefined): Promise<void> {
    const version = await this.expectedVersion(tenantId, id, ifMatch);
    if (!(await this.repository.delete(tenantId, id, version))) {
      throw version === undefined ? customerNotFound() : changedInTheMeantime();
    }
  }

  /**
   * The version that the write must still find. The tag is compared with what was read, and
   * the version again inside the write itself: between the two, another writer may have won.
   */
  private async expectedVersion(
    tenantId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<number | undefined> {
    if (ifMatch === undefined || ifMatch === '*') {
      return undefined;
    }
    const version = await this.repository.findVersion(tenantId, id);
    if (version === null) {
      throw customerNotFound();
    }
    if (!ifMatchHolds(ifMatch, entityTag(version), entityTag(version, MASKED))) {
      throw changedInTheMeantime();
    }
    return version;
  }
}

/** The only thing about a customer that can conflict is its e-mail address. */
function explainConflict(error: unknown): never {
  const isConflict = error instanceof AppError && error.condition.status === 409;
  throw isConflict ? new AppError(customersErrors.emailTaken, { cause: error }) : error;
}
