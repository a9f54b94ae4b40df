import type { Ability } from '../engine/attack.ts';
import type { Attacker } from '../engine/attacker.ts';
import type { BrowserSession } from './browser-session.ts';
import type { ApiRoute } from '../routes/documents.ts';
import type { Resource } from '../routes/resource.ts';
import type { Known } from '../routes/samples.ts';
import type { Signer } from './signer.ts';
import type { SourceAddresses } from './source-addresses.ts';

/** Keys that a caller of tenant A has made for the attacks. */
export interface Keys {
  /** May read and write the resource. */
  readonly writer: string;
  readonly readOnly: string;
}

/** What only a system gives whose identity provider is ours. */
export interface Inside {
  readonly signer: Signer;
  readonly administrator: string;
  /** A token of tenant A that may only read, and one without any scope. */
  readonly reader: string;
  readonly powerless: string;
  readonly idToken: string;
  readonly refreshToken: string;
  readonly openSession: (attacker: Attacker, name: string) => Promise<BrowserSession>;
  readonly session: BrowserSession;
  /** Everything that the API has logged so far, where it can be read. */
  readonly readLog: (() => Promise<string>) | undefined;
  /** The page that may call, and the API as browsers see it. */
  readonly allowedOrigin: string;
  readonly ownOrigin: string;
}

/** The target, and everything that attacks know of it. */
export interface World {
  readonly target: URL;
  readonly addresses: SourceAddresses;
  readonly abilities: ReadonlySet<Ability>;
  /** Bearer tokens of two tenants; that of A may write, where there is such a thing. */
  readonly tokenA: string;
  readonly tokenB: string;
  readonly routes: readonly ApiRoute[];
  /** A list that A may read: what most attacks ask for. */
  readonly probePath: string;
  readonly resource: Resource | undefined;
  /** For samples: a scope that A has, and who A is. */
  readonly known: Known;
  readonly keys: Keys | undefined;
  readonly inside: Inside | undefined;
}

/** @throws when an attack uses what it has not said that it needs */
export function insideOf({ inside }: World): Inside {
  return needed(inside, 'the inside of the target');
}

export function resourceOf({ resource }: World): Resource {
  return needed(resource, 'a resource');
}

export function keysOf({ keys }: World): Keys {
  return needed(keys, 'API keys');
}

/** Everything that the API has logged so far. */
export function logOf(world: World): Promise<string> {
  return needed(insideOf(world).readLog, 'the log')();
}

function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new Error(`the attack needs ${what} without saying so`);
  }
  return value;
}
