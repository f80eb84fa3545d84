import { DiskError } from '../../../base/disk.js';
import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { describeTopics } from '../../../client/admin/describe-topics.js';
import { alterGroupOffsets } from '../../../client/admin/group-offsets.js';
import { listOffsets, OffsetSpec } from '../../../client/admin/records.js';
import type { ClientProperties } from '../../../client/client-config.js';
import type { Cluster } from '../../../client/cluster.js';
import { offsetAlone } from '../../../client/committed-offset.js';
import { isError, valueOrThrow } from '../../../client/fan-out.js';
import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { parseDurationMs } from '../../../config/iso-duration.js';
import { partitionHash } from '../../format/partition-hash.js';
import type { Io } from '../../io.js';
import { ToolError, uncaught } from '../../tool-error.js';
import { parseDatetime } from '../consumer-groups/datetime.js';
import { committedOffsets } from '../consumer-groups/offset-rows.js';
import { missingPartition, parseFailure } from './failures.js';
import { withinRange } from './offset-range.js';
import { type ResetOptions, topicsOf } from './options.js';
import { type PlannedOffset, parsePlanFile } from './reset-plan-file.js';

/** After these Kafka's tool says first that the reset failed. */
const ANNOUNCED: ReadonlySet<string> = new Set(['java.text.ParseException', 'java.io.IOException']);

/** Sets the offsets of the input topics, and those of intermediate topics to their ends. */
export class Resetter {
  private readonly admin: Cluster;
  private readonly properties: ClientProperties;
  private readonly options: ResetOptions;
  private readonly io: Io;
  private readonly groupId: string;

  constructor(admin: Cluster, properties: ClientProperties, options: ResetOptions, io: Io) {
    this.admin = admin;
    this.properties = properties;
    this.options = options;
    this.io = io;
    this.groupId = options.value('application-id') as string;
  }

  /**
   * Gives whether all topics that were named are there.
   *
   * @param known the cluster's topics
   * @throws ToolError, KafkaError
   */
  async reset(known: readonly string[]): Promise<boolean> {
    const { io, options } = this;
    const inputs = topicsOf(options, 'input-topics');
    if (options.has('intermediate-topics')) {
      io.print('WARN: `--intermediate-topics` is deprecated and will be removed in a future release');
    }
    const intermediates = topicsOf(options, 'intermediate-topics');
    if (inputs.length === 0 && intermediates.length === 0) {
      io.print('No input or intermediate topics specified. Skipping seek.');
      return true;
    }
    if (inputs.length > 0) io.print(`Reset-offsets for input topics [${inputs.join(', ')}]`);
    if (intermediates.length > 0) io.print(`Seek-to-end for intermediate topics [${intermediates.join(', ')}]`);
    const isMissing = (topic: string): boolean => !known.includes(topic);
    const lost = inputs.filter(isMissing);
    const lostBetween = intermediates.filter(isMissing);
    if (lost.length > 0) io.print('Following input topics are not found, skipping them');
    for (const topic of lost) io.print(`Topic: ${topic}`);
    if (lostBetween.length > 0) io.print('Following intermediate topics are not found, skipping them');
    for (const topic of lostBetween) io.print(`Topic:${topic}`);
    const found = new Set([...inputs, ...intermediates].filter((topic) => !isMissing(topic)));
    if (found.size > 0) {
      await this.seek(inHashOrder([...found], javaHash, inputs.length + intermediates.length), inputs);
    }
    return lost.length === 0 && lostBetween.length === 0;
  }

  private async seek(topics: readonly string[], inputs: readonly string[]): Promise<void> {
    const { io, groupId } = this;
    const partitions = await this.partitionsOf(topics);
    const ofInputs = inHashOrder(
      partitions.filter(({ topic }) => inputs.includes(topic)),
      partitionHash,
    );
    const between = inHashOrder(
      partitions.filter(({ topic }) => !inputs.includes(topic)),
      partitionHash,
    );
    const positions = new Map<string, number>();
    if (ofInputs.length > 0) {
      io.print(`Following input topics offsets will be reset to (for consumer group ${groupId})`);
      for (const [key, offset] of await this.chosen(ofInputs)) positions.set(key, offset);
      for (const { topic, partition } of ofInputs) {
        io.print(`Topic: ${topic} Partition: ${partition} Offset: ${positions.get(keyOf({ topic, partition }))}`);
      }
    }
    if (between.length > 0) {
      io.print(`Following intermediate topics offsets will be reset to end (for consumer group ${groupId})`);
      for (const { topic } of between) io.print(`Topic: ${topic}`);
      for (const [key, offset] of await this.offsetsAt(between, OffsetSpec.LATEST)) positions.set(key, offset);
    }
    if (!this.options.has('dry-run')) await this.commit(partitions, positions);
    io.print('Done.');
  }

  private async partitionsOf(topics: readonly string[]): Promise<TopicPartition[]> {
    const described = await describeTopics(this.admin, topics);
    return topics.flatMap((topic) =>
      valueOrThrow(described.get(topic)).partitions.map(({ partition }) => ({ topic, partition })),
    );
  }

  /** Where the options want the partitions. @throws ToolError, KafkaError */
  private async chosen(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>> {
    const { options } = this;
    try {
      if (options.has('to-offset')) return await this.toOffset(partitions, options.value('to-offset') as number);
      if (options.has('to-earliest')) return await this.offsetsAt(partitions, OffsetSpec.EARLIEST);
      if (options.has('to-latest')) return await this.offsetsAt(partitions, OffsetSpec.LATEST);
      if (options.has('shift-by')) return await this.shifted(partitions, options.value('shift-by') as number);
      if (options.has('to-datetime')) {
        return await this.toTime(partitions, datetimeOf(options.value('to-datetime') as string));
      }
      if (options.has('by-duration')) return await this.toTime(partitions, this.timeBefore());
      if (options.has('from-file')) return await this.fromFile(partitions);
      return await this.offsetsAt(partitions, OffsetSpec.EARLIEST);
    } catch (error) {
      if (error instanceof ToolError && ANNOUNCED.has(error.javaEnd?.javaClass ?? '')) {
        this.io.printError('ERROR: Resetting offsets failed.');
      }
      throw error;
    }
  }

  private toOffset(partitions: readonly TopicPartition[], offset: number): Promise<ReadonlyMap<string, number>> {
    return this.inRange(
      partitions,
      inMapOrder(
        partitions.map((at) => ({ at, offset })),
        partitions.length,
      ),
    );
  }

  private async shifted(partitions: readonly TopicPartition[], by: number): Promise<ReadonlyMap<string, number>> {
    const positions = await this.positions(partitions);
    const wanted = partitions.map((at) => ({ at, offset: (positions.get(keyOf(at)) as number) + by }));
    return this.inRange(partitions, inMapOrder(wanted, partitions.length));
  }

  private async fromFile(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>> {
    const plan = inMapOrder(parsePlanFile(this.planText()));
    const taken = await this.inRange(partitions, plan);
    const missing = partitions.find((at) => !taken.has(keyOf(at)));
    if (missing !== undefined) throw missingPartition(`${keyOf(missing)} is not in the file`);
    return taken;
  }

  private planText(): string {
    const path = this.options.value('from-file') as string;
    try {
      return this.io.host.disk.readWhole(path).toString();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      throw uncaught('java.io.IOException', `Cannot read ${path}: ${error.message}`, `Unable to read file ${path}`);
    }
  }

  private async inRange(
    partitions: readonly TopicPartition[],
    wanted: readonly PlannedOffset[],
  ): Promise<ReadonlyMap<string, number>> {
    const [starts, ends] = await Promise.all([
      this.offsetsAt(partitions, OffsetSpec.EARLIEST),
      this.offsetsAt(partitions, OffsetSpec.LATEST),
    ]);
    return withinRange(wanted, starts, ends, (message) => this.io.print(message));
  }

  private timeBefore(): number {
    const text = this.options.value('by-duration') as string;
    const durationMs = parseDurationMs(text);
    if (durationMs !== null) return this.io.host.clock.nowMs() - durationMs;
    const told = `'${text}' is no duration: it is written PnDTnHnMnS, as in P7D or PT1H30M`;
    throw uncaught('java.time.format.DateTimeParseException', told, 'Text cannot be parsed to a Duration');
  }

  private async toTime(partitions: readonly TopicPartition[], timeMs: number): Promise<ReadonlyMap<string, number>> {
    if (timeMs < 0) {
      throw uncaught(
        'java.lang.IllegalArgumentException',
        'a time before 1970 has no records',
        `The target time for partition ${keyOf(partitions[0] as TopicPartition)} is ${timeMs}. The target time cannot be negative.`,
      );
    }
    const [atTime, ends] = await Promise.all([
      this.offsetsAt(partitions, timeMs),
      this.offsetsAt(partitions, OffsetSpec.LATEST),
    ]);
    const found = new Map<string, number>();
    for (const at of partitions) {
      const key = keyOf(at);
      const offset = atTime.get(key) as number;
      found.set(key, offset >= 0 ? offset : (ends.get(key) as number));
      if (offset >= 0) continue;
      this.io.print(
        `Partition ${at.partition} from topic ${at.topic} is empty, without a committed record. Falling back to latest known offset.`,
      );
    }
    return found;
  }

  /** Where the group is, as a consumer of it would begin. */
  private async positions(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>> {
    const committed = await committedOffsets(this.admin, this.groupId);
    const fresh = partitions.filter((at) => !committed.has(keyOf(at)));
    const begin = fresh.length === 0 ? new Map<string, number>() : await this.beginning(fresh);
    return new Map(
      partitions.map((at) => {
        const key = keyOf(at);
        return [key, committed.get(key)?.value.offset ?? (begin.get(key) as number)];
      }),
    );
  }

  private beginning(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>> {
    const policy = this.properties.get('auto.offset.reset')?.toLowerCase() ?? 'latest';
    if (policy === 'none') {
      const keys = partitions.map(keyOf).join(', ');
      throw uncaught(
        'org.apache.kafka.clients.consumer.NoOffsetForPartitionException',
        `Undefined offset with no reset policy for partitions: [${keys}]`,
      );
    }
    return this.offsetsAt(partitions, policy === 'earliest' ? OffsetSpec.EARLIEST : OffsetSpec.LATEST);
  }

  private async offsetsAt(
    partitions: readonly TopicPartition[],
    timestamp: number,
  ): Promise<ReadonlyMap<string, number>> {
    const queries = partitions.map((at) => ({ ...at, timestamp }));
    const isolationLevel =
      this.properties.get('isolation.level')?.toLowerCase() === 'read_committed'
        ? 'read_committed'
        : 'read_uncommitted';
    const found = await listOffsets(this.admin, queries, { isolationLevel });
    return new Map(
      found.map(({ topic, partition, value }) => [keyOf({ topic, partition }), valueOrThrow(value).offset]),
    );
  }

  private async commit(partitions: readonly TopicPartition[], positions: ReadonlyMap<string, number>): Promise<void> {
    const wanted = partitions.map((at) => ({ ...at, value: offsetAlone(positions.get(keyOf(at)) as number) }));
    for (const { value } of await alterGroupOffsets(this.admin, this.groupId, wanted)) {
      if (isError(value)) throw value;
    }
  }
}

/** @param capacity of Java's map */
const inMapOrder = (wanted: readonly PlannedOffset[], capacity?: number): PlannedOffset[] =>
  inHashOrder(wanted, ({ at }) => partitionHash(at), capacity);

/** Kafka's two tools read times alike; only here the failure to is named by its own class. */
function datetimeOf(text: string): number {
  try {
    return parseDatetime(text);
  } catch (error) {
    const wrapped = error instanceof ToolError ? /^java\.text\.ParseException: (.*)$/s : null;
    const match = wrapped?.exec((error as ToolError).javaEnd?.javaMessage ?? '');
    if (!match) throw error;
    throw parseFailure((error as ToolError).message, match[1] as string);
  }
}
