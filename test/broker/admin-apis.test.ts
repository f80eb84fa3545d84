import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AnyHandler } from '../../src/broker/handler.js';
import { BROKER_HANDLERS, CONTROLLER_HANDLERS } from '../../src/broker/handlers/index.js';
import { createTopicsApi } from '../../src/protocol/generated/create-topics.js';
import { describeClusterApi } from '../../src/protocol/generated/describe-cluster.js';
import { describeQuorumApi } from '../../src/protocol/generated/describe-quorum.js';
import { describeTopicPartitionsApi } from '../../src/protocol/generated/describe-topic-partitions.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';
import { readVectors, vectorFile } from '../support/codec/vector-file.js';

/** A request to a fresh Apache Kafka 4.3.1 and its answer, in the order in which they were made. */
interface Exchange {
  readonly listener: 'broker' | 'controller';
  /** In kebab case. */
  readonly api: string;
  readonly version: number;
  readonly request: unknown;
  readonly response: unknown;
}

const exchanges = readVectors<Exchange>(vectorFile('admin-apis.jsonl.gz'));
const PORTS = { broker: 9092, controller: 9093 };

const kebab = (name: string): string => name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

function apiOf({ listener, api }: Exchange) {
  const handlers: readonly AnyHandler[] = listener === 'broker' ? BROKER_HANDLERS : CONTROLLER_HANDLERS;
  const found = handlers.find((candidate) => kebab(candidate.api.name) === api);
  assert.ok(found, `${api} is answered on the ${listener} listener`);
  return found.api;
}

/** Bytes are written as 0x...; what is no number is null in JSON. */
const revive = (key: string, value: unknown): unknown => {
  if (typeof value === 'string' && /^0x[0-9a-f]*$/.test(value)) return Buffer.from(value.slice(2), 'hex');
  return key === 'value' && value === null ? Number.NaN : value;
};

const requestOf = ({ api, request }: Exchange): unknown =>
  JSON.parse(
    JSON.stringify(request),
    api === 'alter-configs' || api === 'incremental-alter-configs' ? undefined : revive,
  );

const UNORDERED = new Set([
  'replicaElectionResults',
  'entries of describe-client-quotas',
  'entity of describe-client-quotas',
  'values of describe-client-quotas',
  'results of describe-user-scram-credentials',
  'configResources',
]);

/** A buffer, as JSON has it. */
const isBytes = (value: unknown): value is { readonly data: number[] } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';

/** Lists that Kafka gives out in the order of a hash table are put in an order of their own. */
function comparable(api: string, response: unknown): unknown {
  return JSON.parse(JSON.stringify(response), (key, value: unknown) => {
    if (isBytes(value)) return `0x${Buffer.from(value.data).toString('hex')}`;
    if (!Array.isArray(value) || !(UNORDERED.has(key) || UNORDERED.has(`${key} of ${api}`))) return value;
    return value.map((item) => JSON.stringify(item)).sort();
  });
}

describe('administrative requests are answered as by Apache Kafka 4.3.1', () => {
  let bed: BrokerBed;
  const callers = new Map<string, ApiCaller>();
  const callerOf = async (listener: 'broker' | 'controller'): Promise<ApiCaller> => {
    const caller = callers.get(listener) ?? (await ApiCaller.open(bed.network, PORTS[listener]));
    callers.set(listener, caller);
    return caller;
  };

  before(async () => {
    bed = await BrokerBed.start();
    await bed.createTopic('a', 2);
    await bed.createTopic('b');
  });

  after(async () => {
    for (const caller of callers.values()) caller.close();
    await bed.stop();
  });

  for (const api of new Set(exchanges.map((exchange) => exchange.api))) {
    it(api, async () => {
      for (const exchange of exchanges.filter((candidate) => candidate.api === api)) {
        const { listener, version, request, response } = exchange;
        const caller = await callerOf(listener);
        const answer = await caller.call(apiOf(exchange), version, requestOf(exchange));
        // It closed the connection instead.
        if (answer === null) callers.delete(listener);
        const what = `version ${version} on the ${listener} listener: ${JSON.stringify(request)}`;
        assert.deepEqual(comparable(api, answer), comparable(api, response), what);
      }
    });
  }

  it('describe-quorum', async () => {
    for (const listener of ['broker', 'controller'] as const) {
      const request = { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] };
      const answer = await (await callerOf(listener)).call(describeQuorumApi as never, 2, request);
      const { topics, nodes } = answer as ReturnType<typeof describeQuorumApi.readResponse>;
      const quorum = topics[0]?.partitions[0];
      assert.deepEqual([quorum?.errorCode, quorum?.leaderId, quorum?.leaderEpoch], [0, 1, 1]);
      const [voter] = quorum?.currentVoters ?? [];
      assert.equal(voter?.logEndOffset, quorum?.highWatermark);
      assert.equal(voter?.replicaDirectoryId, 'AAAAAAAAAAAAAAAAAAAAAA');
      assert.ok((voter?.lastCaughtUpTimestamp ?? 0) > 0);
      assert.deepEqual(JSON.parse(JSON.stringify(nodes)), [
        { nodeId: 1, listeners: [{ name: 'CONTROLLER', host: 'localhost', port: 9093 }] },
      ]);
      const other = { topics: [{ topicName: 'x', partitions: [{ partitionIndex: 0 }] }] };
      const refused = await (await callerOf(listener)).call(describeQuorumApi as never, 2, other);
      const {
        topics: [topic],
      } = refused as ReturnType<typeof describeQuorumApi.readResponse>;
      assert.deepEqual([topic?.partitions[0]?.errorCode, topic?.partitions[0]?.leaderId], [3, 0]);
    }
  });

  it('describe-topic-partitions gets on whatever the limit, and refuses cursors that point nowhere', async () => {
    const caller = await callerOf('broker');
    await caller.call(createTopicsApi as never, 7, {
      topics: [{ name: 'dtp', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 1000,
    });
    const ask = async (responsePartitionLimit: number, cursor: unknown, name = 'dtp') => {
      const request = { topics: [{ name }], responsePartitionLimit, cursor };
      const answer = await caller.call(describeTopicPartitionsApi as never, 0, request);
      const { topics, nextCursor } = answer as ReturnType<typeof describeTopicPartitionsApi.readResponse>;
      return [topics[0]?.errorCode, topics[0]?.partitions.length, nextCursor?.partitionIndex ?? null];
    };
    assert.deepEqual(await ask(0, null), [0, 1, 1]);
    assert.deepEqual(await ask(-1, { topicName: 'dtp', partitionIndex: 1 }), [0, 1, null]);
    assert.deepEqual(await ask(0, null, 'none'), [3, 0, null]);
    assert.deepEqual(await ask(1, { topicName: 'dtp', partitionIndex: -1 }), [42, 0, null]);
    assert.deepEqual(await ask(1, { topicName: 'dtq', partitionIndex: 0 }), [42, 0, null]);
  });

  it('describe-cluster of a controller listener', async () => {
    const caller = await callerOf('controller');
    const ask = async (version: number, endpointType: number) => {
      const request = version === 0 ? {} : { endpointType };
      const answer = await caller.call(describeClusterApi as never, version, request);
      const { errorCode, errorMessage, brokers } = answer as ReturnType<typeof describeClusterApi.readResponse>;
      return [errorCode, errorMessage, brokers.map(({ brokerId, port }) => [brokerId, port])];
    };
    const mismatch = 'The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER';
    assert.deepEqual(await ask(0, 1), [42, mismatch, []]);
    assert.deepEqual(await ask(1, 1), [114, mismatch, []]);
    assert.deepEqual(await ask(1, 2), [0, null, [[1, 9093]]]);
    assert.deepEqual(await ask(2, 3), [115, 'Unsupported endpoint type 3', []]);
  });
});
