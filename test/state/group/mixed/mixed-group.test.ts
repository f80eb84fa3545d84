import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Reader } from '../../../../src/base/bytes.js';
import { Writer } from '../../../../src/base/writer.js';
import type { ConsumerGroupHeartbeatResponse } from '../../../../src/protocol/generated/consumer-group-heartbeat.js';
import {
  readConsumerProtocolAssignment,
  writeConsumerProtocolAssignment,
} from '../../../../src/protocol/generated/consumer-protocol-assignment.js';
import { writeConsumerProtocolSubscription } from '../../../../src/protocol/generated/consumer-protocol-subscription.js';
import type { JoinGroupResponse } from '../../../../src/protocol/generated/join-group.js';
import type { SyncGroupResponse } from '../../../../src/protocol/generated/sync-group.js';
import { syncGroup } from '../../../../src/state/group/classic/sync-group.js';
import { consumerGroupHeartbeat } from '../../../../src/state/group/consumer/consumer-heartbeat.js';
import { describeConsumerGroup } from '../../../../src/state/group/consumer/describe-consumer-group.js';
import { commitOffsets } from '../../../../src/state/group/offsets/commit-offsets.js';
import type { GroupSettings } from '../../../../src/state/group/settings.js';
import {
  beat,
  errorOf,
  GROUP,
  GroupBed,
  type JoinOptions,
  join,
  LED_PARTITION,
  leave,
  newMemberId,
  REBALANCE_MS,
  SESSION_MS,
  sync,
} from '../../../support/group-bed.js';

const VERSION = 3;
const STATIC = { groupInstanceId: 'anna' };

function subscription(topics: readonly string[], owned: readonly number[] = []): JoinOptions {
  const writer = new Writer();
  writer.int16(VERSION);
  const ownedPartitions = owned.length === 0 ? [] : [{ topic: 't', partitions: [...owned] }];
  writeConsumerProtocolSubscription(writer, VERSION, { topics: [...topics], ownedPartitions });
  return { protocols: [{ name: 'range', metadata: writer.toBuffer() }] };
}

function assignment(partitions: readonly number[], userData: Buffer | null = null): Buffer {
  const writer = new Writer();
  writer.int16(VERSION);
  writeConsumerProtocolAssignment(writer, VERSION, {
    assignedPartitions: [{ topic: 't', partitions: [...partitions] }],
    userData,
  });
  return writer.toBuffer();
}

function partitionsOf(bytes: Buffer): number[] {
  const reader = new Reader(bytes);
  return readConsumerProtocolAssignment(reader, reader.int16()).assignedPartitions.flatMap(
    ({ partitions }) => partitions,
  );
}

function bedWith(settings: Partial<GroupSettings> = {}): GroupBed {
  const bed = new GroupBed({ initialRebalanceDelayMs: 0, ...settings });
  bed.addTopic('t', 4);
  return bed;
}

const joined = (bed: GroupBed, memberId: string, options: JoinOptions): JoinGroupResponse =>
  bed.answer<JoinGroupResponse>(join(bed, memberId, options));

function synced(bed: GroupBed, memberId: string, generation: number, groupInstanceId: string | null = null): number[] {
  return partitionsOf(bed.answer<SyncGroupResponse>(sync(bed, memberId, generation, { groupInstanceId })).assignment);
}

/** A classic group of one that has all four partitions. */
function classicGroupOfOne(bed: GroupBed, options: JoinOptions = {}): { memberId: string; generation: number } {
  const all = { ...subscription(['t']), ...options };
  const firstId = all.groupInstanceId == null ? newMemberId(bed, all) : '';
  const { memberId, generationId } = joined(bed, firstId, all);
  const request = {
    groupId: GROUP,
    generationId,
    memberId,
    groupInstanceId: all.groupInstanceId ?? null,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId, assignment: assignment([0, 1, 2, 3]) }],
  };
  bed.run((machine, call, context) => syncGroup(machine, call, request, context));
  return { memberId, generation: generationId };
}

interface Beat {
  readonly owned?: readonly number[] | null;
  readonly instanceId?: string | null;
}

function modern(
  bed: GroupBed,
  memberId: string,
  memberEpoch: number,
  { owned = null, instanceId = null }: Beat = {},
): ConsumerGroupHeartbeatResponse {
  const joins = memberEpoch === 0;
  const topicId = bed.image.topics.get('t')?.id ?? '';
  const had = owned === null ? null : owned.length === 0 ? [] : [{ topicId, partitions: [...owned] }];
  const request = {
    groupId: GROUP,
    memberId,
    memberEpoch,
    instanceId,
    rackId: null,
    rebalanceTimeoutMs: joins ? REBALANCE_MS : -1,
    subscribedTopicNames: joins ? ['t'] : null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    topicPartitions: joins ? [] : had,
  };
  const client = { clientId: 'client', clientHost: '/127.0.0.1', version: 1 };
  return bed.ask((machine, call, context) => consumerGroupHeartbeat(machine, call, request, client, context));
}

function commit(bed: GroupBed, memberId: string, generation: number, partitions: readonly number[]): string {
  const topicId = bed.image.topics.get('t')?.id ?? '';
  const request = {
    groupId: GROUP,
    generationIdOrMemberEpoch: generation,
    memberId,
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: [
      {
        name: 't',
        topicId,
        partitions: partitions.map((partitionIndex) => ({
          partitionIndex,
          committedOffset: 5,
          committedLeaderEpoch: -1,
          committedMetadata: '',
        })),
      },
    ],
  };
  const names = { name: () => 't', id: () => topicId };
  const { topics } = bed.ask<{ topics: { partitions: { errorCode: number }[] }[] }>((machine, call, context) =>
    commitOffsets(machine, call, request, 9, names, context),
  );
  return [...new Set(topics.flatMap((topic) => topic.partitions.map(errorOf)))].join();
}

const typeOf = (bed: GroupBed): string | undefined => bed.machine.group(GROUP)?.type;
const typesSince = (bed: GroupBed, from: number): string[] =>
  bed.records.slice(from).map(({ type, value }) => (value === null ? `-${type}` : type));

/** A classic member with partitions 0 and 1, one of the newer protocol with 2 and 3. */
function mixedGroup(bed: GroupBed): { classicId: string; epoch: number } {
  const { memberId } = classicGroupOfOne(bed);
  const { memberEpoch } = modern(bed, 'new', 0);
  joined(bed, memberId, subscription(['t'], [0, 1, 2, 3]));
  joined(bed, memberId, subscription(['t'], [0, 1]));
  synced(bed, memberId, memberEpoch);
  modern(bed, 'new', memberEpoch, { owned: [] });
  return { classicId: memberId, epoch: memberEpoch };
}

describe('a classic group that somebody joins by the newer protocol (KIP-848)', () => {
  it('becomes a consumer group with the records that Kafka writes', () => {
    const bed = bedWith();
    classicGroupOfOne(bed);
    const from = bed.records.length;
    assert.equal(errorOf(modern(bed, 'new', 0)), 'NONE');
    assert.deepEqual(typesSince(bed, from), [
      '-GroupMetadata',
      'ConsumerGroupMemberMetadata',
      'ConsumerGroupMetadata',
      'ConsumerGroupTargetAssignmentMember',
      'ConsumerGroupTargetAssignmentMetadata',
      'ConsumerGroupCurrentMemberAssignment',
      'ConsumerGroupMemberMetadata',
      'ConsumerGroupMetadata',
      'ConsumerGroupTargetAssignmentMember',
      'ConsumerGroupTargetAssignmentMember',
      'ConsumerGroupTargetAssignmentMetadata',
      'ConsumerGroupCurrentMemberAssignment',
    ]);
  });

  it('keeps its generation as the epoch, and what its members have', () => {
    const bed = bedWith();
    const { memberId, generation } = classicGroupOfOne(bed);
    assert.equal(modern(bed, 'new', 0).memberEpoch, generation + 1);
    const member = bed.machine.consumerGroup(GROUP)?.members.get(memberId);
    assert.equal(member?.memberEpoch, generation);
    assert.deepEqual([...(member?.assigned.values() ?? [])], [[0, 1, 2, 3]]);
    assert.equal(member?.classic?.sessionTimeoutMs, SESSION_MS);
  });

  it('tells those that wait for a rebalance to join again', () => {
    const bed = bedWith();
    classicGroupOfOne(bed);
    const id = newMemberId(bed, subscription(['t']));
    const waiting = join(bed, id, subscription(['t']));
    assert.ok(bed.waits(waiting));
    modern(bed, 'new', 0);
    assert.equal(errorOf(bed.answer(waiting)), 'REBALANCE_IN_PROGRESS');
    assert.equal(errorOf(joined(bed, id, subscription(['t']))), 'NONE');
  });

  it('stays one when it may not be upgraded, and says why', () => {
    for (const migrationPolicy of ['disabled', 'downgrade'] as const) {
      const bed = bedWith({ migrationPolicy });
      classicGroupOfOne(bed);
      const { errorMessage, ...response } = modern(bed, 'new', 0);
      assert.equal(errorOf(response), 'GROUP_ID_NOT_FOUND');
      assert.match(errorMessage ?? '', /because online upgrade is disabled\.$/);
      assert.equal(typeOf(bed), 'classic');
    }
  });

  it('stays one when it is not of consumers, or its assignment would lose something', () => {
    const other = bedWith();
    const connect = { protocolType: 'connect', protocols: [{ name: 'v1', metadata: Buffer.from('x') }], version: 3 };
    join(other, '', connect);
    assert.match(modern(other, 'new', 0).errorMessage ?? '', /does not use the consumer embedded protocol/);
    const custom = bedWith();
    const { memberId, generationId } = joined(custom, '', { ...subscription(['t']), version: 3 });
    const assignments = [{ memberId, assignment: assignment([0], Buffer.from('mine')) }];
    const request = {
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    };
    custom.run((machine, call, context) => syncGroup(machine, call, request, context));
    assert.match(modern(custom, 'new', 0).errorMessage ?? '', /an unsupported custom assignor is in use/);
  });

  it('is as it was when the join is refused after all', () => {
    const bed = bedWith({ consumerMaxSize: 1 });
    classicGroupOfOne(bed);
    const id = newMemberId(bed, subscription(['t']));
    const waiting = join(bed, id, subscription(['t']));
    const from = bed.records.length;
    assert.equal(errorOf(modern(bed, 'new', 0)), 'GROUP_ID_NOT_FOUND');
    bed.machine.classicGroup(GROUP)?.remove(id);
    assert.equal(errorOf(modern(bed, 'new', 0)), 'GROUP_MAX_SIZE_REACHED');
    assert.equal(bed.records.length, from);
    assert.ok(bed.waits(waiting));
    assert.equal(typeOf(bed), 'classic');
  });

  it('gives nobody what a cooperative member is still letting go of', () => {
    const bed = bedWith();
    const { memberId, generation } = classicGroupOfOne(bed, subscription(['t'], [0, 1, 2, 3]));
    const member = bed.machine.classicGroup(GROUP)?.members.get(memberId);
    if (member !== undefined) member.assignment = assignment([0]);
    assert.deepEqual(modern(bed, 'new', 0).assignment?.topicPartitions ?? [], []);
    assert.equal(beat(bed, memberId, generation), 'REBALANCE_IN_PROGRESS');
    joined(bed, memberId, subscription(['t'], [0]));
    const { assignment: given } = modern(bed, 'new', generation + 1, { owned: [] });
    assert.equal(given?.topicPartitions[0]?.partitions.length, 2);
  });

  it('can be in its first rebalance', () => {
    const bed = bedWith({ initialRebalanceDelayMs: 3000 });
    const id = newMemberId(bed, subscription(['t']));
    const waiting = join(bed, id, subscription(['t']));
    assert.equal(errorOf(modern(bed, 'new', 0)), 'NONE');
    assert.equal(errorOf(bed.answer(waiting)), 'REBALANCE_IN_PROGRESS');
    assert.equal(errorOf(joined(bed, id, subscription(['t']))), 'NONE');
  });
});

describe('a member of the classic protocol in a consumer group', () => {
  it('gives back what others are to have, step by step', () => {
    const bed = bedWith();
    const { memberId, generation } = classicGroupOfOne(bed);
    const { memberEpoch } = modern(bed, 'new', 0);
    assert.equal(beat(bed, memberId, generation), 'REBALANCE_IN_PROGRESS');
    assert.equal(errorOf(bed.answer(sync(bed, memberId, generation))), 'REBALANCE_IN_PROGRESS');
    assert.equal(joined(bed, memberId, subscription(['t'], [0, 1, 2, 3])).generationId, generation);
    assert.deepEqual(synced(bed, memberId, generation), [0, 1]);
    assert.equal(beat(bed, memberId, generation), 'REBALANCE_IN_PROGRESS');
    const { generationId, leader, members } = joined(bed, memberId, subscription(['t'], [0, 1]));
    assert.deepEqual([generationId, leader ?? '', members ?? []], [memberEpoch, '', []]);
    assert.deepEqual(synced(bed, memberId, memberEpoch), [0, 1]);
    assert.equal(beat(bed, memberId, memberEpoch), 'NONE');
    const { assignment: given } = modern(bed, 'new', memberEpoch, { owned: [] });
    assert.deepEqual(given?.topicPartitions[0]?.partitions, [2, 3]);
  });

  it('is told to join again once what it waits for is free', () => {
    const bed = bedWith();
    const { memberEpoch } = modern(bed, 'new', 0);
    const id = newMemberId(bed, subscription(['t']));
    const { generationId } = joined(bed, id, subscription(['t']));
    assert.deepEqual(synced(bed, id, generationId), []);
    assert.equal(beat(bed, id, generationId), 'NONE');
    modern(bed, 'new', memberEpoch, { owned: [0, 1, 2, 3] });
    assert.equal(beat(bed, id, generationId), 'NONE');
    const kept = [...(bed.machine.consumerGroup(GROUP)?.members.get('new')?.assigned.values() ?? [])].flat();
    modern(bed, 'new', memberEpoch, { owned: kept });
    assert.equal(beat(bed, id, generationId), 'REBALANCE_IN_PROGRESS');
    assert.equal(joined(bed, id, subscription(['t'])).generationId, generationId);
    assert.equal(synced(bed, id, generationId).length, 2);
  });

  it('is refused what is not its own', () => {
    const bed = bedWith();
    const { classicId, epoch } = mixedGroup(bed);
    assert.equal(beat(bed, classicId, epoch + 1), 'ILLEGAL_GENERATION');
    assert.equal(beat(bed, 'nobody', epoch), 'UNKNOWN_MEMBER_ID');
    assert.equal(beat(bed, 'new', epoch), 'UNKNOWN_MEMBER_ID');
    assert.equal(beat(bed, classicId, epoch, 'anna'), 'UNKNOWN_MEMBER_ID');
    assert.equal(
      errorOf(bed.answer(sync(bed, classicId, epoch, { protocolName: 'sticky' }))),
      'INCONSISTENT_GROUP_PROTOCOL',
    );
    assert.equal(errorOf(joined(bed, '', { protocolType: 'connect' })), 'INCONSISTENT_GROUP_PROTOCOL');
    const foreign = { protocols: [{ name: 'foreign', metadata: Buffer.alloc(0) }] };
    assert.equal(errorOf(joined(bed, '', foreign)), 'INCONSISTENT_GROUP_PROTOCOL');
    const malformed = { protocols: [{ name: 'range', metadata: Buffer.from('x') }], version: 3 };
    assert.equal(errorOf(joined(bed, '', malformed)), 'UNKNOWN_SERVER_ERROR');
  });

  it('is out after its own session timeout', () => {
    const bed = bedWith();
    const { classicId, epoch } = mixedGroup(bed);
    bed.advance(SESSION_MS - 1);
    assert.equal(beat(bed, classicId, epoch), 'NONE');
    bed.advance(SESSION_MS - 1);
    assert.ok(bed.machine.consumerGroup(GROUP)?.members.has(classicId));
    bed.advance(1);
    assert.deepEqual([...(bed.machine.consumerGroup(GROUP)?.members.keys() ?? [])], ['new']);
  });

  it('is out when it does not join again in time, however often it is told to', () => {
    const bed = bedWith({ consumerSessionTimeoutMs: 10 * REBALANCE_MS });
    const { classicId, epoch } = mixedGroup(bed);
    modern(bed, 'newer', 0);
    for (let waitedMs = 0; waitedMs < REBALANCE_MS; waitedMs += 5000) {
      assert.equal(beat(bed, classicId, epoch), 'REBALANCE_IN_PROGRESS');
      bed.advance(5000);
    }
    assert.equal(beat(bed, classicId, epoch), 'UNKNOWN_MEMBER_ID');
  });

  it('is out when it joins and does not sync in time', () => {
    const bed = bedWith({ consumerSessionTimeoutMs: 10 * REBALANCE_MS });
    const { classicId, epoch } = mixedGroup(bed);
    joined(bed, classicId, { ...subscription(['t'], [0, 1]), rebalanceTimeoutMs: SESSION_MS / 2 });
    bed.advance(SESSION_MS / 2 - 1);
    assert.equal(beat(bed, classicId, epoch), 'NONE');
    bed.advance(1);
    assert.equal(beat(bed, classicId, epoch), 'UNKNOWN_MEMBER_ID');
  });

  it('goes on after a coordinator took over', () => {
    const bed = bedWith();
    const { classicId, epoch } = mixedGroup(bed);
    const next = bed.takenOver();
    assert.equal(beat(next, classicId, epoch), 'NONE');
    assert.deepEqual(synced(next, classicId, epoch), [0, 1]);
  });

  it('is shown as what it is', () => {
    const bed = bedWith();
    const { classicId } = mixedGroup(bed);
    const { members = [] } = describeConsumerGroup(bed.machine, GROUP, bed.image);
    const types = Object.fromEntries(members.map(({ memberId, memberType }) => [memberId, memberType]));
    assert.deepEqual(types, { [classicId]: 0, new: 1 });
  });

  it('may not join where protocols may not mix', () => {
    const bed = bedWith({ migrationPolicy: 'disabled' });
    modern(bed, 'new', 0);
    assert.equal(errorOf(joined(bed, '', { ...subscription(['t']), version: 3 })), 'INCONSISTENT_GROUP_PROTOCOL');
  });

  it('brings a new target itself where nobody of the newer protocol is left to', () => {
    const bed = bedWith({ migrationPolicy: 'upgrade' });
    const { classicId, epoch } = mixedGroup(bed);
    modern(bed, 'new', -1);
    assert.equal(typeOf(bed), 'consumer');
    assert.equal(beat(bed, classicId, epoch), 'REBALANCE_IN_PROGRESS');
    const { generationId } = joined(bed, classicId, subscription(['t'], [0, 1]));
    assert.deepEqual(synced(bed, classicId, generationId), [0, 1, 2, 3]);
    assert.equal(beat(bed, classicId, generationId), 'NONE');
    bed.image.topics.get('t')?.partitions.push(LED_PARTITION);
    assert.equal(beat(bed, classicId, generationId), 'REBALANCE_IN_PROGRESS');
  });
});

describe('a consumer group whose last member of the newer protocol goes', () => {
  const LAST_RECORDS = [
    '-ConsumerGroupCurrentMemberAssignment',
    '-ConsumerGroupCurrentMemberAssignment',
    '-ConsumerGroupTargetAssignmentMember',
    '-ConsumerGroupTargetAssignmentMember',
    '-ConsumerGroupTargetAssignmentMetadata',
    '-ConsumerGroupMemberMetadata',
    '-ConsumerGroupMemberMetadata',
    '-ConsumerGroupPartitionMetadata',
    '-ConsumerGroupMetadata',
    'GroupMetadata',
  ];

  it('goes back to the classic protocol, with a rebalance', () => {
    const bed = bedWith();
    const { classicId, epoch } = mixedGroup(bed);
    const from = bed.records.length;
    assert.equal(errorOf(modern(bed, 'new', -1)), 'NONE');
    assert.deepEqual(typesSince(bed, from), LAST_RECORDS);
    assert.equal(beat(bed, classicId, epoch), 'REBALANCE_IN_PROGRESS');
    const { generationId, leader } = joined(bed, classicId, subscription(['t'], [0, 1]));
    assert.deepEqual([generationId, leader], [epoch + 1, classicId]);
  });

  it('does so too when it is fenced or taken out', () => {
    const silent = bedWith({ consumerSessionTimeoutMs: SESSION_MS / 2 });
    const { classicId, epoch } = mixedGroup(silent);
    silent.advance(SESSION_MS / 2);
    assert.equal(typeOf(silent), 'classic');
    assert.equal(beat(silent, classicId, epoch), 'REBALANCE_IN_PROGRESS');
    const removed = bedWith();
    mixedGroup(removed);
    assert.deepEqual(leave(removed, { memberId: 'new' }, { memberId: 'nobody' }), ['NONE', 'UNKNOWN_MEMBER_ID']);
    assert.equal(typeOf(removed), 'classic');
  });

  it('rebalances also when the coordinator stops at that very moment', () => {
    const bed = bedWith();
    const { classicId, epoch } = mixedGroup(bed);
    modern(bed, 'new', -1);
    const next = bed.takenOver();
    assert.equal(typeOf(next), 'classic');
    assert.equal(beat(next, classicId, epoch), 'REBALANCE_IN_PROGRESS');
    joined(next, classicId, subscription(['t'], [0, 1]));
    assert.equal(beat(next, classicId, epoch + 1), 'NONE');
    sync(next, classicId, epoch + 1, { assignments: { [classicId]: 'all' } });
    assert.equal(beat(next.takenOver(), classicId, epoch + 1), 'NONE');
  });

  it('stays one where it may not be downgraded', () => {
    for (const migrationPolicy of ['upgrade', 'disabled'] as const) {
      const bed = bedWith();
      mixedGroup(bed);
      Object.assign(bed.settings, { migrationPolicy });
      modern(bed, 'new', -1);
      assert.equal(typeOf(bed), 'consumer');
    }
  });

  it('stays one when it would be too large for a classic one', () => {
    const bed = bedWith({ maxSize: 1 });
    mixedGroup(bed);
    Object.assign(bed.settings, { maxSize: 0 });
    modern(bed, 'new', -1);
    assert.equal(typeOf(bed), 'consumer');
  });
});

describe('a static member that changes its protocol', () => {
  it('takes its place and partitions along, to the newer one and back', () => {
    const bed = bedWith();
    const { memberId, generation } = classicGroupOfOne(bed, STATIC);
    const anna = { instanceId: STATIC.groupInstanceId };
    const upgraded = modern(bed, 'new', 0, anna);
    assert.deepEqual(upgraded.assignment?.topicPartitions[0]?.partitions, [0, 1, 2, 3]);
    assert.equal(upgraded.memberEpoch, generation);
    assert.equal(beat(bed, memberId, generation, STATIC.groupInstanceId), 'FENCED_INSTANCE_ID');
    const { memberId: back, generationId } = joined(bed, '', { ...subscription(['t']), ...STATIC });
    assert.equal(typeOf(bed), 'classic');
    assert.equal(beat(bed, back, generationId, STATIC.groupInstanceId), 'NONE');
    assert.deepEqual(synced(bed, back, generationId, STATIC.groupInstanceId), [0, 1, 2, 3]);
    assert.equal(beat(bed.takenOver(), back, generationId, STATIC.groupInstanceId), 'REBALANCE_IN_PROGRESS');
  });

  it('has to join again when its group is to be assigned anew', () => {
    const bed = bedWith();
    classicGroupOfOne(bed, STATIC);
    modern(bed, 'new', 0, { instanceId: STATIC.groupInstanceId });
    bed.addTopic('u', 1);
    const { memberId, generationId } = joined(bed, '', { ...subscription(['t', 'u']), ...STATIC });
    assert.equal(generationId, 0);
    assert.equal(beat(bed, memberId, 1, STATIC.groupInstanceId), 'REBALANCE_IN_PROGRESS');
  });

  it('takes along what its topics have grown by, too', () => {
    const bed = bedWith();
    const { generation } = classicGroupOfOne(bed, STATIC);
    bed.image.topics.get('t')?.partitions.push(LED_PARTITION);
    const upgraded = modern(bed, 'new', 0, { instanceId: STATIC.groupInstanceId });
    assert.equal(upgraded.memberEpoch, generation + 1);
    assert.deepEqual(upgraded.assignment?.topicPartitions[0]?.partitions, [0, 1, 2, 3, 4]);
  });

  it('learns of the protocol that its group goes back to', () => {
    const bed = bedWith();
    const [range] = subscription(['t']).protocols ?? [];
    assert.ok(range !== undefined);
    const both = (first: string, second: string): JoinOptions => ({
      protocols: [first, second].map((name) => ({ ...range, name })),
      version: 3,
    });
    modern(bed, 'new', 0, { instanceId: STATIC.groupInstanceId });
    const { memberId, generationId } = joined(bed, '', both('range', 'sticky'));
    synced(bed, memberId, generationId);
    const { protocolName, ...anna } = joined(bed, '', { ...both('sticky', 'range'), ...STATIC });
    assert.equal(protocolName, bed.machine.classicGroup(GROUP)?.protocol);
    const call = sync(bed, anna.memberId, anna.generationId, { ...STATIC, protocolName });
    assert.notEqual(errorOf(bed.answer(call)), 'INCONSISTENT_GROUP_PROTOCOL');
  });

  it('is fenced by the id that another process has there', () => {
    const bed = bedWith();
    modern(bed, 'other', 0);
    modern(bed, 'new', 0, { instanceId: STATIC.groupInstanceId });
    assert.equal(errorOf(joined(bed, 'stranger', { ...subscription(['t']), ...STATIC })), 'FENCED_INSTANCE_ID');
    const { memberId } = joined(bed, '', { ...subscription(['t']), ...STATIC });
    assert.equal(errorOf(modern(bed, 'new', 2, { instanceId: STATIC.groupInstanceId })), 'FENCED_INSTANCE_ID');
    assert.equal(
      errorOf(joined(bed, memberId, { ...subscription(['t']), groupInstanceId: 'bert' })),
      'UNKNOWN_MEMBER_ID',
    );
  });
});

describe('a commit in an older epoch (KIP-1251)', () => {
  it('counts for partitions that the member has had since', () => {
    const bed = bedWith();
    const { memberEpoch: first } = modern(bed, 'a', 0);
    const { memberEpoch: second } = modern(bed, 'b', 0);
    modern(bed, 'a', first, { owned: [0, 1, 2, 3] });
    assert.equal(commit(bed, 'a', first, [0, 1, 2, 3]), 'NONE');
    const kept = [...(bed.machine.consumerGroup(GROUP)?.members.get('a')?.assigned.values() ?? [])].flat();
    modern(bed, 'a', first, { owned: kept });
    assert.equal(commit(bed, 'a', first, kept), 'NONE');
    assert.equal(commit(bed, 'a', first - 1, kept), 'STALE_MEMBER_EPOCH');
    assert.equal(commit(bed, 'a', second + 1, kept), 'STALE_MEMBER_EPOCH');
    assert.equal(commit(bed, 'a', first, [0, 1, 2, 3]), 'STALE_MEMBER_EPOCH');
    assert.equal(commit(bed.takenOver(), 'a', first, kept), 'NONE');
  });

  it('of a member of the classic protocol is of an illegal generation otherwise', () => {
    const bed = bedWith();
    const { classicId, epoch } = mixedGroup(bed);
    assert.equal(commit(bed, classicId, epoch, [0]), 'NONE');
    assert.equal(commit(bed, classicId, epoch - 1, [0, 1]), 'NONE');
    assert.equal(commit(bed, classicId, epoch - 1, [2]), 'ILLEGAL_GENERATION');
    assert.equal(commit(bed, classicId, epoch + 1, [0]), 'ILLEGAL_GENERATION');
  });
});

describe('the interval between assignments', () => {
  it('keeps the last target until it is over', () => {
    const bed = bedWith({ consumerAssignmentIntervalMs: 1000 });
    const { memberEpoch } = modern(bed, 'a', 0);
    assert.equal(modern(bed, 'b', 0).memberEpoch, memberEpoch);
    bed.advance(999);
    assert.equal(modern(bed, 'b', memberEpoch, { owned: [] }).memberEpoch, memberEpoch);
    bed.advance(1);
    assert.equal(modern(bed, 'b', memberEpoch, { owned: [] }).memberEpoch, memberEpoch + 1);
  });

  it('is that of the group, else that of all brokers', () => {
    const bed = bedWith({ consumerAssignmentIntervalMs: 1000 });
    const { memberEpoch } = modern(bed, 'a', 0);
    bed.image.configs.set('4:', new Map([['group.consumer.assignment.interval.ms', '0']]));
    bed.image.configs.set(`32:${GROUP}`, new Map([['consumer.assignment.interval.ms', '500']]));
    assert.equal(modern(bed, 'b', 0).memberEpoch, memberEpoch);
    bed.image.configs.delete(`32:${GROUP}`);
    assert.equal(modern(bed, 'c', 0).memberEpoch, memberEpoch + 2);
  });
});
