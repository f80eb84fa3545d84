import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { deleteTopics } from '../../src/client/admin/topics.js';
import type { Api } from '../../src/protocol/api.js';
import type { Init } from '../../src/protocol/codec-runtime.js';
import { apiVersionsApi } from '../../src/protocol/generated/api-versions.js';
import { createTopicsApi } from '../../src/protocol/generated/create-topics.js';
import { deleteShareGroupStateApi } from '../../src/protocol/generated/delete-share-group-state.js';
import { describeConfigsApi } from '../../src/protocol/generated/describe-configs.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { initializeShareGroupStateApi } from '../../src/protocol/generated/initialize-share-group-state.js';
import { listOffsetsApi } from '../../src/protocol/generated/list-offsets.js';
import { readShareGroupStateApi } from '../../src/protocol/generated/read-share-group-state.js';
import { readShareGroupStateSummaryApi } from '../../src/protocol/generated/read-share-group-state-summary.js';
import { writeShareGroupStateApi } from '../../src/protocol/generated/write-share-group-state.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';
import type { MemoryDisk } from '../support/memory-disk.js';

const CONFIG = {
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '3',
};
const STATE_TOPIC = '__share_group_state';
const SHARE = 2;
const EARLIEST = -2;
const LATEST = -1;
const ANSWERS = new URL('../../../test/fixtures/share-coordinator/answers.jsonl', import.meta.url);

const APIS = {
  'find-coordinator': findCoordinatorApi,
  'initialize-share-group-state': initializeShareGroupStateApi,
  'read-share-group-state': readShareGroupStateApi,
  'write-share-group-state': writeShareGroupStateApi,
  'delete-share-group-state': deleteShareGroupStateApi,
  'read-share-group-state-summary': readShareGroupStateSummaryApi,
};

/** A broker and a connection to it on which any request can be sent. */
class Bed {
  readonly broker: BrokerBed;
  private readonly caller: ApiCaller;

  private constructor(broker: BrokerBed, caller: ApiCaller) {
    this.broker = broker;
    this.caller = caller;
  }

  static async start(config: Record<string, string> = {}, disk?: MemoryDisk): Promise<Bed> {
    const broker = await BrokerBed.start({ ...CONFIG, ...config }, disk);
    const bed = new Bed(broker, await ApiCaller.open(broker.network, 9092));
    beds.push(bed);
    return bed;
  }

  async call<Request, Response>(
    api: Api<Request, Response>,
    request: Init<Request>,
    version = api.maxVersion,
  ): Promise<Response> {
    return (await this.caller.call(api, version, request)) as Response;
  }

  /** @returns the topic's id */
  async createTopic(name: string, numPartitions = 1): Promise<string> {
    const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }];
    return (await this.call(createTopicsApi, { topics, timeoutMs: 5000 })).topics[0]?.topicId ?? '';
  }

  /** Waits until the share coordinators of these share partitions are there. */
  async findCoordinators(groupId: string, topicId: string, partitions = 1): Promise<void> {
    const keys = Array.from({ length: partitions }, (_, partition) => `${groupId}:${topicId}:${partition}`);
    await until(async () => {
      const { coordinators } = await this.call(findCoordinatorApi, { keyType: SHARE, coordinatorKeys: keys });
      return coordinators.every(({ errorCode }) => errorCode === 0);
    });
    for (let partition = 0; partition < partitions; partition++) {
      await until(async () => (await this.summary(groupId, topicId, partition)).errorCode === 0);
    }
  }

  async initialize(groupId: string, topicId: string, partition: number, startOffset: number): Promise<void> {
    const partitions = [{ partition, stateEpoch: 0, startOffset }];
    const { results } = await this.call(initializeShareGroupStateApi, { groupId, topics: [{ topicId, partitions }] });
    assert.equal(results[0]?.partitions[0]?.errorCode, 0);
  }

  async write(groupId: string, topicId: string, partition: number, startOffset: number): Promise<number> {
    const stateBatches = [{ firstOffset: startOffset, lastOffset: startOffset, deliveryState: 0, deliveryCount: 2 }];
    const written = { partition, stateEpoch: 0, leaderEpoch: 0, startOffset, deliveryCompleteCount: 0, stateBatches };
    const { results } = await this.call(writeShareGroupStateApi, {
      groupId,
      topics: [{ topicId, partitions: [written] }],
    });
    return results[0]?.partitions[0]?.errorCode ?? -1;
  }

  async read(groupId: string, topicId: string, partition: number) {
    const topics = [{ topicId, partitions: [{ partition, leaderEpoch: -1 }] }];
    const found = (await this.call(readShareGroupStateApi, { groupId, topics })).results[0]?.partitions[0];
    const batches = found?.stateBatches.map(({ firstOffset, deliveryCount }) => [firstOffset, deliveryCount]);
    return { errorCode: found?.errorCode, startOffset: found?.startOffset, batches };
  }

  async summary(groupId: string, topicId: string, partition: number) {
    const topics = [{ topicId, partitions: [{ partition, leaderEpoch: -1 }] }];
    const found = (await this.call(readShareGroupStateSummaryApi, { groupId, topics })).results[0]?.partitions[0];
    return { errorCode: found?.errorCode, startOffset: found?.startOffset };
  }

  /** Of all partitions of the state topic together. @param timestamp {@link EARLIEST} or {@link LATEST} */
  async offsets(timestamp: number, count = 3): Promise<number> {
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: -1,
      timestamp,
    }));
    const request = { replicaId: -1, isolationLevel: 0, topics: [{ name: STATE_TOPIC, partitions }], timeoutMs: 1000 };
    const { topics } = await this.call(listOffsetsApi, request);
    return (topics[0]?.partitions ?? []).reduce((sum, { offset }) => sum + offset, 0);
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

describe('share coordinators', () => {
  it('answer as Apache Kafka 4.3.1 does', async () => {
    const bed = await Bed.start({ 'share.coordinator.snapshot.update.records.per.snapshot': '3' });
    const topicId = await bed.createTopic('t', 40);
    await bed.findCoordinators('g', topicId, 40);
    const lines = readFileSync(ANSWERS, 'utf8').trimEnd().split('\n');
    for (const line of lines) {
      const { api, version, request, response } = JSON.parse(
        line.replaceAll('"T"', `"${topicId}"`).replaceAll(':T:', `:${topicId}:`),
      );
      const answer = await bed.call(APIS[api as keyof typeof APIS] as Api<unknown, unknown>, request, version);
      const plain = JSON.parse(JSON.stringify(answer, (key, value) => (key === 'unknownTags' ? undefined : value)));
      assert.deepEqual(plain, response, line);
    }
    assert.ok(lines.length > 100);
  });

  it('are offered in the versions of Apache Kafka 4.3.1', async () => {
    const bed = await Bed.start();
    const { apiKeys } = await bed.call(apiVersionsApi, { clientSoftwareName: 'a', clientSoftwareVersion: '1' });
    assert.deepEqual(
      apiKeys
        .filter(({ apiKey }) => apiKey >= 83 && apiKey <= 87)
        .map(({ apiKey, minVersion, maxVersion }) => [apiKey, minVersion, maxVersion]),
      [
        [83, 0, 0],
        [84, 0, 0],
        [85, 0, 1],
        [86, 0, 0],
        [87, 0, 1],
      ],
    );
  });

  it('are in a topic of their own that is made when it is asked for', async () => {
    const bed = await Bed.start();
    const topicId = await bed.createTopic('t');
    const asked = { groupId: 'g', topics: [{ topicId, partitions: [{ partition: 0, leaderEpoch: 0 }] }] };
    const { results } = await bed.call(readShareGroupStateApi, asked);
    const { errorCode, errorMessage } = results[0]?.partitions[0] ?? {};
    assert.deepEqual(
      [errorCode, errorMessage],
      [16, 'Unable to read share group state: This is not the correct coordinator.'],
    );
    const keys = { keyType: SHARE, coordinatorKeys: [`g:${topicId}:0`] };
    const { coordinators } = await bed.call(findCoordinatorApi, keys);
    assert.deepEqual([coordinators[0]?.errorCode, coordinators[0]?.nodeId], [15, -1]);
    await bed.findCoordinators('g', topicId);
    const names = ['cleanup.policy', 'retention.ms', 'compression.type', 'segment.bytes', 'min.insync.replicas'];
    const resources = [{ resourceType: 2, resourceName: STATE_TOPIC, configurationKeys: names }];
    const described = await bed.call(describeConfigsApi, { resources });
    assert.deepEqual(
      new Map(described.results[0]?.configs.map(({ name, value, configSource }) => [name, `${value} ${configSource}`])),
      new Map([
        ['cleanup.policy', 'delete 1'],
        ['retention.ms', '-1 1'],
        ['compression.type', 'producer 1'],
        ['segment.bytes', '104857600 1'],
        ['min.insync.replicas', '1 1'],
      ]),
    );
  });

  it('know all again after a stop and after a crash', async () => {
    const first = await Bed.start({ 'share.coordinator.snapshot.update.records.per.snapshot': '4' });
    const topicId = await first.createTopic('t', 6);
    await first.findCoordinators('g', topicId, 6);
    for (let partition = 0; partition < 6; partition++) {
      await first.initialize('g', topicId, partition, 10);
      for (let at = 10; at < 10 + partition; at++) assert.equal(await first.write('g', topicId, partition, at), 0);
    }
    const { disk } = first.broker;
    const check = async (bed: Bed): Promise<void> => {
      await bed.findCoordinators('g', topicId, 6);
      for (let partition = 0; partition < 6; partition++) {
        const startOffset = Math.max(10, 9 + partition);
        const batches = partition === 0 ? [] : [[startOffset, 2]];
        assert.deepEqual(await bed.read('g', topicId, partition), { errorCode: 0, startOffset, batches });
      }
    };
    await check(first);
    beds.pop();
    await first.stop();
    const second = await Bed.start({}, disk);
    await check(second);
    disk.kill();
    await check(await Bed.start({}, disk));
  });

  it('forget what belongs to topics that are deleted', async () => {
    const bed = await Bed.start();
    const topicId = await bed.createTopic('t', 2);
    const otherId = await bed.createTopic('other');
    await bed.findCoordinators('g', topicId, 2);
    await bed.findCoordinators('g', otherId);
    for (const partition of [0, 1]) await bed.initialize('g', topicId, partition, 5);
    await bed.initialize('g', otherId, 0, 6);
    const before = await bed.offsets(LATEST);
    await deleteTopics(bed.broker.admin(), ['t']);
    await until(async () => (await bed.offsets(LATEST)) === before + 2);
    assert.equal((await bed.read('g', topicId, 0)).errorCode, 42);
    assert.deepEqual(await bed.read('g', otherId, 0), { errorCode: 0, startOffset: 6, batches: [] });
  });

  it('cut off what newer snapshots say again', async () => {
    const config = {
      'share.coordinator.snapshot.update.records.per.snapshot': '2',
      'share.coordinator.state.topic.prune.interval.ms': '5',
      'share.coordinator.cold.partition.snapshot.interval.ms': '3600000',
    };
    const first = await Bed.start(config);
    const topicId = await first.createTopic('t');
    await first.findCoordinators('g', topicId);
    await first.initialize('g', topicId, 0, 0);
    for (let at = 0; at < 8; at++) assert.equal(await first.write('g', topicId, 0, at), 0);
    // Snapshots are at 0, 3 and 6.
    await until(async () => (await first.offsets(EARLIEST)) === 6);
    assert.equal(await first.offsets(LATEST), 9);
    beds.pop();
    await first.stop();
    const second = await Bed.start(config, first.broker.disk);
    await second.findCoordinators('g', topicId);
    assert.deepEqual(await second.read('g', topicId, 0), { errorCode: 0, startOffset: 7, batches: [[7, 2]] });
    assert.equal(await second.offsets(EARLIEST), 6);
  });

  it('write share partitions anew that nothing happens to, so that the log before them can go', async () => {
    const bed = await Bed.start({
      'share.coordinator.state.topic.num.partitions': '1',
      'share.coordinator.state.topic.prune.interval.ms': '5',
      'share.coordinator.cold.partition.snapshot.interval.ms': '10',
    });
    const topicId = await bed.createTopic('t', 2);
    await bed.findCoordinators('g', topicId, 2);
    await bed.initialize('g', topicId, 0, 7);
    await bed.initialize('g', topicId, 1, 8);
    assert.equal(await bed.write('g', topicId, 1, 9), 0);
    await until(async () => (await bed.offsets(EARLIEST, 1)) >= 3);
    assert.deepEqual(await bed.read('g', topicId, 0), { errorCode: 0, startOffset: 7, batches: [] });
    assert.deepEqual(await bed.read('g', topicId, 1), { errorCode: 0, startOffset: 9, batches: [[9, 2]] });
  });
});
