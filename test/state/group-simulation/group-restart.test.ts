import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../../src/protocol/generated/consumer-group-heartbeat.js';
import { consumerGroupHeartbeat } from '../../../src/state/group/consumer/consumer-heartbeat.js';
import { GROUP, GroupBed } from '../../support/group-bed.js';

const CLIENT = { clientId: 'client', clientHost: '/127.0.0.1', version: 1 };
const REBALANCE_MS = 20_000;

function request(memberId: string, memberEpoch: number, fields: Partial<ConsumerGroupHeartbeatRequest> = {}) {
  const joins = memberEpoch === 0;
  return {
    groupId: GROUP,
    memberId,
    memberEpoch,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: joins ? REBALANCE_MS : -1,
    subscribedTopicNames: joins ? ['t'] : null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    topicPartitions: joins ? [] : null,
    ...fields,
  };
}

const beat = (bed: GroupBed, ...args: Parameters<typeof request>): ConsumerGroupHeartbeatResponse =>
  bed.ask((machine, call, context) => consumerGroupHeartbeat(machine, call, request(...args), CLIENT, context));

/** `first` had all partitions when `second` came; it has to give half of them up, and knows. */
function halfway(first: Partial<ConsumerGroupHeartbeatRequest> = {}): {
  bed: GroupBed;
  topicId: string;
  epoch: number;
} {
  const bed = new GroupBed();
  const topicId = bed.addTopic('t', 4);
  const { memberEpoch } = beat(bed, 'first', 0, first);
  beat(bed, 'second', 0);
  return { bed, topicId, epoch: memberEpoch };
}

describe('a consumer group', () => {
  it('puts a member out that does not give partitions back, though the coordinator started again meanwhile', () => {
    const { bed, epoch } = halfway();
    beat(bed, 'first', epoch);
    const next = bed.takenOver();
    for (let waitedMs = 0; waitedMs <= REBALANCE_MS; waitedMs += 5000) {
      beat(next, 'first', epoch);
      beat(next, 'second', epoch + 1);
      next.advance(5000);
    }
    assert.deepEqual([...(next.machine.consumerGroup(GROUP)?.members.keys() ?? [])], ['second']);
  });

  it('gives a static member that comes back an epoch at once, as it has nothing to give back', () => {
    const { bed, epoch } = halfway({ instanceId: 'anna' });
    beat(bed, 'first', -2, { instanceId: 'anna' });
    const { memberEpoch, assignment } = beat(bed, 'heir', 0, { instanceId: 'anna' });
    assert.equal(memberEpoch, epoch + 1);
    assert.equal(assignment?.topicPartitions[0]?.partitions.length, 2);
  });

  it('is as it was when the records of a heartbeat are refused', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 4);
    const refused = (...args: Parameters<typeof request>): number =>
      consumerGroupHeartbeat(bed.machine, 0, request(...args), CLIENT, bed.context).records.length;
    assert.ok(refused('first', 0) > 0);
    assert.equal(bed.machine.group(GROUP), null);
    beat(bed, 'first', 0);
    const group = bed.machine.consumerGroup(GROUP);
    const before = structuredClone([group?.groupEpoch, group?.targetEpoch, group?.members, group?.targets]);
    assert.ok(refused('second', 0) > 0);
    assert.deepEqual([group?.groupEpoch, group?.targetEpoch, group?.members, group?.targets], before);
  });
});
