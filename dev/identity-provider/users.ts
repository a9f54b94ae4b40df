/** Someone who can log in at the embedded provider. All share one password, see secrets.ts. */
export interface DemoUser {
  readonly name: string;
  /** Opaque and stable: rows and log lines outlive a restart of the provider. */
  readonly subject: string;
  readonly displayName: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  /** The API's scopes that a client may get on this user's behalf; others are not granted. */
  readonly scopes: readonly string[];
}

export const API_SCOPES = [
  'customers:read',
  'customers:write',
  'customers:read_sensitive',
  'api-keys:read',
  'api-keys:write',
] as const;

export const DEMO_USERS: readonly DemoUser[] = [
  {
    name: 'alice',
    subject: '6f0d3c9e-8a51-4b7e-9d3c-1f2a7b64e0a1',
    displayName: 'Alice Archer',
    tenant: 'acme',
    roles: [],
    scopes: ['customers:read', 'customers:write', 'api-keys:read', 'api-keys:write'],
  },
  {
    name: 'bob',
    subject: 'b3a9e2d4-57c8-4e16-8f0b-92d5c7a1f6b2',
    displayName: 'Bob Baker',
    tenant: 'globex',
    roles: [],
    scopes: ['customers:read'],
  },
  {
    name: 'carol',
    subject: 'd81c5f70-2e94-4a3d-b6c7-40e9f8b3a5c3',
    displayName: 'Carol Carter',
    tenant: 'acme',
    roles: ['administrator'],
    scopes: [...API_SCOPES],
  },
];

export function findUserByName(name: string): DemoUser | undefined {
  return DEMO_USERS.find((user) => user.name === name);
}

export function findUserBySubject(subject: string): DemoUser | undefined {
  return DEMO_USERS.find((user) => user.subject === subject);
}
