import { Injectable } from '@nestjs/common';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { RateLimitConfig } from '../../rate-limit/rate-limit.config.js';
import { isOver, type ApiKey } from '../api-key.js';
import { ApiKeysConfig } from '../api-keys.config.js';
import { apiKeysErrors, beyondCaller } from '../api-keys.errors.js';
import { ApiKeysRepository, type KeyChanges } from '../api-keys.repository.js';
import { KeyCache } from '../authentication/key-cache.js';
import { newSecret, writeKey } from '../secret/api-key-text.js';
import { hashSecret } from '../secret/key-hash.js';
import { ApiKeyCursor } from './api-key-cursor.js';
import { DAY_MILLISECONDS, draftKey, invalidBody, type NewKey } from './draft-key.js';
import { isAdministrator, maySee, privilegesOf, type KeyCaller } from './key-caller.js';
import { excessOf, type Privileges, type WantedPrivileges } from './privileges.js';

/** A key together with its text, which is known this once and never again. */
export interface IssuedKey {
  readonly key: ApiKey;
  readonly text: string;
}

export interface KeyPage {
  readonly keys: readonly ApiKey[];
  readonly nextCursor: string | null;
}

/** The life of keys, from their making to their end. */
@Injectable()
export class ApiKeysService {
  private readonly planNames: ReadonlySet<string>;

  constructor(
    private readonly config: ApiKeysConfig,
    rateLimits: RateLimitConfig,
    private readonly repository: ApiKeysRepository,
    private readonly cache: KeyCache,
    private readonly cursor: ApiKeyCursor,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {
    this.planNames = new Set(rateLimits.plans.entries.map(([name]) => name));
  }

  async create(caller: KeyCaller, wanted: NewKey): Promise<IssuedKey> {
    await this.assertStands(caller);
    const own = privilegesOf(caller, this.config.defaultRatePlan);
    const now = this.now();
    this.assertPlan(wanted.ratePlan);
    const key = draftKey(caller, wanted, { own, config: this.config, now });
    assertWithin(key, own);
    const secret = newSecret();
    const stored = { ...key, current: hashSecret(key.id, secret, this.config.peppers) };
    const insertion = await this.repository.insert(stored, { maxUsable: this.config.maxKeysPerOwner, now });
    if (insertion !== 'stored') {
      throw new AppError(insertion === 'too_many' ? apiKeysErrors.tooMany : apiKeysErrors.over);
    }
    const { id: keyId, owner, scopes } = key;
    this.events.write('authn_token_created', { keyId, owner, scopes }, caller.request);
    return { key: stored, text: this.textOf(keyId, secret) };
  }

  async list(caller: KeyCaller, limit: number, cursor: string | undefined): Promise<KeyPage> {
    const { tenantId, subject } = caller.principal;
    const ofPerson = isAdministrator(caller) ? {} : { owner: subject };
    const filter = caller.apiKey ? { parentId: caller.apiKey.id } : ofPerson;
    const after = cursor === undefined ? undefined : this.cursor.read(cursor, tenantId, filter);
    const keys = await this.repository.list(tenantId, filter, limit + 1, after);
    const page = keys.slice(0, limit);
    const last = keys.length > limit ? page.at(-1) : undefined;
    return { keys: page, nextCursor: last ? this.cursor.write(last, tenantId, filter) : null };
  }

  /** @throws AppError (404) also for a key that exists and is none of the caller's business */
  async get(caller: KeyCaller, id: string): Promise<ApiKey> {
    const key = await this.repository.find(caller.principal.tenantId, id);
    if (!key || !maySee(caller, key)) {
      throw new AppError(apiKeysErrors.notFound);
    }
    return key;
  }

  async change(caller: KeyCaller, id: string, changes: KeyChanges): Promise<ApiKey> {
    await this.assertStands(caller);
    const key = await this.get(caller, id);
    const changed = Object.keys(changes);
    if (changed.length === 0) {
      return key;
    }
    this.assertPlan(changes.ratePlan);
    // Only what changes is compared: a name may be changed by whoever may see the key.
    const own = privilegesOf(caller, this.config.defaultRatePlan);
    const excess = excessOf({ ...key, ...changes }, own).filter((part) => part in changes);
    if (excess.length > 0) {
      throw beyondCaller(excess);
    }
    await this.repository.change(key.tenantId, id, changes);
    await this.cache.announceChange(id);
    this.events.write('authn_token_changed', { keyId: id, changed }, caller.request);
    return this.get(caller, id);
  }

  /**
   * Gives a key a new secret, good at once. The old one stays good for the grace period and never
   * beyond its own end; the one before that is over.
   */
  async rotate(caller: KeyCaller, id: string, graceSeconds: number): Promise<IssuedKey> {
    await this.assertStands(caller);
    const key = await this.get(caller, id);
    const now = this.now();
    if (isOver(key, now)) {
      throw new AppError(apiKeysErrors.over);
    }
    this.assertMayHold(caller, key);
    if (caller.apiKey?.id === id && !isSameRotation(caller.apiKey, key)) {
      throw new AppError(apiKeysErrors.superseded);
    }
    const expiresAt = await this.nextExpiry(key, now);
    const secret = newSecret();
    const graceEnd = new Date(now.getTime() + graceSeconds * 1000);
    const previousExpiresAt = graceEnd < key.expiresAt ? graceEnd : key.expiresAt;
    const rotation = {
      next: hashSecret(id, secret, this.config.peppers),
      expiresAt,
      previousExpiresAt: graceSeconds === 0 ? null : previousExpiresAt,
      now,
    };
    if (!(await this.repository.rotate(key, rotation))) {
      throw new AppError(apiKeysErrors.changedMeanwhile);
    }
    await this.cache.announceChange(id);
    const previous = rotation.previousExpiresAt && { ...key.current, expiresAt: rotation.previousExpiresAt };
    const oldSecretUntil = rotation.previousExpiresAt?.toISOString() ?? null;
    this.events.write('authn_token_rotated', { keyId: id, owner: key.owner, oldSecretUntil }, caller.request);
    // From what was written: to read it again could fail, and the secret would be lost.
    return { key: { ...key, expiresAt, rotatedAt: now, previous }, text: this.textOf(id, secret) };
  }

  /** Ends a key, and every key that was made with it. Doing it twice is no fault. */
  async revoke(caller: KeyCaller, id: string): Promise<void> {
    await this.assertStands(caller);
    const { tenantId } = await this.get(caller, id);
    await this.end(tenantId, id, caller);
  }

  /**
   * The earlier secret works until its clients have the new one; whoever kept a copy manages nothing
   * with it. Asked of the database: what is remembered of a key may be a moment old.
   */
  private async assertStands({ apiKey }: KeyCaller): Promise<void> {
    if (!apiKey) {
      return;
    }
    const stored = await this.repository.find(apiKey.tenantId, apiKey.id);
    if (!stored || isOver(stored, this.now())) {
      throw new AppError(apiKeysErrors.over);
    }
    if (apiKey.isSuperseded || !isSameRotation(apiKey, stored)) {
      throw new AppError(apiKeysErrors.superseded);
    }
  }

  private async end(tenantId: string, id: string, { request }: KeyCaller): Promise<void> {
    const { all, revoked } = await this.repository.revoke(tenantId, id, this.now());
    // All of them, also when somebody else was first: their announcement may not have come through.
    await Promise.all(all.map((keyId) => this.cache.announceChange(keyId)));
    for (const keyId of revoked) {
      this.events.write('authn_token_revoked', { keyId }, request);
    }
  }

  /** A rotation hands out a secret: to nobody who could not have made the key. */
  private assertMayHold(caller: KeyCaller, key: ApiKey): void {
    if (caller.apiKey?.id === key.id) {
      return;
    }
    if (key.owner !== caller.principal.subject) {
      throw beyondCaller(['owner']);
    }
    const own = privilegesOf(caller, this.config.defaultRatePlan);
    // An administrator may have chosen its plan, and its end is set anew.
    assertWithin(key, { ...own, ratePlan: null, expiresAt: null });
  }

  /** As long again as the key was made for; what a key has made does not outlive it. */
  private async nextExpiry({ tenantId, parentId, lifetimeDays }: ApiKey, now: Date): Promise<Date> {
    const days = Math.min(lifetimeDays, this.config.maxLifetimeDays);
    const expiresAt = new Date(now.getTime() + days * DAY_MILLISECONDS);
    const parent = parentId === null ? null : await this.repository.find(tenantId, parentId);
    if (parent && isOver(parent, now)) {
      throw new AppError(apiKeysErrors.over);
    }
    return parent && parent.expiresAt < expiresAt ? parent.expiresAt : expiresAt;
  }

  private assertPlan(ratePlan: string | undefined): void {
    if (ratePlan !== undefined && !this.planNames.has(ratePlan)) {
      throw invalidBody('ratePlan', `ratePlan must be one of ${[...this.planNames].join(', ')}`);
    }
  }

  private textOf(id: string, secret: string): string {
    return writeKey({ environment: this.config.environment, id, secret });
  }

  private now(): Date {
    return new Date(this.clock.nowMilliseconds());
  }
}

function assertWithin(wanted: WantedPrivileges, own: Privileges): void {
  const excess = excessOf(wanted, own);
  if (excess.length > 0) {
    throw beyondCaller(excess);
  }
}

/** Whether nobody has rotated the key in between. Its hash is no sign: that changes with the pepper, too. */
function isSameRotation(one: ApiKey, other: ApiKey): boolean {
  return one.rotatedAt?.getTime() === other.rotatedAt?.getTime();
}
