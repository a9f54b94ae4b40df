import { at, times } from './alerts.js';
import { aKeyOf, aPerson, withKey } from './api-keys.js';
import { aCustomer } from './customers.js';
import type { TestApp } from './test-app.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * A working day as it is: people who mistype, programs whose token has just expired, links to what was deleted,
 * a script with a bug that is noticed at once, a crawler. Nothing of it is an attack.
 */
export async function ordinaryDay(app: TestApp): Promise<void> {
  const now = () => ({ iat: app.clock.nowSeconds(), exp: app.clock.nowSeconds() + 600 });
  const person = (sub: string) => aPerson(app, { ...now(), sub });
  const { key } = await aKeyOf(await person('shop-owner'));
  await times(8, async (hour) => {
    for (const sub of ['ada', 'grace', 'edsger']) {
      await morningOf(app, sub, hour);
    }
    await times(30, () => withKey(app, key).get('/v2/customers?limit=1'));
    // A program of three instances goes on with a token until it is told that it has expired.
    const token = await app.issuer.token({
      claims: { ...now(), sub: 'nightly-sync', scope: 'customers:read' },
    });
    const sync = at(app, '198.51.100.30').withToken(token);
    await times(20, () => sync.get('/v2/customers?limit=1'));
    app.clock.advanceSeconds(11 * MINUTE);
    await times(3, () => sync.get('/v2/customers?limit=1'));
    // A crawler that follows old links.
    await times(5, (page) => at(app, '198.51.100.40').get(`/old/page-${page}`));
    app.clock.advanceSeconds(HOUR);
  });
}

/** One person's hour: reads and writes, a few of them wrong. */
async function morningOf(app: TestApp, sub: string, hour: number): Promise<void> {
  const claims = { sub, iat: app.clock.nowSeconds(), exp: app.clock.nowSeconds() + 600 };
  const caller = await aPerson(app, claims);
  const { body } = await caller.post('/v2/customers', aCustomer());
  await times(10, () => caller.get(`/v2/customers/${body.id}`));
  await times(3, () => caller.post('/v2/customers', aCustomer({ email: 'mistyped' })));
  await caller.delete(`/v2/customers/${body.id}`);
  await times(2, () => caller.get(`/v2/customers/${body.id}`));
  await caller.get('/v2/admin/sessions');
  // Pasted without its last character.
  await times(2, () => at(app, '198.51.100.1').withToken(`not-quite-${hour}`).get('/v2/customers'));
}
