import { randomUUID } from 'node:crypto';
import type { DemoCustomer } from './demo-customers.ts';

const GIVEN_NAMES = [
  'Aiko', 'Amara', 'Anton', 'Beatriz', 'Benoît', 'Carmen', 'Chidi', 'Daniel', 'Dilara', 'Elif',
  'Emeka', 'Fatima', 'Fergus', 'Greta', 'Hana', 'Ibrahim', 'Inés', 'Jonas', 'Jūratė', 'Katarzyna',
  'Liam', 'Lucía', 'Maya', 'Mehmet', 'Nils', 'Noor', 'Olivia', 'Paulo', 'Quinn', 'Rosa',
  'Samir', 'Søren', 'Tove', 'Uma', 'Viktor', 'Wen', 'Xenia', 'Yusuf', 'Zoë', 'Åsa',
]; // prettier-ignore

const FIRST_SYLLABLES = ['Al', 'Ber', 'Cor', 'Dra', 'El', 'Far', 'Gol', 'Har', 'Iv', 'Kel', 'Lin', 'Mor', 'Nor', 'Pet', 'Ros', 'San', 'Tor', 'Val', 'Wel', 'Zan']; // prettier-ignore
const MIDDLE_SYLLABLES = ['a', 'be', 'cho', 'da', 'e', 'fi', 'ga', 'ho', 'i', 'ko', 'la', 'ma', 'ni', 'o', 'pa', 'ri', 'so', 'ta', 'u', 'ze']; // prettier-ignore
const LAST_SYLLABLES = ['berg', 'der', 'dottir', 'ez', 'ford', 'holm', 'ić', 'jian', 'kov', 'lund', 'man', 'nen', 'oğlu', 'quist', 'rini', 'sen', 'ski', 'ton', 'vić', 'wood']; // prettier-ignore

const STATUSES = ['active', 'lead', 'active', 'suspended', 'active', 'closed'] as const;
const FIRST_DAY = Date.parse('2024-01-01T00:00:00Z');

/**
 * Invented customers of one tenant, as many as wanted, each unlike the others. Who comes at
 * which place is always the same; ids and addresses are new each time.
 */
export function* manyCustomers(tenant: string, count: number): Generator<DemoCustomer> {
  for (let index = 0; index < count; index += 1) {
    // Odd and without common factors, so that neighbours differ and the combinations repeat late.
    const spread = (index * 7919) % 160_000;
    const familyName = `${pick(FIRST_SYLLABLES, spread)}${pick(MIDDLE_SYLLABLES, spread / 20)}${pick(LAST_SYLLABLES, spread / 400)}`;
    const number = String(index).padStart(9, '0');
    yield {
      tenant,
      id: randomUUID(),
      givenName: pick(GIVEN_NAMES, spread / 8000 + index),
      familyName,
      email: `${randomUUID().slice(0, 18)}@example.com`,
      phone: index % 5 === 0 ? null : `+1202555${number.slice(-7)}`,
      taxId: index % 10 === 0 ? null : `ZZ${number}`,
      status: pick(STATUSES, index),
      notes: index % 2 === 0 ? null : `Customer number ${number} of the demonstration.`,
      createdAt: new Date(FIRST_DAY + index * 60_000),
    };
  }
}

function pick<Item>(items: readonly Item[], position: number): Item {
  return items[Math.floor(position) % items.length] as Item;
}
