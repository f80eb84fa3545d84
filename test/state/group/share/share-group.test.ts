import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeletableGroupResult } from '../../../../src/protocol/generated/delete-groups.js';
import { deleteGroup } from '../../../../src/state/group/delete-group.js';
import { describeClassicGroup, listGroups } from '../../../../src/state/group/describe-groups.js';
import { Effects } from '../../../../src/state/group/effects.js';
import {
  type AlterShareOffsetsAnswer,
  alterShareOffsets,
} from '../../../../src/state/group/share/alter-share-offsets.js';
import {
  beginGroupDeletion,
  beginOffsetDeletion,
  finishOffsetDeletion,
  type StateDeletion,
} from '../../../../src/state/group/share/delete-share-state.js';
import { describeShareGroup } from '../../../../src/state/group/share/describe-share-group.js';
import { dropTopics } from '../../../../src/state/group/share/share-initialization.js';
import { errorOf, GROUP, GroupBed, join } from '../../../support/group-bed.js';
import { recordNames, ShareMemberBed, settleStates } from '../../../support/share-group-bed.js';

/** A member that has all partitions of the topic. */
function settled(bed: GroupBed, names = ['t'], memberId = 'm'): ShareMemberBed {
  const member = new ShareMemberBed(bed, memberId);
  settleStates(bed, member.beat(names));
  member.beat();
  return member;
}

const newRecords = (bed: GroupBed, work: () => void): string[] => {
  const before = bed.records.length;
  work();
  return recordNames(bed.records.slice(before));
};

const alter = (bed: GroupBed, topics: Record<string, Record<number, number>>): AlterShareOffsetsAnswer =>
  bed.ask((machine, call, context) => {
    const request = {
      groupId: GROUP,
      topics: Object.entries(topics).map(([topicName, offsets]) => ({
        topicName,
        partitions: Object.entries(offsets).map(([index, startOffset]) => ({
          partitionIndex: Number(index),
          startOffset,
        })),
      })),
    };
    return alterShareOffsets(machine, call, request, context);
  });

describe('a heartbeat of a share group', () => {
  const refusals: [string, object, string, string][] = [
    ['no group', { groupId: ' ' }, 'INVALID_REQUEST', "GroupId can't be empty."],
    ['no member id', { memberId: ' ' }, 'INVALID_REQUEST', "MemberId can't be empty."],
    ['an empty rack', { rackId: ' ' }, 'INVALID_REQUEST', "RackId can't be empty."],
    [
      'no topics',
      { subscribedTopicNames: [] },
      'INVALID_REQUEST',
      'SubscribedTopicNames must be set in first request.',
    ],
    ['an epoch of no kind', { memberEpoch: -2 }, 'INVALID_REQUEST', 'MemberEpoch is invalid.'],
    ['an epoch in no group', { memberEpoch: 1 }, 'GROUP_ID_NOT_FOUND', 'Share group group not found.'],
    ['leaving no group', { memberEpoch: -1 }, 'GROUP_ID_NOT_FOUND', 'Group group not found.'],
  ];
  for (const [name, fields, error, message] of refusals) {
    it(`refuses ${name}`, () => {
      const { response } = new ShareMemberBed(new GroupBed(), 'm').ask({ subscribedTopicNames: ['t'], ...fields });
      assert.deepEqual([errorOf(response), response.errorMessage], [error, message]);
    });
  }

  it('fences members by their epoch; the one before counts, as an answer may have been lost', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 2);
    const member = settled(bed);
    assert.equal(member.epoch, 3);
    assert.deepEqual(member.assigned, { [topicId]: [0, 1] });
    assert.equal(errorOf(member.ask({ memberEpoch: 2 }).response), 'NONE');
    assert.match(member.ask({ memberEpoch: 4 }).response.errorMessage ?? '', /^The share group member has a greater/);
    const { response } = member.ask({ memberEpoch: 1 });
    assert.equal(errorOf(response), 'FENCED_MEMBER_EPOCH');
    assert.match(response.errorMessage ?? '', /does not match the previous member epoch \(2\)/);
    assert.equal(errorOf(new ShareMemberBed(bed, 'other').ask({ memberEpoch: 3 }).response), 'UNKNOWN_MEMBER_ID');
  });

  it('tells of the assignment when it changed, to those who join and to those who name their topics', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 1);
    const member = settled(bed);
    assert.equal(member.ask().response.assignment, null);
    assert.equal(member.ask({ subscribedTopicNames: ['t'] }).response.assignment?.topicPartitions?.length, 1);
    assert.equal(
      member.ask({ memberEpoch: 0, subscribedTopicNames: ['t'] }).response.assignment?.topicPartitions?.length,
      1,
    );
  });

  it('has room for so many members', () => {
    const bed = new GroupBed({ shareMaxSize: 1 });
    bed.addTopic('t', 1);
    const member = settled(bed);
    const { response } = new ShareMemberBed(bed, 'other').ask({ subscribedTopicNames: ['t'] });
    assert.equal(response.errorMessage, 'The share group has reached its maximum capacity of 1 members.');
    assert.equal(errorOf(member.ask({ memberEpoch: 0, subscribedTopicNames: ['t'] }).response), 'NONE');
  });

  it('takes away who says nothing for a session, also after another coordinator has taken over', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 1);
    settled(bed);
    const next = bed.takenOver();
    assert.deepEqual(next.machine.shareGroup(GROUP), bed.machine.shareGroup(GROUP));
    for (const one of [bed, next]) {
      one.advance(44_999);
      assert.equal(one.machine.shareGroup(GROUP)?.state, 'Stable');
      assert.deepEqual(
        newRecords(one, () => one.advance(1)),
        ['-CurrentMemberAssignment', '-TargetAssignmentMember', '-MemberMetadata', 'Metadata'],
      );
      assert.equal(one.machine.shareGroup(GROUP)?.state, 'Empty');
    }
  });

  it('leaves the target alone for a while after it was made', () => {
    const bed = new GroupBed({ shareAssignmentIntervalMs: 1000 });
    const topicId = bed.addTopic('t', 1);
    const member = new ShareMemberBed(bed, 'm');
    settleStates(bed, member.beat(['t']));
    member.beat();
    assert.deepEqual(member.assigned, {});
    bed.advance(1000);
    member.beat();
    assert.deepEqual(member.assigned, { [topicId]: [0] });
  });
});

describe('records of a share group, as measured on Apache Kafka 4.3.1', () => {
  it('come in the order of Kafka', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 2);
    const member = new ShareMemberBed(bed, 'm1');
    const joining = newRecords(bed, () => settleStates(bed, member.beat(['t'])));
    assert.deepEqual(joining, [
      'MemberMetadata',
      'Metadata',
      'TargetAssignmentMember',
      'TargetAssignmentMetadata',
      'CurrentMemberAssignment',
      'StatePartitionMetadata',
      'StatePartitionMetadata',
    ]);
    const assigning = newRecords(bed, () => void member.beat());
    assert.deepEqual(assigning, [
      'Metadata',
      'TargetAssignmentMember',
      'TargetAssignmentMetadata',
      'CurrentMemberAssignment',
    ]);
    assert.deepEqual(
      newRecords(bed, () => void member.beat()),
      [],
    );
    assert.deepEqual(
      newRecords(bed, () => void member.ask({ rackId: 'r' })),
      ['MemberMetadata'],
    );
  });

  it('bring everything back', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 3);
    bed.addTopic('u', 2);
    settled(bed, ['t', 'u'], 'a');
    settled(bed, ['u'], 'b');
    assert.deepEqual(bed.takenOver().machine.shareGroup(GROUP), bed.machine.shareGroup(GROUP));
  });
});

describe('partitions of a share group', () => {
  it('are assigned once share coordinators have a state of them', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 2);
    const member = new ShareMemberBed(bed, 'm');
    const initialization = member.beat(['t']);
    assert.deepEqual(initialization, {
      stateEpoch: 2,
      partitions: [
        { topicId, partition: 0, startOffset: -1 },
        { topicId, partition: 1, startOffset: -1 },
      ],
    });
    assert.equal(member.beat(), null);
    assert.deepEqual(member.assigned, {});
    settleStates(bed, initialization);
    member.beat();
    assert.deepEqual(member.assigned, { [topicId]: [0, 1] });
  });

  it('are asked for again at once when they were refused, and after a while when nothing was heard', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 1);
    const member = new ShareMemberBed(bed, 'm');
    settleStates(bed, member.beat(['t']), false);
    assert.equal(member.beat()?.partitions.length, 1);
    bed.advance(29_999);
    assert.equal(member.beat(), null);
    bed.advance(1);
    assert.equal(member.beat()?.partitions.length, 1);
    assert.equal(member.beat(), null);
    const next = bed.takenOver();
    const there = new ShareMemberBed(next, 'm');
    there.epoch = member.epoch;
    assert.equal(there.beat(), null);
    next.advance(30_000);
    assert.equal(there.beat()?.partitions.length, 1);
  });

  it('that are added, or come with a topic of later, follow', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 1);
    const member = settled(bed, ['later', 't']);
    bed.addTopic('t', 3);
    assert.deepEqual(
      member.beat()?.partitions.map(({ partition }) => partition),
      [1, 2],
    );
    settleStates(bed, {
      stateEpoch: 0,
      partitions: [1, 2].map((partition) => ({ topicId, partition, startOffset: -1 })),
    });
    member.beat();
    assert.deepEqual(member.assigned, { [topicId]: [0, 1, 2] });
    const later = bed.addTopic('later', 1);
    settleStates(bed, member.beat());
    member.beat();
    assert.deepEqual(member.assigned, { [topicId]: [0, 1, 2], [later]: [0] });
  });

  it('go with their topic', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 1);
    const member = settled(bed);
    bed.image.topics.delete('t');
    bed.image.topicsById.delete(topicId);
    bed.ask((machine, call, context) => {
      const effects = new Effects().reply(call, null);
      dropTopics(machine, new Set([topicId]), effects, context);
      return effects;
    });
    assert.equal(bed.machine.shareGroup(GROUP)?.progress.initialized.size, 0);
    member.beat();
    assert.deepEqual(member.assigned, {});
  });

  it('of a group that was deleted meanwhile are nobody’s', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 1);
    assert.deepEqual(
      newRecords(bed, () =>
        settleStates(bed, { stateEpoch: 1, partitions: [{ topicId, partition: 0, startOffset: -1 }] }),
      ),
      [],
    );
  });
});

describe('offsets of a share group', () => {
  it('are set while nobody is in it, which makes the group where there is none', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 2);
    const answer = alter(bed, { t: { 1: 7, 9: 7 }, none: { 0: 0 } });
    assert.deepEqual(answer.initialization, { stateEpoch: 1, partitions: [{ topicId, partition: 1, startOffset: 7 }] });
    assert.deepEqual(
      answer.topics.map(({ topicName, partitions }) => [
        topicName,
        partitions?.map((partition) => [partition.partitionIndex, errorOf(partition)]),
      ]),
      [
        [
          't',
          [
            [1, 'NONE'],
            [9, 'UNKNOWN_TOPIC_OR_PARTITION'],
          ],
        ],
      ],
    );
    assert.equal(bed.machine.shareGroup(GROUP)?.groupEpoch, 1);
    settled(bed);
    assert.equal(errorOf(alter(bed, { t: { 0: 0 } })), 'NON_EMPTY_GROUP');
  });

  it('are deleted topic by topic, what is left over by an earlier attempt too', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 2);
    bed.addTopic('u', 1);
    const member = settled(bed);
    const forget = (...names: string[]) =>
      bed.ask<StateDeletion>((machine, call, context) => beginOffsetDeletion(machine, call, GROUP, names, context));
    assert.equal(errorOf(forget('t')), 'NON_EMPTY_GROUP');
    member.leave();
    const { partitions, missing } = forget('none', 't', 'u');
    assert.deepEqual([...partitions], [[topicId, [0, 1]]]);
    assert.deepEqual(
      missing.map(({ name, why }) => [name, why]),
      [
        ['none', 'This server does not host this topic-partition.'],
        ['u', 'There is no offset information to delete.'],
      ],
    );
    assert.deepEqual([...forget('t').partitions], [[topicId, [0, 1]]]);
    bed.ask((machine, call, context) =>
      finishOffsetDeletion(machine, GROUP, new Set([topicId]), context).reply(call, null),
    );
    assert.equal(forget('t').missing.length, 1);
  });
});

describe('a share group', () => {
  it('is deleted with its state first, when nobody is in it', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 1);
    const member = settled(bed);
    const begin = () =>
      bed.ask<StateDeletion>((machine, call, context) => beginGroupDeletion(machine, call, GROUP, context));
    const remove = () => bed.ask<DeletableGroupResult>((machine, call) => deleteGroup(machine, call, GROUP));
    assert.equal(errorOf(begin()), 'NON_EMPTY_GROUP');
    assert.equal(errorOf(remove()), 'NON_EMPTY_GROUP');
    member.leave();
    assert.deepEqual([...begin().partitions], [[topicId, [0]]]);
    assert.deepEqual(
      newRecords(bed, () => void remove()),
      ['-TargetAssignmentMetadata', '-StatePartitionMetadata', '-Metadata'],
    );
    assert.equal(bed.machine.group(GROUP), null);
    assert.equal(bed.takenOver().machine.group(GROUP), null);
  });

  it('is none of the other kinds', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 1);
    const member = settled(bed);
    const joined = bed.answer<{ errorCode: number; memberId: string }>(join(bed, 'm'));
    assert.deepEqual([errorOf(joined), joined.memberId], ['INCONSISTENT_GROUP_PROTOCOL', '']);
    assert.equal(describeClassicGroup(bed.machine, GROUP, 6).errorMessage, 'Group group is not a classic group.');
    assert.deepEqual(listGroups(bed.machine, ['stable'], ['share']), [
      { groupId: GROUP, protocolType: 'share', groupState: 'Stable', groupType: 'share' },
    ]);
    assert.deepEqual(listGroups(bed.machine, [], ['classic', 'consumer']), []);
    member.leave();
    assert.equal(listGroups(bed.machine, ['Empty'], [])[0]?.groupType, 'share');
  });

  it('does not begin where there is a group of another kind', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 1);
    bed.answer(join(bed, ''));
    const { response } = new ShareMemberBed(bed, 'm').ask({ subscribedTopicNames: ['t'] });
    assert.deepEqual(
      [errorOf(response), response.errorMessage],
      ['GROUP_ID_NOT_FOUND', 'Group group is not a share group.'],
    );
    assert.equal(describeShareGroup(bed.machine, GROUP, bed.image).errorMessage, 'Group group is not a share group.');
    assert.equal(alter(bed, {}).errorMessage, 'Group group is not a share group.');
  });
});
