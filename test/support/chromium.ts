import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Without them Chromium calls its maker at every start; a sandbox inside a container needs rights that tests lack. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = CANDIDATES.find((candidate) => existsSync(candidate));

/** Whether this machine has a browser; with CI=true it must. */
export const hasChromium = executablePath !== undefined || process.env['CI'] === 'true';

export function startChromium(): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error('chromium is missing, and with CI=true no test is left out');
  }
  return chromium.launch({ executablePath, args: FLAGS });
}
