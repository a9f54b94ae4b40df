import type { Attack } from '../../engine/attack.ts';
import { disclosedInText } from '../../engine/judgements.ts';
import { statusesIn } from '../../engine/raw-socket.ts';
import { readProbe } from '../../engine/request-attack.ts';
import type { World } from '../../target/world.ts';

/** Bytes that no client library would send. */
export interface RawAttack {
  readonly id: string;
  readonly name: string;
  readonly bytes: (host: string, world: World) => string;
  /** How many of the messages in it are well-formed: more answers than that are a smuggled request. */
  readonly wellFormed?: number;
  /** Whether the first message is good in itself. */
  readonly maySucceed?: boolean;
}

/** What this server does not refuse is its own business, as long as it reads one message and no second one. */
function judge(text: string, { wellFormed = 0, maySucceed = false }: RawAttack): string | undefined {
  const statuses = statusesIn(text);
  if (!maySucceed && statuses.some((status) => status < 400)) {
    return `answered ${statuses.join(', ')}`;
  }
  if (statuses.includes(101)) {
    return 'switched the protocol';
  }
  if (statuses.length > Math.max(wellFormed, 1)) {
    return `a second request was answered (${statuses.join(', ')})`;
  }
  return disclosedInText(text);
}

export function rawAttack(raw: RawAttack): Attack {
  return {
    id: raw.id,
    name: raw.name,
    owasp: 'API8:2023',
    control: readProbe,
    attempt: async (attacker, world) => judge(await attacker.raw(raw.bytes(attacker.host, world)), raw),
  };
}

/** A GET of a caller who is known, byte by byte. */
export function get(
  host: string,
  { tokenA, probePath }: World,
  lines: readonly string[] = [],
  target = probePath,
): string {
  const head = [`Host: ${host}`, `Authorization: Bearer ${tokenA}`, ...lines].join('\r\n');
  return `GET ${target} HTTP/1.1\r\n${head}\r\n\r\n`;
}
