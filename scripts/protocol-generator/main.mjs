// Writes src/protocol/generated from the schema facts in src/protocol/schemas. Part of `npm run build`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogFile } from './catalog.mjs';
import { apiFile, messageFile } from './files.mjs';
import { coordinatorLayoutsFile, layoutsFile } from './layouts.mjs';
import { coordinatorRecordsFile, metadataRecordsFile } from './record-tables.mjs';
import { loadSchema } from './schema.mjs';
import { wasmFile } from './wasm.mjs';

const schemaDir = fileURLToPath(new URL('../../src/protocol/schemas/', import.meta.url));
const outputDir = fileURLToPath(new URL('../../src/protocol/generated/', import.meta.url));

const schemas = readdirSync(schemaDir)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => loadSchema(JSON.parse(readFileSync(schemaDir + name, 'utf8'))))
  .filter((schema) => schema !== null);

/** @type {Map<string, string>} */
const files = new Map();
const requests = new Map(
  schemas.filter((schema) => schema.type === 'request').map((schema) => [schema.apiKey, schema]),
);
for (const schema of schemas) {
  if (schema.type === 'response') files.set(...apiFile(requests.get(schema.apiKey), schema));
  else if (schema.type !== 'request') files.set(...messageFile(schema));
}
const metadataRecords = schemas.filter((schema) => schema.module === 'metadata' && schema.type === 'metadata');
files.set('metadata-records.ts', metadataRecordsFile(metadataRecords));
const inControlBatches = /^(?:LeaderChangeMessage|Snapshot(?:Header|Footer)Record|KRaftVersionRecord|VotersRecord)$/;
files.set(
  'control-layouts.ts',
  layoutsFile(
    'CONTROL_LAYOUTS',
    schemas.filter(({ name }) => inControlBatches.test(name)),
  ),
);
files.set('metadata-layouts.ts', layoutsFile('METADATA_LAYOUTS', metadataRecords));
const ofConsumers = schemas.filter(({ name }) => /^ConsumerProtocol(?:Assignment|Subscription)$/.test(name));
files.set('consumer-protocol-layouts.ts', layoutsFile('CONSUMER_PROTOCOL_LAYOUTS', ofConsumers));
for (const module of ['group-coordinator', 'transaction-coordinator', 'share-coordinator']) {
  files.set(`${module}-records.ts`, coordinatorRecordsFile(module, schemas));
  files.set(`${module}-layouts.ts`, coordinatorLayoutsFile(module, schemas));
}
files.set('catalog.ts', catalogFile(schemas));
const lz4 = fileURLToPath(new URL('../../src/protocol/compression/lz4-block.wat', import.meta.url));
files.set('lz4-block-wasm.ts', await wasmFile(lz4));

// Only what changed is written, so that an incremental compile stays one.
mkdirSync(outputDir, { recursive: true });
for (const name of readdirSync(outputDir)) if (!files.has(name)) rmSync(outputDir + name);
let written = 0;
for (const [name, text] of files) {
  const old = readIfThere(outputDir + name);
  if (old === text) continue;
  writeFileSync(outputDir + name, text);
  written++;
}
console.log(`${schemas.length} messages in ${files.size} files, ${written} written`);

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}
