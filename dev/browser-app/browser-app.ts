import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { closeServers, listenOnLoopback } from '../loopback-servers.ts';

export interface BrowserAppOptions {
  readonly port: number;
  /** Where the API is, as browsers see it. */
  readonly apiOrigin: string;
}

export interface BrowserApp {
  stop(): Promise<void>;
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['page.html', 'text/html'],
  '/page.js': ['page.js', 'text/javascript'],
  '/page.css': ['page.css', 'text/css'],
};

/**
 * A single-page application on an origin of its own, as a team would build one: it logs people in
 * by the API's sessions and holds no token. Three files and no build.
 */
export async function startBrowserApp({ port, apiOrigin }: BrowserAppOptions): Promise<BrowserApp> {
  const place = { port, owner: 'the browser application', variable: 'DEV_BROWSER_APP_PORT' };
  const servers = await listenOnLoopback(place, (request, response) => {
    answer(request, response, apiOrigin).catch(() => response.destroy());
  });
  return { stop: () => closeServers(servers) };
}

async function answer(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  apiOrigin: string,
): Promise<void> {
  const pathname = URL.parse(url, 'http://localhost')?.pathname ?? '';
  if (pathname === '/settings.js') {
    response.writeHead(200, headers('text/javascript', apiOrigin));
    response.end(`export const API = ${JSON.stringify(apiOrigin)};\n`);
    return;
  }
  const [file, type] = FILES[pathname] ?? [];
  if (file === undefined || type === undefined) {
    response.writeHead(404, headers('text/plain', apiOrigin)).end();
    return;
  }
  const content = await readFile(path.join(import.meta.dirname, file));
  response.writeHead(200, headers(type, apiOrigin)).end(content);
}

/** Nothing but its own three files, and calls to the API. */
function headers(type: string, apiOrigin: string): Record<string, string> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${apiOrigin}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}
