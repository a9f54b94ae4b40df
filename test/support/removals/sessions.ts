import { LogInCookies, type PendingLogIn } from '../../../src/auth/log-in/log-in-cookies.js';
import { hashOf } from '../../../src/auth/sessions/session-cookie.js';
import { SessionsRepository, type NewSession } from '../../../src/auth/sessions/sessions.repository.js';
import { FieldCipher } from '../../../src/database/encryption/field-cipher.js';
import { TenantDatabase } from '../../../src/database/tenancy/tenant-database.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { DerivedKeys } from '../../../src/platform/crypto/derived-keys.js';
import type { Removal } from './removal.js';

/** Remembers log-ins on the server, by state alone: whoever brings the answer is logged in. */
class UnboundLogIns extends LogInCookies {
  private readonly pending = new Map<string, PendingLogIn>();

  override begin(logIn: PendingLogIn): string[] {
    this.pending.set(logIn.state, logIn);
    return [];
  }

  override find(state: string): PendingLogIn | undefined {
    return this.pending.get(state);
  }
}

/** Takes the secret that a browser had before. */
class FixedSecrets extends SessionsRepository {
  override insert(session: NewSession): Promise<void> {
    return super.insert({ ...session, secretHash: hashOf('A'.repeat(43)) });
  }
}

class UncoordinatedRenewals extends SessionsRepository {
  override claimRenewal(): Promise<Date> {
    return Promise.resolve(new Date(0));
  }
}

const withRepository = (Repository: typeof SessionsRepository): Removal => ({
  override(builder) {
    builder.overrideProvider(SessionsRepository).useFactory({
      inject: [TenantDatabase, FieldCipher],
      factory: (database: TenantDatabase, cipher: FieldCipher) => new Repository(database, cipher),
    });
  },
});

/** Defences of browser sessions and how each is taken out. */
export const sessionRemovals = {
  'log-in binding': {
    override(builder) {
      builder.overrideProvider(LogInCookies).useFactory({
        inject: [Clock, DerivedKeys],
        factory: (clock: Clock, keys: DerivedKeys) => new UnboundLogIns(clock, keys),
      });
    },
  },
  'new session secret': withRepository(FixedSecrets),
  'one renewal': withRepository(UncoordinatedRenewals),
} as const satisfies Record<string, Removal>;
