import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowserApp, type BrowserApp } from '../../dev/browser-app/browser-app.ts';
import { WEB_CLIENT } from '../../dev/identity-provider/clients.ts';
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../dev/identity-provider/identity-provider.ts';
import { ensureSecrets, type Secrets } from '../../dev/secrets.ts';
import { AUDIENCE } from '../../dev/settings.ts';
import type { Environment } from '../../src/platform/config/configuration.js';
import { CrossOriginModule } from './cross-origin-routes.js';
import { startChromium } from './chromium.js';
import { DevMachine } from './dev-start.js';
import { startHostilePages, type HostilePages } from './hostile-pages.js';
import type { Removal } from './removals/removal.js';
import { RunningClock } from './test-clock.js';
import { createTestApp, type TestApp } from './test-app.js';

const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Everything of a log-in as it is in the world: the API, an identity provider and a browser application
 * on names of their own, and Chromium, which resolves every name below `localhost` to this machine.
 */
export class BrowserWorld {
  private constructor(
    readonly app: TestApp,
    readonly apiOrigin: string,
    readonly appOrigin: string,
    private readonly hostilePages: HostilePages,
    private readonly machine: DevMachine,
    private readonly secrets: Secrets,
    private readonly provider: IdentityProvider,
    private readonly browserApp: BrowserApp,
    private readonly chromium: Browser,
    private readonly environment: Environment,
  ) {}

  /** @param changes variables beside, or instead of, the ordinary ones */
  static async start(changes: Environment = {}): Promise<BrowserWorld> {
    const machine = await DevMachine.make();
    const [apiPort, providerPort, , appPort] = machine.ports;
    const secrets = await ensureSecrets(machine.folder);
    const apiOrigin = `http://api.demo.localhost:${apiPort}`;
    const appOrigin = `http://app.demo.localhost:${appPort}`;
    const provider = await startIdentityProvider({
      port: providerPort,
      audience: AUDIENCE,
      webOrigin: apiOrigin,
      appUrl: `${appOrigin}/`,
      secrets,
    });
    const environment = {
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: AUDIENCE,
      SESSION_CLIENT_ID: WEB_CLIENT,
      SESSION_CLIENT_SECRET: secrets.demoWebSecret,
      SESSION_PUBLIC_ORIGIN: apiOrigin,
      SESSION_SCOPES: 'openid,customers:read,customers:write',
      SESSION_RETURN_URLS: `${appOrigin}/`,
      CORS_ALLOWED_ORIGINS: appOrigin,
      RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
      ...changes,
    };
    const app = await createTestApp({
      environment,
      modules: [CrossOriginModule],
      port: apiPort,
      clock: new RunningClock(),
    });
    const browserApp = await startBrowserApp({ port: appPort, apiOrigin });
    const chromium = await startChromium();
    return new BrowserWorld(
      app,
      apiOrigin,
      appOrigin,
      await startHostilePages(),
      machine,
      secrets,
      provider,
      browserApp,
      chromium,
      environment,
    );
  }

  /** The same application without one defence, at another port; cookies know no port. */
  async without(removal: Removal): Promise<{ origin: string; stop(): Promise<void> }> {
    const { environment, app } = this;
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      environment,
      removal,
      modules: [CrossOriginModule],
    });
    const origin = open.url.replace('127.0.0.1', 'api.demo.localhost');
    return { origin, stop: () => open.stop() };
  }

  /** A page of somebody else, under that name. */
  hostilePageAt(host: string): string {
    return `http://${host}:${this.hostilePages.port}/`;
  }

  async newContext(): Promise<BrowserContext> {
    const context = await this.chromium.newContext();
    context.setDefaultTimeout(TIMEOUT_MILLISECONDS);
    return context;
  }

  /** Logs in through the pages, as a person does. */
  async logIn(page: Page, name: string): Promise<void> {
    await page.goto(this.appOrigin);
    await page.click('#log-in');
    await this.fillIn(page, name);
    await page.waitForSelector('#person:not([hidden])');
  }

  /** On the page of the provider. */
  async fillIn(page: Page, name: string): Promise<void> {
    await page.fill('input[name=name]', name);
    await page.fill('input[name=password]', this.secrets.demoUserPassword);
    await page.click('button');
  }

  async stop(): Promise<void> {
    await this.chromium.close();
    await this.browserApp.stop();
    await this.hostilePages.stop();
    await this.app.stop();
    await this.provider.stop();
    await this.machine.remove();
  }
}
