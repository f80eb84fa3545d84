import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ZERO_UUID } from '../../../src/base/bytes.js';
import { errorOfCode } from '../../../src/protocol/errors.js';
import type { CreatableTopic, CreateTopicsResponse } from '../../../src/protocol/generated/create-topics.js';
import { createPartitions } from '../../../src/state/controller/create-partitions.js';
import { createTopics } from '../../../src/state/controller/create-topics.js';
import { deleteTopics } from '../../../src/state/controller/delete-topics.js';
import { MetadataDelta } from '../../../src/state/metadata/delta.js';
import { MetadataImage } from '../../../src/state/metadata/image.js';
import { brief, ControllerBed, directoryOf } from '../../support/controller-bed.js';

let bed: ControllerBed;
beforeEach(() => {
  bed = new ControllerBed();
  for (const id of [1, 2, 3]) bed.addBroker(id);
});

const topic = (name: string, fields: Partial<CreatableTopic> = {}): CreatableTopic => ({
  name,
  numPartitions: -1,
  replicationFactor: -1,
  assignments: [],
  configs: [],
  ...fields,
});

function create(topics: CreatableTopic[], validateOnly = false) {
  const request = { topics, timeoutMs: 1000, validateOnly };
  const { response, records } = bed.run<CreateTopicsResponse>((call, context) => createTopics(call, request, context));
  const results = response.topics.map(({ errorCode = 0, errorMessage }) =>
    errorCode === 0 ? 'NONE' : `${errorOfCode(errorCode).name}: ${errorMessage}`,
  );
  return { response, records, results };
}

describe('createTopics', () => {
  it('forgets who was eligible to lead where it sets how many have to be in sync (KIP-966)', () => {
    const configs = [
      { name: 'min.insync.replicas', value: '1' },
      { name: 'retention.ms', value: '1' },
    ];
    assert.deepEqual(brief(create([topic('t', { numPartitions: 1, configs })]).records), [
      'Topic v0',
      'Config v0',
      'Config v0',
      'Partition v2',
    ]);
    bed.image.features.set('eligible.leader.replicas.version', 1);
    const records = ['Topic v0', 'Config v0', 'Config v0', 'ClearElr v0', 'Partition v2'];
    assert.deepEqual(brief(create([topic('u', { numPartitions: 1, configs })]).records), records);
  });

  it('records the topic, its configs and its partitions in this order', () => {
    const configs = [{ name: 'retention.ms', value: '1' }];
    const { response, records } = create([topic('t', { numPartitions: 3, replicationFactor: 2, configs })]);
    assert.deepEqual(brief(records), ['Topic v0', 'Config v0', 'Partition v2', 'Partition v2', 'Partition v2']);
    const { numPartitions, replicationFactor } = response.topics[0] ?? {};
    assert.deepEqual([numPartitions, replicationFactor], [3, 2]);
    const partitions = bed.image.topic('t')?.partitions ?? [];
    assert.deepEqual(
      partitions.map(({ replicas }) => replicas),
      [
        [1, 2],
        [2, 3],
        [3, 1],
      ],
    );
    assert.deepEqual(partitions[0], {
      replicas: [1, 2],
      isr: [1, 2],
      removingReplicas: [],
      addingReplicas: [],
      directories: [directoryOf(1), directoryOf(2)],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 0,
      leaderRecoveryState: 0,
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
    });
  });

  it('takes the defaults, and changes nothing when it only validates', () => {
    const { response, records } = create([topic('t')], true);
    assert.equal(response.topics[0]?.numPartitions, 2);
    assert.deepEqual(records, []);
    assert.equal(bed.image.topic('t'), undefined);
  });

  it('takes assignments as they are given', () => {
    const assignments = [
      [3, 1],
      [2, 3],
    ].map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds }));
    create([topic('t', { assignments })]);
    assert.deepEqual(
      bed.image.topic('t')?.partitions.map(({ replicas, leader }) => [replicas, leader]),
      [
        [[3, 1], 3],
        [[2, 3], 2],
      ],
    );
  });

  it('refuses one topic and makes the other', () => {
    create([topic('there')]);
    assert.deepEqual(create([topic('there'), topic('new')]).results, [
      "TOPIC_ALREADY_EXISTS: Topic 'there' already exists.",
      'NONE',
    ]);
  });

  const long = 'x'.repeat(250);
  const manual = (...lists: number[][]) => ({
    assignments: lists.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
  });
  const refused: [CreatableTopic[], string][] = [
    [[topic('')], 'INVALID_TOPIC_EXCEPTION: Topic name is invalid: the empty string is not allowed'],
    [[topic('..')], "INVALID_TOPIC_EXCEPTION: Topic name is invalid: '..' is not allowed"],
    [
      [topic('a b')],
      "INVALID_TOPIC_EXCEPTION: Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    ],
    [
      [topic(long)],
      `INVALID_TOPIC_EXCEPTION: Topic name is invalid: the length of '${long}' is longer than the max allowed length 249`,
    ],
    [[topic('t'), topic('t')], 'INVALID_REQUEST: Duplicate topic name.'],
    [
      [topic('t', { numPartitions: 0 })],
      'INVALID_PARTITIONS: Number of partitions was set to an invalid non-positive value.',
    ],
    [
      [topic('t', { replicationFactor: 0 })],
      'INVALID_REPLICATION_FACTOR: Replication factor must be larger than 0, or -1 to use the default value.',
    ],
    [
      [topic('t', { replicationFactor: 4 })],
      'INVALID_REPLICATION_FACTOR: Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot be reached because only 3 broker(s) are registered or some brokers have all their log directories cordoned.',
    ],
    [
      [topic('t', { configs: [{ name: 'unknown.key', value: '1' }] })],
      'INVALID_CONFIG: Unknown topic config name: unknown.key',
    ],
    [
      [topic('t', { configs: [{ name: 'a', value: null }] })],
      'INVALID_CONFIG: Null value not supported for topic configs: a',
    ],
    [[topic('__cluster_metadata')], 'INVALID_REQUEST: Creation of internal topic __cluster_metadata is prohibited.'],
    [
      [topic('t', manual([]))],
      'INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes an empty replica list.',
    ],
    [
      [topic('t', manual([9]))],
      'INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes broker 9, but no such broker is registered.',
    ],
    [
      [topic('t', manual([1, 1]))],
      'INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes the broker 1 more than once.',
    ],
    [
      [topic('t', manual([1], [1, 2]))],
      'INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes a partition with 2 replica(s), but this is not consistent with previous partitions, which have 1 replica(s).',
    ],
    [
      [topic('t', { ...manual([1]), numPartitions: 1 })],
      'INVALID_REQUEST: A manual partition assignment was specified, but numPartitions was not set to -1.',
    ],
  ];
  for (const [topics, expected] of refused) {
    it(`refuses: ${expected.slice(0, 110)}`, () => {
      const { results, records } = create(topics);
      assert.deepEqual([results, records], [[expected], []]);
    });
  }

  it('bounds what one request makes, and refuses it as a whole', () => {
    const partitions = 'POLICY_VIOLATION: Excessively large number of partitions per request.';
    assert.deepEqual(create([topic('t', { numPartitions: 6000 }), topic('u', { numPartitions: 4001 })]).results, [
      partitions,
      partitions,
    ]);
    const bad = topic('a b', { numPartitions: 0 });
    const tooMany = create([topic('t', { numPartitions: 9999 }), topic('u', { numPartitions: 1 }), bad]);
    const records = 'POLICY_VIOLATION: Unable to perform excessively large batch operation.';
    assert.deepEqual([tooMany.results, tooMany.records], [[records, records, records], []]);
  });

  it('says nothing where all went well', () => {
    assert.equal(create([topic('t')]).response.topics[0]?.errorMessage, null);
  });

  it('refuses names that metrics could not tell apart', () => {
    create([topic('a.b')]);
    assert.deepEqual(create([topic('a_b')]).results, [
      "INVALID_TOPIC_EXCEPTION: Topic 'a_b' collides with existing topic: a.b",
    ]);
  });
});

describe('createPartitions', () => {
  function grow(name: string, count: number, brokerIds: number[][] | null = null) {
    const assignments = brokerIds?.map((ids) => ({ brokerIds: ids })) ?? null;
    const request = { topics: [{ name, count, assignments }], timeoutMs: 1000, validateOnly: false };
    const { response, records } = bed.run<{ results: { errorCode?: number; errorMessage?: string }[] }>(
      (call, context) => createPartitions(call, request, context),
    );
    const [{ errorCode = 0, errorMessage = '' } = {}] = response.results;
    return { result: `${errorOfCode(errorCode).name}: ${errorMessage}`, records };
  }

  it('adds to what is there', () => {
    create([topic('t')]);
    assert.deepEqual(brief(grow('t', 4).records), ['Partition v2', 'Partition v2']);
    assert.equal(bed.image.topic('t')?.partitions.length, 4);
    grow('t', 5, [[3]]);
    assert.deepEqual(bed.image.partition('t', 4)?.replicas, [3]);
  });

  it('refuses what is no growth', () => {
    create([topic('t')]);
    assert.equal(grow('t', 2).result, 'INVALID_PARTITIONS: Topic already has 2 partition(s).');
    assert.equal(
      grow('t', 1).result,
      'INVALID_PARTITIONS: The topic t currently has 2 partition(s); 1 would not be an increase.',
    );
    assert.equal(grow('none', 2).result, 'UNKNOWN_TOPIC_OR_PARTITION: ');
    assert.equal(
      grow('t', 4, [[1]]).result,
      'INVALID_REPLICA_ASSIGNMENT: Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
    );
  });

  it('bounds what one request makes', () => {
    create([topic('t')]);
    assert.deepEqual(grow('t', 2 ** 31 - 1), {
      result: 'POLICY_VIOLATION: Unable to perform excessively large batch operation.',
      records: [],
    });
    assert.equal(grow('t', 10_002).records.length, 10_000);
  });
});

describe('deleteTopics', () => {
  const remove = (name: string | null, topicId = ZERO_UUID) => {
    const { response, records } = bed.run<{ responses: { errorCode?: number }[] }>((call, context) =>
      deleteTopics(call, [{ name, topicId }], context),
    );
    return { error: errorOfCode(response.responses[0]?.errorCode ?? 0).name, records };
  };

  it('goes by name or id, and takes the configs along', () => {
    create([topic('a', { configs: [{ name: 'retention.ms', value: '1' }] }), topic('b')]);
    assert.deepEqual(brief(remove('a').records), ['RemoveTopic v0']);
    assert.equal(bed.image.configs.size, 0);
    assert.deepEqual(
      [...bed.lastDelta.deletedTopics.values()].map(({ name }) => name),
      ['a'],
    );
    assert.equal(remove(null, bed.image.topic('b')?.id).error, 'NONE');
    assert.equal(bed.image.topics.size + bed.image.topicsById.size, 0);
  });

  it('refuses what is not there or said in two ways', () => {
    assert.equal(remove('none').error, 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.equal(remove(null, 'x'.repeat(22)).error, 'UNKNOWN_TOPIC_ID');
    assert.equal(remove(null).error, 'INVALID_REQUEST');
    assert.equal(remove('a', 'x'.repeat(22)).error, 'INVALID_REQUEST');
    bed = new ControllerBed({ deleteTopicEnabled: false });
    assert.equal(remove('a').error, 'TOPIC_DELETION_DISABLED');
  });
});

describe('deleteTopics of several', () => {
  const remove = (...topics: { name: string | null; topicId: string }[]) => {
    const { response, records } = bed.run<{ responses: { name: string; errorMessage?: string }[] }>((call, context) =>
      deleteTopics(call, topics, context),
    );
    return { answers: response.responses.map(({ name, errorMessage = 'deleted' }) => [name, errorMessage]), records };
  };
  const named = (name: string) => ({ name, topicId: ZERO_UUID });
  const withId = (name: string) => ({ name: null, topicId: bed.image.topic(name)?.id ?? '' });
  beforeEach(() => create([topic('a'), topic('b')]));

  it('leaves a topic that is named twice, and deletes the others', () => {
    const { answers, records } = remove(named('a'), named('b'), named('a'));
    assert.deepEqual(answers, [
      ['a', 'Duplicate topic name.'],
      ['b', 'deleted'],
    ]);
    assert.deepEqual([records.length, [...bed.image.topics.keys()]], [1, ['a']]);
  });

  it('leaves a topic whose id comes twice', () => {
    assert.deepEqual(remove(withId('a'), withId('a')).answers, [[null, 'Duplicate topic id.']]);
    assert.deepEqual(remove(withId('a'), withId('a'), named('a')).answers, [
      ['a', 'The provided topic name maps to an ID that was already supplied.'],
      [null, 'Duplicate topic id.'],
    ]);
  });

  it('leaves a topic that comes by name and by id, and answers the name', () => {
    const { answers, records } = remove(withId('a'), named('a'));
    assert.deepEqual(answers, [['a', 'The provided topic name maps to an ID that was already supplied.']]);
    assert.deepEqual(records, []);
  });

  it('deletes a topic by its id once, though its name is refused for coming twice', () => {
    const { answers, records } = remove(withId('a'), named('a'), named('a'));
    assert.deepEqual(answers, [
      ['a', 'Duplicate topic name.'],
      ['a', 'deleted'],
    ]);
    assert.equal(records.length, 1);
  });
});

it('the records alone give the same image', () => {
  create([topic('a'), topic('b', { configs: [{ name: 'retention.ms', value: '1' }] })]);
  bed.run((call, context) => deleteTopics(call, [{ name: 'a', topicId: ZERO_UUID }], context));
  const image = new MetadataImage();
  for (const record of bed.records) image.replay(record, new MetadataDelta());
  assert.deepEqual(image, bed.image);
});
