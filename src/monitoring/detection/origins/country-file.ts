import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { Reader, type CountryResponse } from 'maxmind';
import { clientAddress } from '../../../platform/http/client-address.js';

/** Networks share their entries: a database of countries has a few hundred. */
const MAX_ENTRIES = 1000;

/** How many networks are looked at for a first country; a database of countries has one at once. */
const MAX_SAMPLE = 10_000;

const IPV4_BITS = 32;

/** Why a file cannot be used, as words after the name of the variable. */
export interface CountryFileFault {
  readonly fault: string;
}

/** Which network is in which country, as a database in the format of MaxMind says. It is read once, into memory. */
export class CountryFile {
  private constructor(private readonly reader: Reader<CountryResponse>) {}

  static read(file: string): CountryFile | CountryFileFault {
    const content = attempt(() => readFileSync(file));
    if (!content) {
      return { fault: 'names a file that cannot be read' };
    }
    const reader = attempt(
      () => new Reader<CountryResponse>(content, { cache: new LRUCache({ max: MAX_ENTRIES }) }),
    );
    // Others of that format hold no country, such as those of providers: nothing would ever be noticed.
    if (!reader || !attempt(() => hasCountries(reader))) {
      return { fault: 'names a file that is no MaxMind database with country.iso_code of IPv4 networks' };
    }
    return new CountryFile(reader);
  }

  /** As the database spells it; undefined for what it does not know, and for what is no address. */
  countryOf(text: string): string | undefined {
    const address = clientAddress(text);
    // In a tree of IPv4 alone the reader would take the first bits of an IPv6 address for one.
    const isLookedUp = address !== null && !(isIPv6(address) && this.reader.metadata.ipVersion === 4);
    // An entry that is damaged is no country; thrown from here, it would keep the other rules from hearing of the request.
    return isLookedUp ? attempt(() => this.reader.get(address))?.country?.iso_code : undefined;
  }
}

/** Goes from one network to the next until one is in a country. */
function hasCountries(reader: Reader<CountryResponse>): boolean {
  let address = 0;
  for (let networks = 0; networks < MAX_SAMPLE && address < 2 ** IPV4_BITS; networks += 1) {
    const [entry, prefixLength] = reader.getWithPrefixLength(dotted(address));
    if (typeof entry?.country?.iso_code === 'string') {
      return true;
    }
    address += 2 ** (IPV4_BITS - prefixLength);
  }
  return false;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => (address >>> bits) & 0xff).join('.');
}

/** The reader finds out about what is no database in many ways. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
