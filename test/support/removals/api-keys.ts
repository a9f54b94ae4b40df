import { AuthorizationGuard } from '../../../src/auth/access/authorization.guard.js';
import { ApiKeysRepository } from '../../../src/api-keys/api-keys.repository.js';
import { KeyCache } from '../../../src/api-keys/authentication/key-cache.js';
import { ApiKeysService } from '../../../src/api-keys/management/api-keys.service.js';
import { TenantDatabase } from '../../../src/database/tenancy/tenant-database.js';
import { replace, type Removal } from './removal.js';

/** Rotates as if there were no earlier secret. */
class AbruptRotations extends ApiKeysRepository {
  override rotate(...[key, rotation]: Parameters<ApiKeysRepository['rotate']>): Promise<boolean> {
    return super.rotate(key, { ...rotation, previousExpiresAt: null });
  }
}

/** Defences of API keys and how each is taken out. */
export const apiKeyRemovals = {
  'grace period': {
    override(builder) {
      builder.overrideProvider(ApiKeysRepository).useFactory({
        inject: [TenantDatabase],
        factory: (database: TenantDatabase) => new AbruptRotations(database),
      });
    },
  },
  'read-only keys': { override: replace(AuthorizationGuard, { canActivate: () => true }) },
} as const satisfies Record<string, Removal>;

/** What a running application is made to do without, since its parts are made by Nest. */
export function forgetAnnouncements(cache: KeyCache): void {
  cache.announceChange = () => Promise.resolve();
}

/** Lets everybody make keys with whatever scopes. */
export function grantEverything(service: ApiKeysService): void {
  const create = service.create.bind(service);
  service.create = (caller, wanted) => {
    const principal = {
      ...caller.principal,
      scopes: new Set([...caller.principal.scopes, ...wanted.scopes]),
    };
    return create({ ...caller, principal }, wanted);
  };
}
