import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupRecord } from '../../../src/protocol/generated/group-coordinator-records.js';
import { consumerGroupHeartbeat } from '../../../src/state/group/consumer/consumer-heartbeat.js';
import { GROUP, GroupBed } from '../../support/group-bed.js';
import { ShareMemberBed, settleStates } from '../../support/share-group-bed.js';
import { StreamsMemberBed } from '../../support/streams-group-bed.js';

const FACTS = new Set(['ConsumerGroupMemberMetadata', 'ShareGroupMemberMetadata', 'StreamsGroupMemberMetadata']);

/** A coordinator that finds the last record of each key alone, what members say of themselves behind all others. */
function compacted(bed: GroupBed): GroupBed {
  const keyOf = ({ type, key }: GroupRecord): string => JSON.stringify([type, key]);
  const last = new Map(bed.records.map((record, index) => [keyOf(record), index]));
  const kept = bed.records.filter((record, index) => last.get(keyOf(record)) === index);
  const next = new GroupBed(bed.settings);
  const isFacts = ({ type }: GroupRecord): boolean => FACTS.has(type);
  for (const record of [...kept.filter((one) => !isFacts(one)), ...kept.filter(isFacts)]) next.machine.replay(record);
  return next;
}

function bedWithTopic(): GroupBed {
  const bed = new GroupBed();
  bed.addTopic('in', 2);
  return bed;
}

/** A member that told of another client later than it got its partitions is a usual way there. */
describe('after a compaction', () => {
  it('a consumer group is whole', () => {
    const bed = bedWithTopic();
    for (const memberId of ['a', 'b']) {
      const request = {
        groupId: GROUP,
        memberId,
        memberEpoch: 0,
        instanceId: null,
        rackId: null,
        rebalanceTimeoutMs: 1000,
        subscribedTopicNames: ['in'],
        subscribedTopicRegex: null,
        serverAssignor: null,
        topicPartitions: [],
      };
      const client = { clientId: 'client', clientHost: '/127.0.0.1', version: 1 };
      bed.run((machine, call, context) => consumerGroupHeartbeat(machine, call, request, client, context));
    }
    const group = bed.machine.consumerGroup(GROUP);
    assert.equal(group?.members.get('a')?.assigned.size, 1);
    assert.deepEqual(compacted(bed).machine.consumerGroup(GROUP)?.members, group?.members);
  });

  it('a share group is whole', () => {
    const bed = bedWithTopic();
    const member = new ShareMemberBed(bed, 'a');
    settleStates(bed, member.beat(['in']));
    member.beat();
    const group = bed.machine.shareGroup(GROUP);
    assert.equal(group?.members.get('a')?.assigned.size, 1);
    assert.deepEqual(compacted(bed).machine.shareGroup(GROUP)?.members, group?.members);
  });

  it('a streams group is whole', () => {
    const bed = bedWithTopic();
    for (const memberId of ['a', 'b']) new StreamsMemberBed(bed, memberId).beat();
    const group = bed.machine.streamsGroup(GROUP);
    assert.equal(group?.members.get('a')?.assigned.active.size, 1);
    assert.deepEqual(compacted(bed).machine.streamsGroup(GROUP)?.members, group?.members);
  });
});
