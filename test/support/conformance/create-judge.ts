import { createRequire } from 'node:module';
import type { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import type { Document } from '../../../src/api-docs/open-api.js';
import type { Judge } from './answer-faults.js';

const require = createRequire(import.meta.url);
const { Ajv2020 } = require('ajv/dist/2020.js') as { Ajv2020: typeof Ajv };
const addFormats = require('ajv-formats') as (ajv: Ajv) => void;

/** Makes a document ready to judge answers by it. */
export function createJudge(document: Document): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat('idn-email', /^.+@[^@\s]+$/u);
  ajv.addSchema(closed(document), 'document');
  return { document, ajv, validators: new Map() };
}

/** An answer may have new fields, of which clients are told; a test wants to know of each. */
function closed(document: Document): object {
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => [
    name,
    'properties' in schema ? { ...schema, additionalProperties: false } : schema,
  ]);
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } };
}
