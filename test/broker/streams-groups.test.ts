import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import type { Api } from '../../src/protocol/api.js';
import type { Init } from '../../src/protocol/codec-runtime.js';
import { readCoordinatorRecord } from '../../src/protocol/coordinator-record-json.js';
import { apiVersionsApi } from '../../src/protocol/generated/api-versions.js';
import { consumerGroupDescribeApi } from '../../src/protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatApi } from '../../src/protocol/generated/consumer-group-heartbeat.js';
import { createTopicsApi } from '../../src/protocol/generated/create-topics.js';
import { deleteGroupsApi } from '../../src/protocol/generated/delete-groups.js';
import { describeConfigsApi } from '../../src/protocol/generated/describe-configs.js';
import { describeGroupsApi } from '../../src/protocol/generated/describe-groups.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { GROUP_COORDINATOR_LAYOUTS } from '../../src/protocol/generated/group-coordinator-layouts.js';
import { heartbeatApi } from '../../src/protocol/generated/heartbeat.js';
import { incrementalAlterConfigsApi } from '../../src/protocol/generated/incremental-alter-configs.js';
import { joinGroupApi } from '../../src/protocol/generated/join-group.js';
import { leaveGroupApi } from '../../src/protocol/generated/leave-group.js';
import { listGroupsApi } from '../../src/protocol/generated/list-groups.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';
import { offsetCommitApi } from '../../src/protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../../src/protocol/generated/offset-delete.js';
import { offsetFetchApi } from '../../src/protocol/generated/offset-fetch.js';
import { shareGroupDescribeApi } from '../../src/protocol/generated/share-group-describe.js';
import { streamsGroupDescribeApi } from '../../src/protocol/generated/streams-group-describe.js';
import { streamsGroupHeartbeatApi } from '../../src/protocol/generated/streams-group-heartbeat.js';
import { syncGroupApi } from '../../src/protocol/generated/sync-group.js';
import * as header from '../../src/protocol/records/batch-header.js';
import { readRecords } from '../../src/protocol/records/batch-reader.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';
import type { MemoryDisk } from '../support/memory-disk.js';
import { SIMPLE } from '../support/streams-group-bed.js';

/** One partition of offsets, and assignments at once. */
const CONFIG = {
  'group.streams.initial.rebalance.delay.ms': '0',
  'group.streams.assignment.interval.ms': '0',
  'offsets.topic.num.partitions': '1',
};
const ANSWERS = new URL('../../../test/fixtures/streams-groups/answers.jsonl', import.meta.url);
/** What the same requests made Apache Kafka 4.3.1 write, a line a batch: type, key and value of each record. */
const RECORDS = new URL('../../../test/fixtures/streams-groups/records.jsonl', import.meta.url);
const LOG = '/a/__consumer_offsets-0/00000000000000000000.log';
/** They are others each time. */
const UNCOMPARED = new Set(['metadataHash', 'assignmentTimestamp', 'commitTimestamp', 'topicId', 'clientHost']);
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

const APIS = {
  'consumer-group-describe': consumerGroupDescribeApi,
  'consumer-group-heartbeat': consumerGroupHeartbeatApi,
  'delete-groups': deleteGroupsApi,
  'describe-configs': describeConfigsApi,
  'describe-groups': describeGroupsApi,
  heartbeat: heartbeatApi,
  'incremental-alter-configs': incrementalAlterConfigsApi,
  'join-group': joinGroupApi,
  'leave-group': leaveGroupApi,
  'list-groups': listGroupsApi,
  'offset-commit': offsetCommitApi,
  'offset-delete': offsetDeleteApi,
  'offset-fetch': offsetFetchApi,
  'share-group-describe': shareGroupDescribeApi,
  'streams-group-describe': streamsGroupDescribeApi,
  'streams-group-heartbeat': streamsGroupHeartbeatApi,
  'sync-group': syncGroupApi,
} as const;

/** A request to Apache Kafka 4.3.1 and its answer, or what has to be there before the next one. */
interface Step {
  readonly api: keyof typeof APIS;
  readonly version?: number;
  readonly request: Record<string, unknown>;
  /** Left out where it names ids of topics. */
  readonly response?: unknown;
  /** It tells of something that goes on beside it. */
  readonly retry?: boolean;
  readonly createTopic?: string;
  readonly numPartitions?: number;
  readonly awaitTopics?: readonly string[];
}

/** A broker and a connection to it on which any request can be sent. */
class Bed {
  readonly broker: BrokerBed;
  private readonly caller: ApiCaller;

  private constructor(broker: BrokerBed, caller: ApiCaller) {
    this.broker = broker;
    this.caller = caller;
  }

  static async start(
    config: Record<string, string> = {},
    disk?: MemoryDisk,
    features: Record<string, number> = {},
  ): Promise<Bed> {
    const broker = await BrokerBed.start({ ...CONFIG, ...config }, disk, features);
    const bed = new Bed(broker, await ApiCaller.open(broker.network, 9092));
    beds.push(bed);
    await until(async () => {
      const { coordinators } = await bed.call(findCoordinatorApi, { keyType: 0, coordinatorKeys: ['g'] });
      return coordinators[0]?.errorCode === 0;
    });
    await until(async () => {
      const answer = await bed.call(offsetFetchApi, { groups: [{ groupId: 'g', memberId: null, topics: null }] }, 9);
      return answer.groups[0]?.errorCode === 0;
    });
    return bed;
  }

  async call<Request, Response>(
    api: Api<Request, Response>,
    request: Init<Request>,
    version = api.maxVersion,
  ): Promise<Response> {
    return (await this.caller.call(api, version, request)) as Response;
  }

  async createTopic(name: string, numPartitions: number): Promise<void> {
    const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }];
    await this.call(createTopicsApi, { topics, timeoutMs: 5000 });
    await this.awaitTopics([name]);
  }

  async awaitTopics(names: readonly string[]): Promise<void> {
    await until(async () => {
      const asked = names.map((name) => ({ name, topicId: NO_TOPIC_ID }));
      const { topics } = await this.call(metadataApi, { topics: asked, allowAutoTopicCreation: false }, 12);
      return topics.every(({ errorCode }) => errorCode === 0);
    });
  }

  async answerTo({ api, version, request }: Step): Promise<unknown> {
    const withBytes = JSON.parse(JSON.stringify(request), (key, value) =>
      key === 'metadata' ? Buffer.alloc(0) : value,
    );
    const answer = await this.call(APIS[api] as unknown as Api<unknown, unknown>, withBytes, version);
    return JSON.parse(JSON.stringify(answer, (key, value) => (key === 'unknownTags' ? undefined : value)));
  }

  async describe(groupId: string) {
    const { groups } = await this.call(streamsGroupDescribeApi, { groupIds: [groupId] });
    return groups[0];
  }

  async join(groupId: string, memberId: string) {
    const noTasks = { activeTasks: [], standbyTasks: [], warmupTasks: [] };
    const facts = { rebalanceTimeoutMs: 60_000, processId: memberId, topology: SIMPLE, ...noTasks };
    return this.call(streamsGroupHeartbeatApi, { groupId, memberId, memberEpoch: 0, ...facts } as never);
  }

  async stop(): Promise<void> {
    this.caller.close();
    await this.broker.stop();
  }
}

const beds: Bed[] = [];

afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.stop();
});

/** Waits for a condition that some event will bring. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** Lists whose order says nothing, and in Apache Kafka depends on its maps. */
const UNORDERED = new Set(['groups', 'results', 'configs', 'activePartitions', 'standbyPartitions', 'partitions']);

const inOrder = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value) =>
    UNORDERED.has(key) && Array.isArray(value)
      ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value,
  );

const plainOf = (json: string): unknown => JSON.parse(json, (key, value) => (UNCOMPARED.has(key) ? undefined : value));

/** The batches of the log of offsets, as in the file of records. */
function writtenBatches(disk: MemoryDisk): unknown[] {
  const bytes = disk.readWhole(LOG);
  const batches: unknown[] = [];
  for (
    let at = 0;
    at < bytes.length && bytes.readInt32BE(at + header.LENGTH_AT) > 0;
    at += header.batchSizeBytes(bytes, at)
  ) {
    const records = [...readRecords(bytes, at)].map(({ key, value }) => {
      const record = readCoordinatorRecord(GROUP_COORDINATOR_LAYOUTS, key ?? Buffer.alloc(0), value);
      return `[${record?.type},${record?.key},${record?.value?.json ?? null}]`;
    });
    batches.push(plainOf(`[${records.join()}]`));
  }
  return batches;
}

describe('streams groups', () => {
  it('answer as Apache Kafka 4.3.1 does', async () => {
    const bed = await Bed.start();
    const lines = readFileSync(ANSWERS, 'utf8').trimEnd().split('\n');
    for (const line of lines) {
      const step: Step = JSON.parse(line);
      if (step.createTopic !== undefined) await bed.createTopic(step.createTopic, step.numPartitions ?? 1);
      else if (step.awaitTopics !== undefined) await bed.awaitTopics(step.awaitTopics);
      else {
        let answer = inOrder(await bed.answerTo(step));
        const expected = inOrder(step.response ?? null);
        for (let tries = 0; step.retry && tries < 200 && JSON.stringify(answer) !== JSON.stringify(expected); tries++) {
          await new Promise((resolve) => setImmediate(resolve));
          answer = inOrder(await bed.answerTo(step));
        }
        if (step.response !== undefined) assert.deepEqual(answer, expected, line);
      }
    }
    assert.ok(lines.length > 150);
    assert.deepEqual(writtenBatches(bed.broker.disk), readFileSync(RECORDS, 'utf8').trimEnd().split('\n').map(plainOf));
  });

  it('are offered in the versions of Apache Kafka 4.3.1', async () => {
    const bed = await Bed.start();
    const { apiKeys } = await bed.call(apiVersionsApi, { clientSoftwareName: 'a', clientSoftwareVersion: '1' });
    assert.deepEqual(
      apiKeys.filter(({ apiKey }) => apiKey === 88 || apiKey === 89).map((one) => [one.apiKey, one.maxVersion]),
      [
        [88, 0],
        [89, 0],
      ],
    );
  });

  for (const [name, config, features] of [
    ['a broker without their protocol', { 'group.coordinator.rebalance.protocols': 'classic,consumer' }, {}],
    ['a cluster without their feature', {}, { 'streams.version': 0 }],
  ] as const) {
    it(`${name} has none`, async () => {
      const bed = await Bed.start(config, undefined, features);
      const { errorCode, errorMessage } = await bed.join('g', 'm');
      assert.deepEqual([errorCode, errorMessage], [35, null]);
      const { groups } = await bed.call(streamsGroupDescribeApi, { groupIds: ['g', ''] });
      assert.deepEqual(
        groups.map((group) => [group.groupId, group.errorCode]),
        [
          ['g', 35],
          ['', 35],
        ],
      );
    });
  }

  it('live on after a restart, as they were', async () => {
    const bed = await Bed.start();
    await bed.createTopic('in', 3);
    await bed.join('g', 'm');
    const before = await bed.describe('g');
    assert.deepEqual(before?.members[0]?.assignment.activeTasks[0]?.partitions, [0, 1, 2]);
    await bed.stop();
    beds.splice(0);
    const after = await Bed.start({}, bed.broker.disk);
    assert.deepEqual(await after.describe('g'), before);
  });
});
