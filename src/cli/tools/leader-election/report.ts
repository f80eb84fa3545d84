import { inHashOrder } from '../../../base/java-hash-order.js';
import type { ElectionType } from '../../../client/admin/elections.js';
import type { Result } from '../../../client/fan-out.js';
import { keyOf, type OfPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { javaText } from '../../format/java-error.js';
import { partitionHash } from '../../format/partition-hash.js';
import { type Report, tableOf } from '../../format/report.js';

/** What `--output json` says of a partition. */
export const ELECTION_SCHEMA = {
  title: 'kafka-leader-election',
  type: 'object',
  required: ['topic', 'partition', 'result', 'error'],
  additionalProperties: false,
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    result: { enum: ['elected', 'not needed', 'failed'] },
    error: { type: ['string', 'null'], description: 'why there was no election; null where none was needed' },
  },
} as const;

interface ElectionRow {
  readonly topic: string;
  readonly partition: number;
  readonly result: 'elected' | 'not needed' | 'failed';
  readonly error: string | null;
}

type Election = OfPartition<Result<true>>;

/** What became of the elections, in the order of Java's hash tables. */
export function electionReport(type: ElectionType, elections: readonly Election[]): Report<ElectionRow> {
  const all = inHashOrder(elections, partitionHash);
  const rows = all.map(rowOf);
  return {
    rows,
    plain: () => plainText(type, all),
    tables: () => [
      tableOf(rows, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        {
          heading: 'Result',
          cell: ({ result }) => result,
          tone: ({ result }) => (result === 'failed' ? 'bad' : result === 'elected' ? 'good' : null),
        },
        ...(rows.some(({ error }) => error !== null)
          ? [{ heading: 'Error', cell: ({ error }: ElectionRow) => error }]
          : []),
      ]),
    ],
    whenEmpty: 'No partition needs an election.',
  };
}

/** How many elections failed; one that is not needed is none. */
export const failureCount = ({ rows }: Report<ElectionRow>): number =>
  rows.filter(({ result }) => result === 'failed').length;

function rowOf({ topic, partition, value }: Election): ElectionRow {
  if (value === true) return { topic, partition, result: 'elected', error: null };
  if (isNotNeeded(value)) return { topic, partition, result: 'not needed', error: null };
  return { topic, partition, result: 'failed', error: value.message };
}

const isNotNeeded = (value: Result<true>): boolean =>
  value instanceof KafkaError && value.error === 'ELECTION_NOT_NEEDED';

function plainText(type: ElectionType, all: readonly Election[]): string {
  const named = (some: readonly Election[]): string => inHashOrder(some, partitionHash).map(keyOf).join(', ');
  const elected = all.filter(({ value }) => value === true);
  const unneeded = all.filter(({ value }) => isNotNeeded(value));
  const lines: string[] = [];
  if (elected.length > 0) {
    lines.push(`Successfully completed leader election (${type}) for partitions ${named(elected)}`);
  }
  if (unneeded.length > 0) lines.push(`Valid replica already elected for partitions ${named(unneeded)}`);
  const failed = all.filter(({ value }) => value !== true && !isNotNeeded(value));
  for (const election of inHashOrder(failed, partitionHash)) {
    const why = election.value === true ? '' : javaText(election.value);
    lines.push(`Error completing leader election (${type}) for partition: ${keyOf(election)}: ${why}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
