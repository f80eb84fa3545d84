import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { LogDir, LogDirReplica } from '../../../client/admin/log-dirs.js';
import { keyOf } from '../../../client/topic-partition.js';
import { errorNamed } from '../../../protocol/errors.js';
import { javaJsonString } from '../../format/java-json.js';
import { partitionHash } from '../../format/partition-hash.js';
import { type Column, type Report, type Table, tableOf } from '../../format/report.js';

/** What `--output json` says of a log directory. */
export const LOG_DIR_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A log directory of kafka-log-dirs',
  type: 'object',
  properties: {
    broker: { type: 'integer' },
    logDir: { type: 'string', description: 'The path, as the broker has it.' },
    error: { type: ['string', 'null'], description: 'Why the directory cannot be used; null where it can.' },
    totalBytes: { type: ['integer', 'null'], description: 'Of the volume; null where the broker does not tell.' },
    usableBytes: { type: ['integer', 'null'] },
    isCordoned: { type: 'boolean', description: 'Takes no new replicas.' },
    replicas: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          topic: { type: 'string' },
          partition: { type: 'integer' },
          sizeBytes: { type: 'integer' },
          offsetLag: {
            type: 'integer',
            description: 'By how much it is behind: a future replica the current one, another the high watermark.',
          },
          isFuture: { type: 'boolean', description: 'It is being moved into this directory.' },
        },
        required: ['topic', 'partition', 'sizeBytes', 'offsetLag', 'isFuture'],
        additionalProperties: false,
      },
    },
  },
  required: ['broker', 'logDir', 'error', 'totalBytes', 'usableBytes', 'isCordoned', 'replicas'],
  additionalProperties: false,
} as const;

interface LogDirRow extends Omit<LogDir, 'path'> {
  readonly broker: number;
  readonly logDir: string;
}

/** @param topics that are shown; empty for all */
export function logDirsReport(
  byBroker: ReadonlyMap<number, readonly LogDir[]>,
  topics: ReadonlySet<string>,
): Report<LogDirRow> {
  const rows = inHashOrder([...byBroker.keys()], (id) => id, byBroker.size).flatMap((broker) => {
    const dirs = byBroker.get(broker) as readonly LogDir[];
    return inHashOrder(dirs, ({ path }) => javaHash(path), dirs.length).map(({ path, ...dir }) => ({
      broker,
      logDir: path,
      ...dir,
      replicas: inJavasOrder(dir.replicas, topics),
    }));
  });
  return {
    rows,
    plain: () => `${plainJson([...byBroker.keys()], rows)}\n`,
    tables: () => rows.map(tableOfDir),
    whenEmpty: 'There is no log directory.',
  };
}

/** Java puts them all into one hash table, and those that are shown into another. */
function inJavasOrder(replicas: readonly LogDirReplica[], topics: ReadonlySet<string>): LogDirReplica[] {
  const all = inHashOrder(replicas, partitionHash);
  if (topics.size === 0) return all;
  return inHashOrder(
    all.filter(({ topic }) => topics.has(topic)),
    partitionHash,
  );
}

/** One object on one line, its names in the order that Java's hash tables give them. */
function plainJson(brokers: readonly number[], rows: readonly LogDirRow[]): string {
  const texts = inHashOrder(brokers, (id) => id, brokers.length).map((broker) => {
    const dirs = rows.filter((row) => row.broker === broker).map(dirJson);
    return `{"broker":${broker},"logDirs":[${dirs.join(',')}]}`;
  });
  return `{"brokers":[${texts.join(',')}],"version":1}`;
}

function dirJson({ replicas, error, logDir }: LogDirRow): string {
  const partitions = replicas.map((replica) => {
    const name = javaJsonString(keyOf(replica));
    return `{"partition":${name},"size":${replica.sizeBytes},"offsetLag":${replica.offsetLag},"isFuture":${replica.isFuture}}`;
  });
  const errorClass = error === null ? 'null' : javaJsonString(errorNamed(error).exception);
  return `{"partitions":[${partitions.join(',')}],"error":${errorClass},"logDir":${javaJsonString(logDir)}}`;
}

function tableOfDir(row: LogDirRow): Table {
  const isMoving = row.replicas.some(({ isFuture }) => isFuture);
  const columns: Column<LogDirReplica>[] = [
    { heading: 'Topic', cell: ({ topic }) => topic },
    { heading: 'Partition', cell: ({ partition }) => partition },
    { heading: 'Bytes', cell: ({ sizeBytes }) => sizeBytes },
    { heading: 'Lag', cell: ({ offsetLag }) => offsetLag },
  ];
  if (isMoving) columns.push({ heading: 'Moving in', cell: ({ isFuture }) => (isFuture ? 'yes' : null) });
  const replicas = [...row.replicas].sort(
    (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
  );
  return { ...tableOf(replicas, columns, titleOf(row)), titleTone: row.error === null ? 'heading' : 'bad' };
}

function titleOf(row: LogDirRow): string {
  const facts = [`Broker ${row.broker}: ${row.logDir}`];
  if (row.error !== null) facts.push(errorNamed(row.error).message);
  if (row.isCordoned) facts.push('takes no new replicas');
  if (row.totalBytes !== null && row.usableBytes !== null) {
    facts.push(`${row.usableBytes} of ${row.totalBytes} bytes free`);
  }
  return facts.join(', ');
}
