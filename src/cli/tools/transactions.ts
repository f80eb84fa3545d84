import {
  abortHangingTransaction,
  describeProducers,
  describeTransaction,
  forceTerminateTransaction,
  listTransactions,
} from '../../client/admin/transactions.js';
import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import { KafkaError } from '../../protocol/errors.js';
import { adminProperties, nodeAssignmentFailure, UnreachableError, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { javaMessageOf, printedError } from '../format/java-error.js';
import { outputFormat } from '../format/output-format.js';
import { type Report, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type Parsed, parseCommands } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { KAFKA_VERSION } from '../options/jopt.js';
import type { OptionSet } from '../options/option-set.js';
import { ToolError } from '../tool-error.js';
import { findHanging } from './transactions/hanging.js';
import { TOOL } from './transactions/options.js';
import { columnReport } from './transactions/rows.js';

export { TOOL } from './transactions/options.js';

type Command = Parsed<(typeof TOOL)['options'], (typeof TOOL)['commands']>;
type AbortOptions = OptionSet<(typeof TOOL)['commands']['abort']['options']>;

/** kafka-transactions: what transactions there are, and the end of those that hang. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv.length > 0 && /^(?:-v|--version)$/.test(argv[0] as string)) {
    io.print(KAFKA_VERSION);
    return 0;
  }
  const parsed = parseCommands(TOOL, argv, usageWidth(io.env.COLUMNS)) as Command;
  const { global } = parsed;
  checkScope(parsed);
  const shown = global.has('no-color') ? withoutColors(io) : io;
  const format = outputFormat(global, shown);
  try {
    const server = global.value('bootstrap-server') as string;
    const properties = adminProperties(io, server, global.value('command-config'), global.value('timeout'));
    const report = await withAdmin(shown, properties, (admin) => answer(admin, parsed, io.host.clock.nowMs()));
    if (report !== null) await writeReport(report, format, shown);
    return 0;
  } catch (error) {
    throw parsed.command === 'list' && error instanceof BootstrapError && !io.stdout.isTerminal
      ? listFailure(nodeAssignmentFailure(error, 'listTransactions(api=METADATA)', io))
      : printedError(nodeAssignmentFailure(error, 'listNodes', io), io);
  }
}

/** A cluster that cannot be reached is no more than a failure of the call. */
function listFailure(failure: unknown): unknown {
  if (!(failure instanceof UnreachableError)) return failure;
  return new ToolError(`Failed to list transactions: ${failure.message}. Enable debug logging for additional detail.`);
}

function checkScope({ command, options }: Command): void {
  if (command === 'find-hanging' && !options.has('topic') && !options.has('broker-id')) {
    throw new ToolError(
      'The `find-hanging` command requires either --topic or --broker-id to limit the scope of the search',
    );
  }
  if (command === 'find-hanging' && options.has('partition') && !options.has('topic')) {
    throw new ToolError('The --partition argument requires --topic to be provided');
  }
}

function answer(admin: Cluster, parsed: Command, nowMs: number): Promise<Report | null> {
  switch (parsed.command) {
    case 'list':
      return listed(admin, parsed.options.value('duration-filter'), parsed.options.value('transactional-id-pattern'));
    case 'describe':
      return described(admin, parsed.options.value('transactional-id') as string, nowMs);
    case 'describe-producers': {
      const { options } = parsed;
      const at = { topic: options.value('topic') as string, partition: options.value('partition') as number };
      return describedProducers(admin, at.topic, at.partition, options.value('broker-id'));
    }
    case 'abort':
      return aborted(admin, parsed.options);
    case 'find-hanging':
      return hanging(admin, parsed.options, nowMs);
    case 'forceTerminateTransaction':
      return terminated(admin, parsed.options.value('transactionalId') as string);
  }
}

/** What `list --output json` says of a transaction. */
export const TRANSACTION_LISTING_SCHEMA = {
  title: 'kafka-transactions list',
  type: 'object',
  required: ['transactionalId', 'coordinator', 'producerId', 'state'],
  additionalProperties: false,
  properties: {
    transactionalId: { type: 'string' },
    coordinator: { type: 'integer', description: 'the broker that coordinates it' },
    producerId: { type: 'integer' },
    state: { type: 'string' },
  },
} as const;

async function listed(admin: Cluster, durationMs: number | null, pattern: string | null): Promise<Report> {
  const found = await listTransactions(admin, {
    ...(durationMs === null ? {} : { durationMs }),
    ...(pattern === null ? {} : { transactionalIdPattern: pattern }),
  });
  const rows = found.map(({ transactionalId, coordinatorId, producerId, state }) => {
    return { transactionalId, coordinator: coordinatorId, producerId, state };
  });
  return columnReport(
    {
      transactionalId: 'TransactionalId',
      coordinator: 'Coordinator',
      producerId: 'ProducerId',
      state: 'TransactionState',
    },
    rows,
    'There are no such transactions.',
  );
}

/** What `describe --output json` says of a transaction. */
export const TRANSACTION_SCHEMA = {
  title: 'kafka-transactions describe',
  type: 'object',
  required: [
    'coordinatorId',
    'transactionalId',
    'producerId',
    'producerEpoch',
    'state',
    'timeoutMs',
    'startMs',
    'durationMs',
    'partitions',
  ],
  additionalProperties: false,
  properties: {
    coordinatorId: { type: 'integer' },
    transactionalId: { type: 'string' },
    producerId: { type: 'integer' },
    producerEpoch: { type: 'integer' },
    state: { type: 'string' },
    timeoutMs: { type: 'integer' },
    startMs: { type: ['integer', 'null'], description: 'milliseconds since 1970; null while none runs' },
    durationMs: { type: ['integer', 'null'] },
    partitions: { type: 'array', items: { type: 'string' }, description: 'topic-partition' },
  },
} as const;

async function described(admin: Cluster, transactionalId: string, nowMs: number): Promise<Report> {
  const found = await describeTransaction(admin, transactionalId).catch((error: unknown) => {
    throw failed(error, `describe transaction state of transactional-id \`${transactionalId}\``, () =>
      error instanceof KafkaError && error.error === 'TRANSACTIONAL_ID_NOT_FOUND'
        ? `DescribeTransactions request for transactionalId \`${transactionalId}\` failed because the ID could not be found`
        : null,
    );
  });
  const row = {
    coordinatorId: found.coordinatorId,
    transactionalId,
    producerId: found.producerId,
    producerEpoch: found.producerEpoch,
    state: found.state,
    timeoutMs: found.timeoutMs,
    startMs: found.startMs,
    durationMs: found.startMs === null ? null : nowMs - found.startMs,
    partitions: found.partitions.map(({ topic, partition }) => `${topic}-${partition}`),
  };
  return columnReport(
    {
      coordinatorId: 'CoordinatorId',
      transactionalId: 'TransactionalId',
      producerId: 'ProducerId',
      producerEpoch: 'ProducerEpoch',
      state: 'TransactionState',
      timeoutMs: 'TransactionTimeoutMs',
      startMs: 'CurrentTransactionStartTimeMs',
      durationMs: 'TransactionDurationMs',
      partitions: 'TopicPartitions',
    },
    [row],
    '',
  );
}

/** What `describe-producers --output json` says of a producer. */
export const ACTIVE_PRODUCER_SCHEMA = {
  title: 'kafka-transactions describe-producers',
  type: 'object',
  required: [
    'producerId',
    'producerEpoch',
    'coordinatorEpoch',
    'lastSequence',
    'lastTimestamp',
    'transactionStartOffset',
  ],
  additionalProperties: false,
  properties: {
    producerId: { type: 'integer' },
    producerEpoch: { type: 'integer' },
    coordinatorEpoch: { type: ['integer', 'null'], description: 'null where no coordinator wrote a marker yet' },
    lastSequence: { type: 'integer' },
    lastTimestamp: { type: 'integer', description: 'milliseconds since 1970' },
    transactionStartOffset: { type: ['integer', 'null'], description: 'null while no transaction is open' },
  },
} as const;

async function describedProducers(
  admin: Cluster,
  topic: string,
  partition: number,
  brokerId: number | null,
): Promise<Report> {
  const found = await describeProducers(admin, { topic, partition }, brokerId).catch((error: unknown) => {
    const where = brokerId === null ? 'leader' : `broker ${brokerId}`;
    throw failed(error, `describe producers for partition ${topic}-${partition} on ${where}`);
  });
  const rows = found.map((producer) => ({
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    coordinatorEpoch: producer.coordinatorEpoch < 0 ? null : producer.coordinatorEpoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: producer.lastTimestamp,
    transactionStartOffset: producer.transactionStartOffset,
  }));
  return columnReport(
    {
      producerId: 'ProducerId',
      producerEpoch: 'ProducerEpoch',
      coordinatorEpoch: 'LatestCoordinatorEpoch',
      lastSequence: 'LastSequence',
      lastTimestamp: 'LastTimestamp',
      transactionStartOffset: 'CurrentTransactionStartOffset',
    },
    rows,
    'No producer is active in that partition.',
  );
}

async function aborted(admin: Cluster, options: AbortOptions): Promise<null> {
  const at = { topic: options.value('topic') as string, partition: options.value('partition') as number };
  const where = `${at.topic}-${at.partition}`;
  const transaction = await transactionToAbort(admin, at, options);
  await abortHangingTransaction(admin, { ...at, ...transaction }).catch((error: unknown) => {
    throw failed(error, `abort transaction AbortTransactionSpec(topicPartition=${where})`);
  });
  return null;
}

async function transactionToAbort(
  admin: Cluster,
  at: { readonly topic: string; readonly partition: number },
  options: AbortOptions,
): Promise<{ producerId: number; producerEpoch: number; coordinatorEpoch: number }> {
  const startOffset = options.value('start-offset');
  if (startOffset === null) {
    const producerId = options.value('producer-id');
    if (producerId === null) {
      throw new ToolError(
        'The transaction to abort must be identified either with --start-offset (for brokers on 3.0 or above) or with --producer-id, --producer-epoch, and --coordinator-epoch (for older brokers)',
      );
    }
    const producerEpoch = options.value('producer-epoch');
    if (producerEpoch === null) throw new ToolError('Missing required argument --producer-epoch');
    const coordinatorEpoch = options.value('coordinator-epoch');
    if (coordinatorEpoch === null) throw new ToolError('Missing required argument --coordinator-epoch');
    return { producerId, producerEpoch, coordinatorEpoch };
  }
  const where = `${at.topic}-${at.partition}`;
  const producers = await describeProducers(admin, at).catch((error: unknown) => {
    throw failed(error, `validate producer state for partition ${where}`);
  });
  const found = producers.find(({ transactionStartOffset }) => transactionStartOffset === startOffset);
  if (found === undefined) {
    throw new ToolError(`Could not find any open transactions starting at offset ${startOffset} on partition ${where}`);
  }
  const { producerId, producerEpoch, coordinatorEpoch } = found;
  // Without an epoch of a coordinator there was no marker yet: the first may carry 0.
  return { producerId, producerEpoch, coordinatorEpoch: Math.max(0, coordinatorEpoch) };
}

/** What `find-hanging --output json` says of a transaction. */
export const HANGING_TRANSACTION_SCHEMA = {
  title: 'kafka-transactions find-hanging',
  type: 'object',
  required: [
    'topic',
    'partition',
    'producerId',
    'producerEpoch',
    'coordinatorEpoch',
    'startOffset',
    'lastTimestamp',
    'durationMinutes',
  ],
  additionalProperties: false,
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    producerId: { type: 'integer' },
    producerEpoch: { type: 'integer' },
    coordinatorEpoch: { type: 'integer' },
    startOffset: { type: 'integer' },
    lastTimestamp: { type: 'integer', description: 'milliseconds since 1970' },
    durationMinutes: { type: 'integer' },
  },
} as const;

async function hanging(
  admin: Cluster,
  options: OptionSet<(typeof TOOL)['commands']['find-hanging']['options']>,
  nowMs: number,
): Promise<Report> {
  const scope = {
    brokerId: options.value('broker-id'),
    topic: options.value('topic'),
    partition: options.value('partition'),
    maxTimeoutMinutes: options.value('max-transaction-timeout') as number,
  };
  return columnReport(
    {
      topic: 'Topic',
      partition: 'Partition',
      producerId: 'ProducerId',
      producerEpoch: 'ProducerEpoch',
      coordinatorEpoch: 'CoordinatorEpoch',
      startOffset: 'StartOffset',
      lastTimestamp: 'LastTimestamp',
      durationMinutes: 'Duration(min)',
    },
    await findHanging(admin, scope, nowMs),
    'No transaction hangs there.',
  );
}

async function terminated(admin: Cluster, transactionalId: string): Promise<null> {
  await forceTerminateTransaction(admin, transactionalId).catch((error: unknown) => {
    throw failed(error, `force terminate transactionalId \`${transactionalId}\``);
  });
  return null;
}

/** What the real tool prints of a failure; others stay as they are. */
function failed(error: unknown, what: string, messageOf: () => string | null = () => null): unknown {
  if (!(error instanceof KafkaError)) return error;
  const message = messageOf() ?? javaMessageOf(error);
  return new ToolError(`Failed to ${what}: ${message}. Enable debug logging for additional detail.`);
}
