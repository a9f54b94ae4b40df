import { logIn } from '../../dev/log-in.ts';
import type { Attacker } from '../engine/attacker.ts';
import { StartFailure } from '../../dev/start-failure.ts';

export interface BrowserSession {
  readonly cookie: string;
  readonly csrfToken: string;
  readonly subject: string;
}

/** Logs a demo user in at the API the way a browser does, redirect by redirect. */
export async function openSession(
  attacker: Attacker,
  { name, password, origin }: { name: string; password: string; origin: string },
): Promise<BrowserSession> {
  attacker.move();
  const begin = await attacker.send({ path: '/auth/login', headers: { 'sec-fetch-mode': 'navigate' } });
  const location = begin.header('location');
  if (location === '') {
    throw new StartFailure(`The log-in of ${name} did not begin (status ${begin.status}).`);
  }
  const redirectUri = `${origin}/auth/callback`;
  const callback = await logIn(new URL(location), { name, password, redirectUri });
  const done = await attacker.send({
    path: `${callback.pathname}${callback.search}`,
    cookie: cookiesOf(begin.headers['set-cookie']),
  });
  const cookie = cookiesOf(done.headers['set-cookie']?.filter((line) => !/Max-Age=0/i.test(line)));
  const session = (await attacker.send({ path: '/auth/session', cookie })).json();
  return { cookie, csrfToken: String(session['csrfToken']), subject: String(session['subject']) };
}

function cookiesOf(lines: readonly string[] = []): string {
  return lines.map((line) => line.split(';')[0] ?? '').join('; ');
}
