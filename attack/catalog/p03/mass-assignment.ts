import type { Attack } from '../../engine/attack.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import { Controls } from '../../routes/controls.ts';
import type { ApiRoute } from '../../routes/documents.ts';
import { entitledTo, requestFor } from '../../routes/requests.ts';
import { abilitiesFor, slug } from '../../routes/route-facts.ts';
import type { World } from '../../target/world.ts';

/* Members that no document declares, beside those that it does. */

const ID = '00000000-0000-7000-8000-000000000000';

/** As JSON, since an object of JavaScript would take `__proto__` for itself. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  identity: [
    `"id":"${ID}"`,
    `"_id":"${ID}"`,
    '"tenantId":"globex"',
    '"tenant":"globex"',
    '"tenant_id":"globex"',
  ],
  rights: [
    '"roles":["administrator"]',
    '"role":"administrator"',
    '"isAdmin":true',
    '"admin":true',
    '"owner":"x"',
  ],
  history: [
    '"createdAt":"2000-01-01T00:00:00.000Z"',
    '"updatedAt":"2000-01-01T00:00:00.000Z"',
    '"version":99',
  ],
  prototype: [
    '"__proto__":{"isAdmin":true}',
    '"constructor":{"prototype":{"isAdmin":true}}',
    '"prototype":{"isAdmin":true}',
    String.raw`"\u005f_proto__":{"isAdmin":true}`,
  ],
};

export function massAssignments({ routes }: World): Attack[] {
  const controls = new Controls();
  return routes
    .filter(({ body }) => body !== undefined)
    .flatMap((route) =>
      Object.entries(KINDS).map(([kind, members]) => attackOn(route, kind, members, controls)),
    );
}

function attackOn(route: ApiRoute, kind: string, members: readonly string[], controls: Controls): Attack {
  return {
    id: `P3.1-mass-assignment-${kind}-${slug(route)}`,
    name: `Undeclared members (${kind}) in the body of ${route.method} ${route.path}.`,
    owasp: 'API3:2023',
    needs: abilitiesFor(route),
    control: controls.of(route),
    attempt: async (attacker, world) => {
      const request = await requestFor(route, attacker, world);
      const entitled = await entitledTo(route, attacker, world);
      const { json, headers, ...rest } = request;
      for (const member of members.filter((text) => !isDeclared(route, text))) {
        const answer = await attacker.send({
          ...entitled,
          ...rest,
          headers: { ...entitled.headers, ...headers, 'content-type': 'application/json' },
          body: withMember(json as object, member),
        });
        if (answer.isSuccess) {
          return `${member} was accepted`;
        }
        if (answer.status !== 400 && answer.status !== 422) {
          throw new Inconclusive(`${member} was refused with ${answer.status}`);
        }
      }
      return undefined;
    },
  };
}

function isDeclared({ body }: ApiRoute, member: string): boolean {
  return Object.hasOwn(body?.properties ?? {}, /^"(\w+)"/.exec(member)?.[1] ?? '');
}

function withMember(json: object, member: string): string {
  const text = JSON.stringify(json);
  return text === '{}' ? `{${member}}` : `${text.slice(0, -1)},${member}}`;
}
