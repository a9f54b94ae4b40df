/** A customer of the demo data. Nobody of this name lives at the address: all of it is invented. */
export interface DemoCustomer {
  readonly tenant: string;
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly phone: string | null;
  readonly taxId: string | null;
  readonly status: 'lead' | 'active' | 'suspended' | 'closed';
  readonly notes: string | null;
  readonly createdAt: Date;
}

type Row = readonly [
  givenName: string,
  familyName: string,
  phone: string | null,
  taxId: string | null,
  status: DemoCustomer['status'],
  notes: string | null,
];

/*
 * Telephone numbers are from the ranges that regulators keep for fiction: +1 555 01xx (NANPA),
 * +44 7700 900xxx and +44 20 7946 0xxx (Ofcom), +33 1 99 00 xx xx (Arcep), +49 30 23125xxx
 * (Bundesnetzagentur), +61 491 570 xxx (ACMA). Tax ids have prefixes that no state issues.
 */
const ACME: readonly Row[] = [
  ['Amara', 'Okafor', '+442079460101', 'ZZ900100101', 'active', 'Prefers to be called in the morning.'],
  ['Benoît', 'Lefèvre', '+33199001102', 'ZZ900100102', 'active', null],
  ['Chiara', 'Moretti', null, null, 'lead', 'Met at the spring fair; asked for a quotation.'],
  ['Daniel', 'Ångström', '+12025550104', 'ZZ900100104', 'active', null],
  ['Elif', 'Yıldız', '+493023125105', null, 'suspended', 'Invoice 2026-014 is overdue.'],
  ['Fergus', "O'Malley", '+447700900106', 'ZZ900100106', 'active', null],
  ['Greta', 'Lindqvist', null, 'ZZ900100107', 'active', 'Wants invoices on paper.'],
  ['Hiroshi', 'Tanaka', '+12025550108', 'ZZ900100108', 'closed', 'Closed at own request.'],
  ['Inés', 'Castillo', '+33199001109', null, 'lead', null],
  ['Jonas', 'Weber', '+493023125110', 'ZZ900100110', 'active', null],
  ['Katarzyna', 'Wójcik', '+447700900111', 'ZZ900100111', 'active', 'Two sites; deliver to the second one.'],
  ['Liam', 'Fitzgerald', '+61491570112', null, 'active', null],
];

const GLOBEX: readonly Row[] = [
  ['Maya', 'Krishnan', '+12025550113', 'ZZ900200113', 'active', null],
  ['Nils', 'Haugen', '+442079460114', null, 'lead', 'Asked to be called back in March.'],
  ['Olivia', 'Brandt', '+493023125115', 'ZZ900200115', 'active', null],
  ['Paulo', 'Ferreira', null, 'ZZ900200116', 'active', 'Speaks Portuguese and English.'],
  ['Quinn', 'Abernathy', '+12025550117', null, 'closed', null],
  ['Rosa', 'Delgado', '+33199001118', 'ZZ900200118', 'active', null],
  ['Samir', 'Haddad', '+447700900119', 'ZZ900200119', 'suspended', 'Waiting for a new contract.'],
  ['Tove', 'Nygård', null, null, 'lead', null],
  ['Uma', 'Iyer', '+12025550121', 'ZZ900200121', 'active', 'Reference customer.'],
  ['Viktor', 'Novák', '+493023125122', 'ZZ900200122', 'active', null],
  ['Wen', 'Zhao', '+61491570123', null, 'active', null],
  ['Yusuf', 'Demir', '+447700900124', 'ZZ900200124', 'active', null],
];

export const DEMO_CUSTOMERS: readonly DemoCustomer[] = [
  ...customersOf('acme', '2026-01-12T09:00:00Z', ACME),
  ...customersOf('globex', '2026-02-03T14:30:00Z', GLOBEX),
];

/** One customer every 26 hours from `since` on, so that sorting by date shows something. */
function customersOf(tenant: string, since: string, rows: readonly Row[]): DemoCustomer[] {
  return rows.map(([givenName, familyName, phone, taxId, status, notes], index) => {
    const createdAt = new Date(Date.parse(since) + index * 26 * 3_600_000);
    const email = `${plain(givenName)}.${plain(familyName)}@example.com`;
    const id = fixedUuid(createdAt, index);
    return { tenant, id, givenName, familyName, email, phone, taxId, status, notes, createdAt };
  });
}

/** The same UUID on every run, in the form of version 7: its first 48 bits are the time. */
function fixedUuid(createdAt: Date, index: number): string {
  const time = createdAt.getTime().toString(16).padStart(12, '0');
  const number = index.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number}`;
}

/** Latin letters without accents, for an address. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replaceAll(/[^a-z]/g, '');
}
