import { CustomerCursor, type CustomerList } from '../../src/customers/customer-cursor.js';
import type { CustomerSummary } from '../../src/customers/customer.js';
import { parseConfiguration, type Environment } from '../../src/platform/config/configuration.js';
import { CryptoConfig } from '../../src/platform/crypto/crypto.config.js';
import { DerivedKeys } from '../../src/platform/crypto/derived-keys.js';
import type { Measurement } from './turns.js';

export const PAGE = 50;
export const DEPTH = 0.95;

const LIST: CustomerList = { tenantId: 'acme', sort: 'createdAt', status: undefined, search: undefined };

/** The first page of the list, and the one after `deep`, to which nobody has to page all the way. */
export function pagesOfList(
  deep: CustomerSummary,
  environment: Environment,
  get: (path: string) => Promise<unknown>,
): [first: Measurement, deep: Measurement] {
  const page = (more: string) => (): Promise<unknown> => get(`/v2/customers?limit=${PAGE}${more}`);
  const cursor = cursorsOf(environment).after(deep, LIST);
  return [
    { what: 'first page of the list', work: page('') },
    { what: 'page at 95 % depth', work: page(`&cursor=${cursor}`) },
  ];
}

/** As every instance with this secret makes them. */
function cursorsOf(environment: Environment): CustomerCursor {
  const config = parseConfiguration([CryptoConfig], environment).get(CryptoConfig) as CryptoConfig;
  return new CustomerCursor(new DerivedKeys(config));
}
