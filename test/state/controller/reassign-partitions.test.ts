import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlterPartitionReassignmentsResponse } from '../../../src/protocol/generated/alter-partition-reassignments.js';
import type { ElectLeadersResponse } from '../../../src/protocol/generated/elect-leaders.js';
import { beginControlledShutdown } from '../../../src/state/controller/brokers.js';
import { createTopics } from '../../../src/state/controller/create-topics.js';
import { electLeaders } from '../../../src/state/controller/elect-leaders.js';
import {
  alterPartitionReassignments,
  listPartitionReassignments,
} from '../../../src/state/controller/reassign-partitions.js';
import { unregisterBroker } from '../../../src/state/controller/unregister-broker.js';
import { partitionChangeRecord } from '../../../src/state/metadata/new-records.js';
import { brief, ControllerBed } from '../../support/controller-bed.js';

function bedOf(brokers: number[], replicas: number[], elr = false): ControllerBed {
  const bed = new ControllerBed();
  if (elr) {
    const value = { name: 'eligible.leader.replicas.version', featureLevel: 1 };
    bed.run((call) => ({
      records: [{ type: 'FeatureLevelRecord', version: 0, value }],
      replies: [{ call, response: null }],
      timers: [],
    }));
  }
  for (const id of brokers) bed.addBroker(id);
  const assignments = [{ partitionIndex: 0, brokerIds: replicas }];
  const topics = [{ name: 't', numPartitions: -1, replicationFactor: -1, assignments, configs: [] }];
  bed.run((call, context) => createTopics(call, { topics, timeoutMs: 1000, validateOnly: false }, context));
  return bed;
}

function reassign(bed: ControllerBed, replicas: number[] | null, allowReplicationFactorChange = true) {
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, replicas }] }];
  const { response, records } = bed.run<AlterPartitionReassignmentsResponse>((call, context) =>
    alterPartitionReassignments(call, { timeoutMs: 1000, allowReplicationFactorChange, topics }, context),
  );
  const answer = response.responses[0]?.partitions[0];
  return { error: answer?.errorCode ?? 0, message: answer?.errorMessage ?? null, records };
}

const movesOf = (bed: ControllerBed) =>
  listPartitionReassignments({ timeoutMs: 1000, topics: null }, bed.image).topics?.[0]?.partitions?.[0];

/** As a leader reports it. */
function catchUp(bed: ControllerBed, isr: number[]): void {
  const topicId = bed.image.topics.get('t')?.id ?? '';
  const record = partitionChangeRecord(topicId, 0, { isr });
  bed.run((call) => ({ records: [record], replies: [{ call, response: null }], timers: [] }));
}

describe('a partition that gets other replicas', () => {
  it('has those of both sides while it moves', () => {
    const bed = bedOf([1, 2, 3, 4], [1, 2]);
    const { error, records } = reassign(bed, [3, 4]);
    assert.equal(error, 0);
    assert.equal(records.length, 1);
    assert.deepEqual(bed.image.partition('t', 0)?.replicas, [3, 4, 1, 2]);
    assert.deepEqual(movesOf(bed), {
      partitionIndex: 0,
      replicas: [3, 4, 1, 2],
      addingReplicas: [3, 4],
      removingReplicas: [1, 2],
    });
    assert.equal(bed.image.partition('t', 0)?.leader, 1);
  });

  it('is done at once when nothing is new, and leaders that go are replaced', () => {
    const bed = bedOf([1, 2, 3], [1, 2, 3]);
    reassign(bed, [3, 2]);
    const { replicas, isr, leader, leaderEpoch, removingReplicas } = bed.image.partition('t', 0) ?? {};
    assert.deepEqual([replicas, isr, leader, leaderEpoch, removingReplicas], [[3, 2], [2, 3], 3, 1, []]);
  });

  it('goes back when the move is called off', () => {
    const bed = bedOf([1, 2, 3], [1, 2]);
    reassign(bed, [1, 3]);
    catchUp(bed, [1, 2, 3]);
    assert.equal(reassign(bed, null).error, 0);
    const { replicas, isr, addingReplicas } = bed.image.partition('t', 0) ?? {};
    assert.deepEqual([replicas, isr, addingReplicas], [[1, 2], [1, 2], []]);
    assert.equal(movesOf(bed), undefined);
    assert.deepEqual(reassign(bed, null).error, 85);
  });

  it('cannot go back to replicas of which none is in sync', () => {
    const bed = bedOf([1, 2, 3], [1]);
    reassign(bed, [2]);
    catchUp(bed, [2]);
    const { error, message } = reassign(bed, null);
    assert.equal(error, 39);
    assert.match(message ?? '', /^Unable to revert partition assignment for t:0 because it would require an unclean/);
  });

  it('keeps the number of its replicas where that must not change', () => {
    const bed = bedOf([1, 2, 3], [1, 2]);
    const { error, message } = reassign(bed, [1], false);
    assert.deepEqual([error, message], [38, 'The replication factor is changed from 2 to 1']);
    assert.equal(reassign(bed, [1, 3], false).error, 0);
  });
});

describe('elections', () => {
  const elect = (bed: ControllerBed, electionType: number) => {
    const topicPartitions = [{ topic: 't', partitions: [0] }];
    const { response, records } = bed.run<ElectLeadersResponse>((call, context) =>
      electLeaders(call, { electionType, topicPartitions, timeoutMs: 1000 }, context),
    );
    return { error: response.replicaElectionResults[0]?.partitionResult[0]?.errorCode ?? 0, records: brief(records) };
  };

  it('give the lead to the first replica once it is in sync', () => {
    const bed = bedOf([1, 2], [1, 2]);
    const topicId = bed.image.topics.get('t')?.id ?? '';
    const away = partitionChangeRecord(topicId, 0, { leader: 2, isr: [2] });
    bed.run((call) => ({ records: [away], replies: [{ call, response: null }], timers: [] }));
    assert.deepEqual(elect(bed, 0), { error: 80, records: [] });
    catchUp(bed, [2, 1]);
    assert.deepEqual(elect(bed, 0), { error: 0, records: ['PartitionChange leader=1'] });
    assert.deepEqual(elect(bed, 0), { error: 84, records: [] });
  });

  it('may be unclean where a partition has no leader', () => {
    const bed = bedOf([1, 2], [1, 2]);
    const topicId = bed.image.topics.get('t')?.id ?? '';
    const lost = partitionChangeRecord(topicId, 0, { leader: -1, isr: [1] });
    bed.run((call, context) => beginControlledShutdown(call, 1, context));
    bed.run((call) => ({ records: [lost], replies: [{ call, response: null }], timers: [] }));
    assert.deepEqual(elect(bed, 1), { error: 0, records: ['PartitionChange isr=[2] leader=2 recovery=1'] });
    assert.deepEqual(elect(bed, 1), { error: 84, records: [] });
  });
});

it('a broker that is unregistered leads and follows nothing any longer', () => {
  const bed = bedOf([1, 2], [1, 2]);
  const { records } = bed.run((call, context) => unregisterBroker(call, 1, context));
  assert.deepEqual(brief(records), ['PartitionChange isr=[2] leader=2', 'UnregisterBroker v0']);
  assert.equal(bed.image.brokers.has(1), false);
  const { response } = bed.run((call, context) => unregisterBroker(call, 1, context));
  assert.deepEqual(response, { errorCode: 102, errorMessage: 'Broker ID 1 is not currently registered' });
});

it('the last in sync of a broker that is unregistered stays eligible to lead', () => {
  const bed = bedOf([1], [1], true);
  const { records } = bed.run((call, context) => unregisterBroker(call, 1, context));
  assert.deepEqual(brief(records)[0], 'PartitionChange isr=[] leader=-1 elr=[1] lastElr=[1]');
});
