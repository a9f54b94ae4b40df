import type { Attack } from '../../engine/attack.ts';
import { unlessRefused } from '../../engine/judgements.ts';
import { sessionHeaders } from '../../routes/requests.ts';
import { insideOf } from '../../target/world.ts';

/* Log-ins and sessions of somebody else. */

type Misuse = Pick<Attack, 'id' | 'name' | 'attempt'>;

const MISUSES: readonly Misuse[] = [
  {
    id: 'P1.2-log-in-of-another',
    name: 'A link logs a victim in as the attacker (log-in CSRF).',
    attempt: async (attacker) => {
      const begin = await attacker.send({ path: '/auth/login' });
      const state = new URL(begin.header('location')).searchParams.get('state') ?? '';
      const path = `/auth/callback?code=attack&state=${encodeURIComponent(state)}`;
      const { headers } = await attacker.send({ path });
      return headers['set-cookie']?.some((line) => /session=[^;]/.test(line)) ? 'a session began' : undefined;
    },
  },
  {
    id: 'P1.2-session-fixation',
    name: 'A session that was planted before the log-in is the person’s afterwards.',
    attempt: async (attacker, world) => {
      const planted = `__Host-session=${'B'.repeat(43)}`;
      const { cookie } = await insideOf(world).openSession(attacker, 'alice');
      const after = await attacker.send({ path: '/auth/session', cookie: planted });
      return cookie === planted || after.isSuccess ? 'it is' : undefined;
    },
  },
  {
    id: 'P1.2-session-after-log-out',
    name: 'A copied cookie is used after the log-out.',
    attempt: async (attacker, world) => {
      const { cookie, csrfToken } = await insideOf(world).openSession(attacker, 'alice');
      const headers = sessionHeaders(csrfToken, insideOf(world).ownOrigin);
      await attacker.send({ method: 'POST', path: '/auth/logout', cookie, headers });
      return unlessRefused(await attacker.send({ path: '/auth/session', cookie }), [401]);
    },
  },
  {
    id: 'P1.2-token-to-browser',
    name: 'A browser finds a token in what the API answers to its session.',
    attempt: async (attacker, world) => {
      const { cookie } = insideOf(world).session;
      const paths = ['/auth/session', '/auth/sessions', '/auth/login', world.probePath];
      const answers = await Promise.all(paths.map((path) => attacker.send({ path, cookie })));
      const text = answers.map((answer) => answer.text + JSON.stringify(answer.headers)).join(' ');
      return /eyJ[\w-]+\.eyJ|access_token|refresh_token/.test(text) ? 'it does' : undefined;
    },
  },
  {
    id: 'P1.2-cookie-flags',
    name: 'A script, another site or plaintext gets the session cookie.',
    attempt: async (attacker) => {
      const { headers } = await attacker.send({ path: '/auth/login' });
      const lax = headers['set-cookie']?.find(
        (line) => !/^__Host-.*; Path=\/; Secure; HttpOnly; SameSite=(Lax|Strict)/i.test(line),
      );
      return lax === undefined ? undefined : `a cookie is set without them`;
    },
  },
];

export const LOG_IN_ATTACKS: readonly Attack[] = MISUSES.map((misuse) => ({
  ...misuse,
  owasp: 'API2:2023',
  needs: ['sessions'],
  control: (attacker, world) =>
    attacker.send({ path: '/auth/session', cookie: insideOf(world).session.cookie }),
}));
