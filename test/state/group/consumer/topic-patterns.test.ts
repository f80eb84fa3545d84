import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsumerGroupHeartbeatRequest } from '../../../../src/protocol/generated/consumer-group-heartbeat.js';
import { consumerGroupHeartbeat } from '../../../../src/state/group/consumer/consumer-heartbeat.js';
import { GROUP, GroupBed } from '../../../support/group-bed.js';

const CLIENT = { clientId: 'c', clientHost: '/127.0.0.1', version: 1 };

function beat(bed: GroupBed, memberId: string, fields: Partial<ConsumerGroupHeartbeatRequest> = {}) {
  const { memberEpoch = 0 } = bed.machine.consumerGroup(GROUP)?.members.get(memberId) ?? {};
  const request: ConsumerGroupHeartbeatRequest = {
    groupId: GROUP,
    memberId,
    memberEpoch,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: memberEpoch === 0 ? 60_000 : -1,
    subscribedTopicNames: null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    topicPartitions: [],
    ...fields,
  };
  const response = bed.ask((machine, call, context) => consumerGroupHeartbeat(machine, call, request, CLIENT, context));
  bed.advance(0);
  return response as { errorCode: number; memberEpoch: number };
}

/** What was written since the last look. */
function news(bed: GroupBed): string[] {
  return bed.records
    .splice(0)
    .map(({ type, value }) => `${value === null ? 'no ' : ''}${type.replace(/^ConsumerGroup/, '')}`);
}

function bedWith(...topics: string[]): GroupBed {
  const bed = new GroupBed();
  for (const topic of topics) bed.addTopic(topic, 2);
  return bed;
}

const topicsOf = (bed: GroupBed, pattern: string) => bed.machine.consumerGroup(GROUP)?.patterns.get(pattern)?.topics;
const targetOf = (bed: GroupBed, memberId: string) => [
  ...(bed.machine.consumerGroup(GROUP)?.target(memberId).keys() ?? []),
];

describe('a pattern of a consumer group', () => {
  it('is resolved after the heartbeat that brings it, and assigned with the next: the records are Kafkas', () => {
    const bed = bedWith('foo1', 'bar');
    assert.equal(beat(bed, 'a', { subscribedTopicRegex: 'fo.*' }).memberEpoch, 1);
    assert.deepEqual(news(bed), ['MemberMetadata', 'CurrentMemberAssignment', 'RegularExpression', 'Metadata']);
    assert.deepEqual(topicsOf(bed, 'fo.*'), ['foo1']);
    assert.equal(beat(bed, 'a').memberEpoch, 2);
    assert.deepEqual(news(bed), ['TargetAssignmentMember', 'TargetAssignmentMetadata', 'CurrentMemberAssignment']);
    assert.deepEqual(targetOf(bed, 'a'), [bed.image.topics.get('foo1')?.id]);
  });

  it('sees a new topic after ten seconds', () => {
    const bed = bedWith('foo1');
    beat(bed, 'a', { subscribedTopicRegex: 'fo.*' });
    beat(bed, 'a');
    bed.addTopic('foo2', 1);
    news(bed);
    bed.advance(10_000);
    beat(bed, 'a');
    assert.deepEqual(news(bed), []);
    bed.advance(1);
    beat(bed, 'a');
    assert.deepEqual(news(bed), ['RegularExpression', 'Metadata']);
    assert.deepEqual(topicsOf(bed, 'fo.*'), ['foo1', 'foo2']);
    beat(bed, 'a');
    assert.equal(targetOf(bed, 'a').length, 2);
  });

  it('is looked up again after the refresh interval, which a record tells', () => {
    const bed = bedWith('foo1');
    beat(bed, 'a', { subscribedTopicRegex: 'fo.*' });
    beat(bed, 'a');
    for (let waitedMs = 0; waitedMs < 600_000; waitedMs += 30_000) {
      news(bed);
      bed.advance(30_000);
      beat(bed, 'a');
    }
    assert.deepEqual(news(bed), []);
    bed.advance(1);
    beat(bed, 'a');
    assert.deepEqual(news(bed), ['RegularExpression']);
  });

  it('is shared by members, and goes with the last', () => {
    const bed = bedWith('foo1', 'bar');
    for (const member of ['a', 'b']) beat(bed, member, { subscribedTopicRegex: 'fo.*' });
    news(bed);
    beat(bed, 'b', { memberEpoch: -1 });
    assert.ok(!news(bed).includes('no RegularExpression'));
    beat(bed, 'a');
    news(bed);
    beat(bed, 'a', { subscribedTopicNames: ['bar'], subscribedTopicRegex: '' });
    assert.deepEqual(news(bed).slice(0, 3), ['MemberMetadata', 'no RegularExpression', 'Metadata']);
    assert.equal(topicsOf(bed, 'fo.*'), undefined);
    beat(bed, 'c', { subscribedTopicRegex: 'ba.*' });
    news(bed);
    beat(bed, 'c', { memberEpoch: -1 });
    assert.deepEqual(news(bed).slice(-2), ['no RegularExpression', 'Metadata']);
  });

  it('is what the records say when another coordinator takes over', () => {
    const bed = bedWith('foo1');
    beat(bed, 'a', { subscribedTopicRegex: 'fo.*' });
    beat(bed, 'a');
    const next = bed.takenOver();
    assert.deepEqual(topicsOf(next, 'fo.*'), ['foo1']);
    next.records.length = 0;
    beat(next, 'a');
    assert.deepEqual(news(next), []);
  });
});
