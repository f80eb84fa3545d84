import type { MetadataRecord } from '../../../protocol/generated/metadata-records.js';

/** What a cluster begins with as Kafka prints it. */
export function bootstrapText(records: readonly MetadataRecord[], metadataVersionLevel: number): string {
  const list = records.map(({ type, version, value }) => {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    const text = fields.map(([name, field]) => `${name}=${fieldText(field)}`).join(', ');
    return `ApiMessageAndVersion(${type}(${text}) at version ${version})`;
  });
  const level = `metadataVersionLevel=${metadataVersionLevel}`;
  return `BootstrapMetadata(records=[${list.join(', ')}], ${level}, source=format command)`;
}

/** Bytes are signed numbers in Java. */
function fieldText(field: unknown): string {
  if (Buffer.isBuffer(field)) return `[${[...new Int8Array(field)].join(', ')}]`;
  return typeof field === 'string' ? `'${field}'` : String(field);
}
