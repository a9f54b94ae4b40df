import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SWAGGER_UI = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const OWN = fileURLToPath(new URL('assets', import.meta.url));

/** Every file of the page, where it lies, and as what it is sent: no path of a request ever becomes a path of the disk. */
const FILES = {
  'swagger-ui.css': { folder: SWAGGER_UI, type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': { folder: SWAGGER_UI, type: 'text/javascript; charset=utf-8' },
  'docs.css': { folder: OWN, type: 'text/css; charset=utf-8' },
  'docs.js': { folder: OWN, type: 'text/javascript; charset=utf-8' },
} as const;

export type AssetName = keyof typeof FILES;

export const ASSET_NAMES = Object.keys(FILES) as readonly AssetName[];

export const ASSETS_PATH = '/docs/assets';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const read = new Map<AssetName, Asset>();

/** Read once. */
export function assetOf(name: AssetName): Asset {
  const { folder, type } = FILES[name];
  const asset = read.get(name) ?? { type, content: readFileSync(path.join(folder, name)) };
  read.set(name, asset);
  return asset;
}
