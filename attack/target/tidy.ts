import { Attacker } from '../engine/attacker.ts';
import type { World } from './world.ts';

const PAGES = 5;

/** Revokes the keys that the attacks have made: an owner may have only so many. */
export async function tidy(world: World): Promise<void> {
  const { routes, tokenA, keys, target, addresses } = world;
  const path = routes.find((route) => route.method === 'GET' && /^\/v\d+\/api-keys$/.test(route.path))?.path;
  if (path === undefined || keys === undefined) {
    return;
  }
  const attacker = new Attacker(target, addresses);
  const kept = [keys.writer, keys.readOnly];
  let cursor = '';
  for (let page = 0; page < PAGES; page += 1) {
    const list = await attacker.send({
      path: `${path}?limit=100${cursor && `&cursor=${cursor}`}`,
      token: tokenA,
    });
    const open = list.rows().filter(({ id, status }) => status === 'active' && !isKept(String(id), kept));
    await Promise.all(
      open.map(({ id }) => attacker.send({ method: 'DELETE', path: `${path}/${String(id)}`, token: tokenA })),
    );
    const { nextCursor } = list.json();
    if (typeof nextCursor !== 'string') {
      return;
    }
    cursor = nextCursor;
  }
}

/** A key carries its id in its text. */
function isKept(id: string, kept: readonly string[]): boolean {
  return kept.some((key) => key.includes(id));
}
