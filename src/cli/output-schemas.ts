type Module = Readonly<Record<string, unknown>>;

/** Where the JSON Schemas of each tool's `--output json` are: whatever the file exports as `..._SCHEMA`. */
const FILES: Readonly<Record<string, () => Promise<Module>>> = {
  'connect-plugin-path': () => import('./tools/connect-plugin-path.js'),
  'kafka-acls': () => import('./tools/acls/report.js'),
  'kafka-broker-api-versions': () => import('./tools/broker-api-versions.js'),
  'kafka-client-metrics': () => import('./tools/client-metrics.js'),
  'kafka-cluster': () => import('./tools/cluster.js'),
  'kafka-configs': () => import('./tools/configs/schemas.js'),
  'kafka-console-consumer': () => import('./tools/console-consumer/record-rows.js'),
  'kafka-console-share-consumer': () => import('./tools/console-consumer/record-rows.js'),
  'kafka-consumer-groups': () => import('./tools/consumer-groups/schemas.js'),
  'kafka-delete-records': () => import('./tools/delete-records.js'),
  'kafka-doctor': () => import('./tools/doctor/findings.js'),
  'kafka-features': () => import('./tools/features/schemas.js'),
  'kafka-get-offsets': () => import('./tools/get-offsets.js'),
  'kafka-groups': () => import('./tools/groups.js'),
  'kafka-leader-election': () => import('./tools/leader-election/report.js'),
  'kafka-log-dirs': () => import('./tools/log-dirs.js'),
  'kafka-metadata-quorum': () => import('./tools/metadata-quorum/schemas.js'),
  'kafka-reassign-partitions': () => import('./tools/reassign-partitions/schemas.js'),
  'kafka-storage': () => import('./tools/storage/info.js'),
  'kafka-topics': () => import('./tools/topics/schemas.js'),
  'kafka-transactions': () => import('./tools/transactions.js'),
};

/** A JSON Schema, of which at least the title is told. */
export interface OutputSchema {
  readonly title: string;
}

/** The schemas of the rows that tools write as JSON, by tool and by the name of the constant. */
export async function outputSchemas(): Promise<Map<string, Map<string, OutputSchema>>> {
  const schemas = new Map<string, Map<string, OutputSchema>>();
  for (const [tool, load] of Object.entries(FILES)) {
    const exported = Object.entries(await load()).filter(([name]) => name.endsWith('_SCHEMA'));
    schemas.set(tool, new Map(exported as [string, OutputSchema][]));
  }
  return schemas;
}
