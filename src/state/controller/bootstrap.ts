import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { CONFIG_BROKER } from '../metadata/config-resource.js';
import { configRecord } from '../metadata/new-records.js';

/**
 * The first records of a cluster, as one metadata transaction: what was chosen when its storage was formatted, and the
 * cluster-wide min.insync.replicas that eligible leader replicas need (KIP-966).
 */
export function bootstrapRecords(formatted: readonly MetadataRecord[], minInsyncReplicas: number): MetadataRecord[] {
  const elr = formatted.some(
    (record) =>
      record.type === 'FeatureLevelRecord' &&
      record.value.name === 'eligible.leader.replicas.version' &&
      record.value.featureLevel > 0,
  );
  return [
    { type: 'BeginTransactionRecord', version: 0, value: { name: 'Bootstrap records' } },
    ...formatted,
    ...(elr ? [configRecord(CONFIG_BROKER, '', 'min.insync.replicas', String(minInsyncReplicas))] : []),
    { type: 'EndTransactionRecord', version: 0, value: {} },
  ];
}
