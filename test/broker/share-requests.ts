/**
 * Requests of share groups as they were sent to Apache Kafka 4.3.1, whose answers are in
 * `test/fixtures/share/answers.jsonl`: a line for each, in this order.
 */
import { ZERO_UUID } from '../../src/base/bytes.js';
import type { AnyApi } from '../../src/protocol/api.js';
import { createTopicsApi } from '../../src/protocol/generated/create-topics.js';
import { deleteRecordsApi } from '../../src/protocol/generated/delete-records.js';
import { deleteTopicsApi } from '../../src/protocol/generated/delete-topics.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { incrementalAlterConfigsApi } from '../../src/protocol/generated/incremental-alter-configs.js';
import { initializeShareGroupStateApi } from '../../src/protocol/generated/initialize-share-group-state.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';
import { produceApi } from '../../src/protocol/generated/produce.js';
import { shareAcknowledgeApi } from '../../src/protocol/generated/share-acknowledge.js';
import { shareFetchApi } from '../../src/protocol/generated/share-fetch.js';
import type { ApiCaller } from '../support/api-call.js';
import { batchOf } from '../support/batches.js';

/** First offset, last offset, types. */
type Ack = readonly [number, number, ...number[]];
type Acks = Readonly<Record<string, Readonly<Record<number, readonly Ack[]>>>>;
type Fields = { readonly parts?: Acks; readonly version?: number } & Readonly<Record<string, unknown>>;

export interface Answer {
  readonly step: string;
  readonly answer: unknown;
}

interface Range {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly deliveryCount: number;
}

interface ShareResponse {
  readonly responses: readonly { readonly partitions: readonly { readonly acquiredRecords: readonly Range[] }[] }[];
}

const UNKNOWN_ID = 'xxxxxxxxxxxxxxxxxxxxxg';
const GROUP_RESOURCE = 32;
const SHARE_COORDINATOR = 2;
const NOT_YET = [3, 14, 15, 16];
const LONG_MS = 5000;

/** Sends the requests of one of the lists below, one after the other. */
export class ShareRequests {
  readonly answers: Answer[] = [];
  private readonly caller: ApiCaller;
  private readonly group: string;
  /** By the letters that stand for them. */
  private readonly ids = new Map<string, string>();
  private readonly names = new Map<string, string>();

  constructor(caller: ApiCaller, group: string) {
    this.caller = caller;
    this.group = group;
  }

  async topic(letter: string, name: string, partitions = 1): Promise<void> {
    const topic = { name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] };
    await this.caller.call(createTopicsApi, 7, { topics: [topic], timeoutMs: 10_000, validateOnly: false });
    const request = {
      topics: [{ topicId: ZERO_UUID, name }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: false,
    };
    while (this.ids.get(letter) === undefined) {
      const metadata = (await this.caller.call(metadataApi, 12, request)) as { topics: { topicId: string }[] };
      const id = metadata.topics[0]?.topicId ?? ZERO_UUID;
      if (id !== ZERO_UUID) this.ids.set(letter, id);
    }
    this.names.set(letter, name);
  }

  async produce(letter: string, count: number, index = 0): Promise<void> {
    const records = batchOf(
      Array.from({ length: count }, (_, value) => `v${value}`),
      Date.now(),
    );
    const topicData = [{ name: this.names.get(letter), partitionData: [{ index, records }] }];
    await this.caller.call(produceApi, 9, { transactionalId: null, acks: -1, timeoutMs: 5000, topicData });
  }

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, configOperation: 0, value }));
    const resources = [{ resourceType: GROUP_RESOURCE, resourceName: this.group, configs }];
    await this.caller.call(incrementalAlterConfigsApi, 1, { resources, validateOnly: false });
  }

  /** As a group coordinator does it when the group begins with the partition. */
  async initialize(letter: string, partition = 0, startOffset = -1, stateEpoch = 0): Promise<void> {
    const topicId = this.ids.get(letter);
    const topics = [{ topicId, partitions: [{ partition, stateEpoch, startOffset }] }];
    for (;;) {
      const coordinatorKeys = [`${this.group}:${topicId}:${partition}`];
      await this.caller.call(findCoordinatorApi, 6, { keyType: SHARE_COORDINATOR, coordinatorKeys });
      const answer = await this.caller.call(initializeShareGroupStateApi, 0, { groupId: this.group, topics });
      const { results } = answer as { results: { partitions: { errorCode: number }[] }[] };
      const code = results[0]?.partitions[0]?.errorCode ?? -1;
      if (code === 0) return;
      if (!NOT_YET.includes(code)) throw new Error(`cannot initialize: ${code}`);
    }
  }

  async deleteTopic(letter: string): Promise<void> {
    const name = this.names.get(letter);
    await this.caller.call(deleteTopicsApi, 6, { topics: [{ name, topicId: ZERO_UUID }], timeoutMs: 5000 });
    const request = {
      topics: [{ topicId: ZERO_UUID, name }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: false,
    };
    for (let isThere = true; isThere; ) {
      const metadata = (await this.caller.call(metadataApi, 12, request)) as { topics: { errorCode: number }[] };
      isThere = metadata.topics[0]?.errorCode === 0;
    }
  }

  async deleteRecords(letter: string, offset: number): Promise<void> {
    const topics = [{ name: this.names.get(letter), partitions: [{ partitionIndex: 0, offset }] }];
    await this.caller.call(deleteRecordsApi, 2, { topics, timeoutMs: 5000 });
  }

  async fetch(step: string, memberId: string, shareSessionEpoch: number, fields: Fields = {}, caller = this.caller) {
    const { parts = {}, version = 2, ...rest } = fields;
    return this.send(step, caller, shareFetchApi, version, {
      groupId: this.group,
      memberId,
      shareSessionEpoch,
      maxWaitMs: 100,
      minBytes: 1,
      maxBytes: 1_000_000,
      maxRecords: 500,
      batchSize: 500,
      shareAcquireMode: 0,
      isRenewAck: false,
      topics: this.topics(parts),
      forgottenTopicsData: [],
      ...rest,
    });
  }

  async acknowledge(step: string, memberId: string, shareSessionEpoch: number, fields: Fields = {}) {
    const { parts = {}, version = 2, ...rest } = fields;
    return this.send(step, this.caller, shareAcknowledgeApi, version, {
      groupId: this.group,
      memberId,
      shareSessionEpoch,
      isRenewAck: false,
      topics: this.topics(parts),
      ...rest,
    });
  }

  id(letter: string): string {
    return this.ids.get(letter) ?? letter;
  }

  private topics(parts: Acks) {
    return Object.entries(parts).map(([letter, partitions]) => ({
      topicId: this.id(letter),
      partitions: Object.entries(partitions).map(([index, acks]) => ({
        partitionIndex: Number(index),
        acknowledgementBatches: acks.map(([firstOffset, lastOffset, ...acknowledgeTypes]) => ({
          firstOffset,
          lastOffset,
          acknowledgeTypes,
        })),
      })),
    }));
  }

  private async send(step: string, caller: ApiCaller, api: AnyApi, version: number, request: unknown) {
    const response = await caller.call(api, version, request);
    const isBytes = (value: unknown): value is { type: string; data: number[] } =>
      (value as { type?: string } | null)?.type === 'Buffer';
    let text = JSON.stringify(response, (_, value) => (isBytes(value) ? `${value.data.length} bytes` : value));
    for (const [letter, id] of this.ids) text = text.replaceAll(id, letter);
    const answer = JSON.parse(text.replaceAll(/"port":\d+/g, '"port":0'));
    this.answers.push({ step, answer });
    return response as ShareResponse;
  }
}

/** What is refused before any record is looked at. */
export async function refusedRequests(requests: ShareRequests): Promise<void> {
  const at0 = { T: { 0: [] } };
  await requests.configure({ 'share.auto.offset.reset': 'earliest' });
  await requests.fetch('not initialized', 'm', 0, { parts: at0 });
  await requests.fetch('no group', 'm', 0, { groupId: null });
  await requests.fetch('no member', 'm', 0, { memberId: null });
  await requests.fetch('empty member', '', 0);
  await requests.fetch('long member', 'm'.repeat(37), 0);
  await requests.fetch('no session', 'n', 5);
  await requests.fetch('no session to end', 'n', -1);
  await requests.fetch('acknowledges at first', 'n', 0, { parts: { T: { 0: [[0, 1, 1]] } } });
  await requests.acknowledge('ack: no group', 'n', 1, { groupId: null });
  await requests.acknowledge('ack: no session', 'n', 1);
  await requests.acknowledge('ack: epoch 0', 'n', 0);
  await requests.acknowledge('ack: final without session', 'n', -1);
  await requests.fetch('no partitions', 'n', 0);
  await requests.fetch('unknown topic and partition', 'n', 0, { parts: { [UNKNOWN_ID]: { 0: [] }, T: { 7: [] } } });
  await requests.initialize('T');
  await requests.fetch('known now', 'n', 0, { parts: at0, maxWaitMs: LONG_MS, maxRecords: 5 });
  await requests.fetch('unknown partition', 'n', 1, { parts: { T: { 7: [] } } });
  await requests.fetch('it stays', 'n', 2);
  await requests.fetch('unknown topic', 'n', 3, { parts: { [UNKNOWN_ID]: { 0: [] } } });
  await requests.fetch('it stays as well', 'n', 4);
  const forgottenTopicsData = [
    { topicId: UNKNOWN_ID, partitions: [0] },
    { topicId: requests.id('T'), partitions: [7] },
  ];
  await requests.fetch('forgotten', 'n', 5, { forgottenTopicsData });
  await requests.fetch('wrong epoch', 'n', 1);
  await requests.acknowledge('ack: wrong epoch', 'n', 3);
  const wrong: Readonly<Record<string, readonly Ack[]>> = {
    'first behind last': [[3, 2, 1]],
    overlapping: [
      [0, 2, 1],
      [1, 3, 1],
    ],
    'no types': [[0, 2]],
    'too few types': [[0, 2, 1, 1]],
    'unknown type': [[0, 2, 5]],
    'renewal unannounced': [[0, 2, 4]],
    'past the end': [[2, 12, 1]],
    'all past the end': [[12, 14, 1]],
  };
  let epoch = 6;
  for (const [step, acks] of Object.entries(wrong)) {
    await requests.acknowledge(`ack: ${step}`, 'n', epoch++, { parts: { T: { 0: acks } } });
  }
  const renewal = { parts: { T: { 0: [[0, 2, 4]] } } } as const;
  await requests.acknowledge('ack: renewal in version 1', 'n', epoch++, { ...renewal, version: 1 });
  await requests.acknowledge('ack: elsewhere', 'n', epoch++, {
    parts: { [UNKNOWN_ID]: { 0: [[0, 0, 1]] }, T: { 7: [[0, 0, 1]] }, O: { 0: [[0, 0, 1]] } },
  });
  await requests.acknowledge('ack: nothing', 'n', epoch++, { parts: at0 });
  await requests.fetch('renewal asks for records', 'n', epoch, { ...renewal, isRenewAck: true });
  await requests.fetch('unknown mode', 'n', epoch++, { shareAcquireMode: 7 });
  await requests.fetch('no records', 'n', epoch++, { maxRecords: 0 });
  await requests.fetch('no bytes', 'n', epoch++, { maxBytes: 0 });
  await requests.fetch('fewer than no bytes', 'n', epoch++, { maxBytes: -1 });
  await requests.fetch('fewer than no records', 'n', epoch++, { maxRecords: -1 });
}

/** What members get, and what becomes of what they say. */
export async function deliveries(requests: ShareRequests): Promise<void> {
  const at0 = { T: { 0: [] } };
  const acks = (...batches: Ack[]): Fields => ({ parts: { T: { 0: batches } } });
  await requests.configure({ 'share.auto.offset.reset': 'earliest' });
  for (const count of [3, 2, 5]) await requests.produce('T', count);
  await requests.initialize('T');
  await requests.fetch('begins', 'm', 0, { parts: at0, maxWaitMs: LONG_MS, maxRecords: 4, batchSize: 2 });
  await requests.fetch('goes on', 'm', 1, { batchSize: 2 });
  await requests.fetch('nothing more', 'm', 2);
  await requests.fetch('accepts', 'm', 3, acks([0, 2, 1]));
  await requests.fetch('accepts again', 'm', 4, acks([0, 2, 1]));
  await requests.acknowledge('types one by one', 'm', 5, acks([3, 4, 2, 3]));
  await requests.fetch('what was released', 'm', 6);
  await requests.acknowledge('one not acquired', 'm', 7, acks([4, 4, 1]));
  await requests.acknowledge('renews', 'm', 8, { ...acks([5, 7, 4]), isRenewAck: true });
  const nothing = { maxWaitMs: 0, minBytes: 0, maxBytes: 0, maxRecords: 0 };
  await requests.fetch('renews in a fetch', 'm', 9, { ...acks([5, 5, 4]), ...nothing, isRenewAck: true });
  await requests.fetch('another member', 'n', 0, { parts: at0 });
  await requests.acknowledge('not its owner', 'n', 1, acks([5, 5, 1]));
  await requests.acknowledge('some are gaps', 'm', 10, acks([3, 3, 1], [5, 6, 0]));
  await requests.fetch('ends and accepts', 'm', -1, acks([7, 7, 1]));
  await requests.fetch('session is over', 'm', 11);
  await requests.fetch('released by the end', 'n', 2);
  await requests.acknowledge('ends and releases', 'n', -1, acks([8, 9, 2]));
  for (let time = 0; time < 4; time++) {
    const { responses } = await requests.fetch(`delivery ${time}`, 'o', time * 2, { parts: at0 });
    const acquired = responses[0]?.partitions[0]?.acquiredRecords ?? [];
    const released = acquired.map(({ firstOffset, lastOffset }): Ack => [firstOffset, lastOffset, 2]);
    await requests.acknowledge(`release ${time}`, 'o', time * 2 + 1, acks(...released));
  }
  await requests.fetch('delivered too often', 'o', 8);
  for (const count of [5, 5]) await requests.produce('T', count);
  await requests.fetch('record limit', 'o', 9, { shareAcquireMode: 1, maxRecords: 3 });
  await requests.fetch('record limit again', 'o', 10, { shareAcquireMode: 1, maxRecords: 4 });
  await requests.fetch('whole batches after that', 'o', 11, { maxRecords: 1 });
  await requests.fetch('too few bytes', 'o', 12, { minBytes: 100_000 });
  await requests.produce('T', 2);
  await requests.fetch('too few bytes in time', 'o', 13, { minBytes: 100_000 });
  await requests.deleteRecords('T', 21);
  await requests.produce('T', 1);
  await requests.fetch('the log begins later', 'o', 14);
  await requests.acknowledge('before the log', 'o', 15, acks([10, 10, 1]));
  await requests.initialize('O', 0);
  await requests.initialize('O', 1);
  await requests.fetch('more partitions', 'o', 16, { parts: { O: { 0: [], 1: [] } }, version: 1 });
  await requests.produce('O', 1, 1);
  await requests.fetch('one of them has records', 'o', 17, { maxWaitMs: LONG_MS });
  await requests.fetch('none has more', 'o', 18);
}

/** How long a member has its records, and where a group begins. */
export async function locksAndFences(requests: ShareRequests, open: () => Promise<ApiCaller>): Promise<void> {
  const at0 = { T: { 0: [] } };
  const acks = (...batches: Ack[]): Fields => ({ parts: { T: { 0: batches } } });
  await requests.configure({ 'share.auto.offset.reset': 'by_duration:PT0S', 'share.record.lock.duration.ms': '1000' });
  await requests.produce('T', 2);
  await requests.produce('T', 3);
  await requests.initialize('T');
  await requests.fetch('no record is so new', 'm', 0, { parts: at0 });
  await requests.configure({ 'share.auto.offset.reset': 'by_duration:PT1H' });
  await requests.fetch('begins an hour ago', 'm', 0, { parts: at0, maxWaitMs: LONG_MS, maxRecords: 1 });
  await requests.acknowledge('all are released', 'm', 1, acks([0, 1, 2]));
  await requests.fetch('and come again', 'm', 2, { maxRecords: 1 });
  await requests.fetch('before the next ones', 'm', 3, { maxRecords: 1, maxWaitMs: LONG_MS });
  await requests.configure({ 'share.record.lock.duration.ms': '30000' });
  await requests.fetch('what is not acknowledged comes again', 'm', 4, { maxRecords: 1, maxWaitMs: LONG_MS });
  const other = await open();
  await requests.fetch('on another connection', 'n', 0, { parts: at0, maxWaitMs: LONG_MS }, other);
  other.close();
  await requests.fetch('is over when that is closed', 'm', 5, { maxWaitMs: LONG_MS });
  await requests.initialize('T', 0, 3, 1);
  await requests.acknowledge('another state', 'm', 6, acks([2, 4, 1]));
  await requests.acknowledge('is read anew', 'm', 7, acks([2, 4, 1]));
  await requests.fetch('and has another start', 'm', 8, { maxWaitMs: LONG_MS });
  await requests.configure({ 'share.renew.acknowledge.enable': 'false' });
  await requests.acknowledge('no renewal', 'm', 9, { ...acks([3, 4, 4]), isRenewAck: true });
  await requests.acknowledge('all or nothing', 'm', 10, { ...acks([3, 4, 1, 4]), isRenewAck: true });
  await requests.acknowledge('nothing it was', 'm', 11, acks([3, 4, 1]));
  await requests.deleteTopic('T');
  await requests.fetch('of a topic that is gone', 'm', 12);
  await requests.acknowledge('a record that is gone', 'm', 13, acks([3, 4, 1]));
  await requests.fetch('ends without it', 'm', -1);
}
