import { inHashOrder } from '../../base/java-hash-order.js';
import { describeTopics } from '../../client/admin/describe-topics.js';
import { listTopics } from '../../client/admin/list-topics.js';
import { listOffsets } from '../../client/admin/records.js';
import type { Cluster } from '../../client/cluster.js';
import { byTopic, comparePartitions, keyOf, type TopicPartition } from '../../client/topic-partition.js';
import { fetchApi } from '../../protocol/generated/fetch.js';
import { nodeAssignmentFailure, toolLogger, withAdmin } from '../connect-to.js';
import { printedFutureError } from '../format/future-error.js';
import { printedError } from '../format/java-error.js';
import { javaRegex, PatternSyntaxError } from '../format/java-regex.js';
import { partitionHash } from '../format/partition-hash.js';
import { topicPattern } from '../format/topic-pattern.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { optionException } from '../options/option-exception.js';
import { UsageError } from '../options/usage-error.js';
import { runtimeException, ToolError } from '../tool-error.js';
import { compareReplicas, type FetchedReplica } from './replica-verification/compared-replicas.js';
import { TOOL } from './replica-verification/options.js';

export { TOOL } from './replica-verification/options.js';

type Options = JoptOptions<(typeof TOOL)['options']>;

/** Reads as somebody who looks for mistakes: from followers too. */
const DEBUGGING_REPLICA = -2;
const LOGGER = 'org.apache.kafka.tools.ReplicaVerificationTool';

/** kafka-replica-verification: compares the replicas of partitions for as long as it runs. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = checkedOptions(argv);
    const settings = settingsOf(options);
    const properties = new Map([['bootstrap.servers', options.value('broker-list') as string]]);
    toolLogger(io, LOGGER).warn('This tool is deprecated and may be removed in a future major release.');
    return await withAdmin(io, properties, (admin) => verify(admin, options, settings, io));
  } catch (error) {
    throw reported(error, io);
  }
}

function checkedOptions(argv: readonly string[]): Options {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  checks.require('broker-list');
  const isAddress = (text: string): boolean =>
    /^(?:[a-zA-Z0-9+.-]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:[0-9]+$/.test(text);
  if (!(options.value('broker-list') as string).split(',').every(isAddress)) {
    checks.fail('Please provide valid host:port like host1:9091,host2:9092\n');
  }
  return options;
}

interface Settings {
  readonly fetchBytes: number;
  readonly maxWaitMs: number;
  readonly reportIntervalMs: number;
  readonly timestamp: number;
}

function settingsOf(options: Options): Settings {
  return {
    fetchBytes: options.value('fetch-size') as number,
    maxWaitMs: options.value('max-wait-ms') as number,
    timestamp: options.value('time') as number,
    reportIntervalMs: options.value('report-interval-ms') as number,
  };
}

interface Watched extends TopicPartition {
  readonly topicId: string;
  readonly replicas: readonly number[];
  nextOffset: number;
}

async function verify(admin: Cluster, options: Options, settings: Settings, io: Io): Promise<number> {
  const watched = await watchedPartitions(admin, options.value('topics-include') as string);
  if (watched.length === 0) {
    const message =
      'No topics found. [topics-include] if specified, is either filtering out all topics or there is no topic.';
    toolLogger(io, LOGGER).error(message);
    return 1;
  }
  await findOffsets(admin, watched, settings.timestamp);
  const { clock } = io.host;
  let reportedMs = clock.nowMs();
  io.print(`${timeText(reportedMs)}: verification process is started`);
  while (!io.stdout.isBroken) {
    const fetched = await fetchRound(admin, watched, settings);
    const worst = { lag: -1, of: '', offset: -1 };
    for (const partition of watched) {
      const replicas = fetched.get(keyOf(partition)) ?? [];
      const { nextOffset, differences, isBroken } = compareReplicas(partition, replicas, partition.nextOffset);
      for (const difference of differences) io.print(`${timeText(clock.nowMs())}: ${difference}`);
      if (isBroken) return 1;
      partition.nextOffset = nextOffset;
      const lag = Math.max(...replicas.map(({ highWatermark }) => highWatermark)) - nextOffset;
      if (lag > worst.lag) Object.assign(worst, { lag, of: keyOf(partition), offset: nextOffset });
    }
    const nowMs = clock.nowMs();
    if (nowMs - reportedMs <= settings.reportIntervalMs) continue;
    const where = `${worst.of === '' ? 'null' : worst.of} at offset ${worst.offset}`;
    io.print(`${timeText(nowMs)}: max lag is ${worst.lag} for partition ${where} among ${watched.length} partitions`);
    reportedMs = nowMs;
  }
  return 0;
}

/** Of all topics that the expression matches, in the order of Java's hash tables. */
async function watchedPartitions(admin: Cluster, expression: string): Promise<Watched[]> {
  const names = (await listTopics(admin, { listInternal: true })).map(({ name }) => name);
  const isWanted = checkedPattern(expression);
  const described = await describeTopics(admin, names.filter(isWanted));
  const watched = [...described.values()].flatMap((topic) => {
    if (topic instanceof Error) throw topic;
    return topic.partitions.map(({ partition, replicas }) => {
      return { topic: topic.name, topicId: topic.topicId, partition, replicas, nextOffset: 0 };
    });
  });
  return inHashOrder(watched.sort(comparePartitions), partitionHash);
}

function checkedPattern(expression: string): (topic: string) => boolean {
  try {
    javaRegex(expression);
  } catch (error) {
    if (error instanceof PatternSyntaxError) throw runtimeException(`${expression} is an invalid regex`);
    throw error;
  }
  return topicPattern(expression);
}

async function findOffsets(admin: Cluster, watched: readonly Watched[], timestamp: number): Promise<void> {
  const found = await listOffsets(
    admin,
    watched.map(({ topic, partition }) => ({ topic, partition, timestamp })),
  );
  const byKey = new Map(found.map((one) => [keyOf(one), one.value]));
  for (const partition of watched) {
    const value = byKey.get(keyOf(partition));
    if (value === undefined || value instanceof Error) throw value;
    if (value.offset < 0) {
      throw new ToolError(`Partition ${keyOf(partition)} has no record that is as new as the time ${timestamp}`);
    }
    partition.nextOffset = value.offset;
  }
}

/** One request to each broker. A broker that fails has nothing to compare in this round. */
async function fetchRound(
  admin: Cluster,
  watched: readonly Watched[],
  settings: Settings,
): Promise<Map<string, FetchedReplica[]>> {
  const fetched = new Map<string, FetchedReplica[]>(watched.map((partition) => [keyOf(partition), []]));
  const brokers = [...new Set(watched.flatMap(({ replicas }) => replicas))];
  const answers = brokers.map(async (broker) => {
    const ofBroker = watched.filter(({ replicas }) => replicas.includes(broker));
    const found = await fetchFrom(admin, broker, ofBroker, settings).catch(async () => {
      await admin.pauses.wait(settings.maxWaitMs);
      return new Map<string, FetchedReplica>();
    });
    for (const partition of ofBroker) {
      const none = { broker, highWatermark: -1, records: null };
      fetched.get(keyOf(partition))?.push(found.get(keyOf(partition)) ?? none);
    }
  });
  await Promise.all(answers);
  return fetched;
}

async function fetchFrom(
  admin: Cluster,
  broker: number,
  partitions: readonly Watched[],
  { fetchBytes, maxWaitMs }: Settings,
): Promise<Map<string, FetchedReplica>> {
  const connection = await admin.connectToNode(broker);
  const version = connection.versionOf(fetchApi);
  const response = await connection.send(fetchApi, {
    ...(version >= 15 ? { replicaState: { replicaId: DEBUGGING_REPLICA } } : { replicaId: DEBUGGING_REPLICA }),
    maxWaitMs,
    minBytes: 1,
    topics: [...byTopic(partitions)].map(([topic, of]) => ({
      ...(version >= 13 ? { topicId: of[0]?.topicId } : { topic }),
      partitions: of.map(({ partition, nextOffset }) => ({
        partition,
        fetchOffset: nextOffset,
        partitionMaxBytes: fetchBytes,
      })),
    })),
  });
  const names = new Map(partitions.map(({ topic, topicId }) => [topicId, topic]));
  const found = new Map<string, FetchedReplica>();
  for (const { topic, topicId, partitions: ofTopic } of response.responses) {
    const name = version >= 13 ? (names.get(topicId) ?? '') : topic;
    for (const { partitionIndex, highWatermark, records } of ofTopic) {
      const copied = records === null ? null : Buffer.from(records);
      found.set(keyOf({ topic: name, partition: partitionIndex }), { broker, highWatermark, records: copied });
    }
  }
  return found;
}

/** `2026-01-31 13:05:00,042`, in the time of this place. */
function timeText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${day} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** What is wrong with the options is told with the exception of Java. */
function reported(error: unknown, io: Io): unknown {
  if (error instanceof UsageError) {
    const exception = optionException(error.message);
    if (exception === undefined || io.stderr.isTerminal) return error;
    return new ToolError(`${error.message}\n${exception}: ${error.message}`);
  }
  const failure = nodeAssignmentFailure(error, 'listTopics', io);
  return failure === error ? printedError(error, io) : printedFutureError(failure, io);
}
