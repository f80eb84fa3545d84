import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO_UUID } from '../../../../src/base/bytes.js';
import { errorOfCode } from '../../../../src/protocol/errors.js';
import type { GroupRecord } from '../../../../src/protocol/generated/group-coordinator-records.js';
import type { StreamsGroupHeartbeatRequest } from '../../../../src/protocol/generated/streams-group-heartbeat.js';
import { deleteGroup } from '../../../../src/state/group/delete-group.js';
import { listGroups } from '../../../../src/state/group/describe-groups.js';
import { commitOffsets } from '../../../../src/state/group/offsets/commit-offsets.js';
import { commitTransactionOffsets } from '../../../../src/state/group/offsets/commit-transaction-offsets.js';
import { fetchOffsets } from '../../../../src/state/group/offsets/fetch-offsets.js';
import { describeStreamsGroup } from '../../../../src/state/group/streams/describe-streams-group.js';
import { CONFIG_GROUP, configKey } from '../../../../src/state/metadata/config-resource.js';
import { errorOf, GROUP, GroupBed, join } from '../../../support/group-bed.js';
import {
  listed,
  SIMPLE,
  StreamsMemberBed,
  streamsRecordNames,
  subtopology,
  topicInfo,
  topologyWith,
} from '../../../support/streams-group-bed.js';

const NAMES = { name: () => undefined, id: () => undefined };

function bedWith(partitions = 2, settings = {}): GroupBed {
  const bed = new GroupBed(settings);
  bed.addTopic('in', partitions);
  return bed;
}

function newRecords(bed: GroupBed, work: () => void): GroupRecord[] {
  const before = bed.records.length;
  work();
  return bed.records.slice(before);
}

const stateOf = (bed: GroupBed): string | undefined => bed.machine.streamsGroup(GROUP)?.state;

/** Two members that have a task each. */
function twoMembers(settings = {}): { bed: GroupBed; a: StreamsMemberBed; b: StreamsMemberBed } {
  const bed = bedWith(2, settings);
  const [a, b] = [new StreamsMemberBed(bed, 'a'), new StreamsMemberBed(bed, 'b')];
  a.beat();
  b.beat();
  for (let round = 0; round < 3; round++) for (const member of [a, b]) member.beat();
  return { bed, a, b };
}

describe('a heartbeat of a streams group', () => {
  const refusals: [string, Partial<StreamsGroupHeartbeatRequest>, string][] = [
    ['no member id', { memberId: '' }, "INVALID_REQUEST: MemberId can't be empty."],
    ['no group', { groupId: '' }, "INVALID_REQUEST: GroupId can't be empty."],
    ['an empty rack', { rackId: '' }, "INVALID_REQUEST: RackId can't be empty."],
    ['a static member', { instanceId: 'i' }, 'INVALID_REQUEST: Static membership is not yet supported.'],
    ['offsets', { taskOffsets: [] }, 'INVALID_REQUEST: TaskOffsets are not supported yet.'],
    [
      'warmups before all else',
      { memberId: '', warmupTasks: listed({ 0: [0] }) },
      'INVALID_REQUEST: WarmupTasks are not supported yet.',
    ],
    [
      'no timeout',
      { rebalanceTimeoutMs: -1 },
      'INVALID_REQUEST: RebalanceTimeoutMs must be provided in first request.',
    ],
    ['tasks', { activeTasks: listed({ 0: [0] }) }, 'INVALID_REQUEST: ActiveTasks must be empty when (re-)joining.'],
    ['no topology', { topology: null }, 'INVALID_REQUEST: Topology must be non-null when (re-)joining.'],
    ['a topology later on', { memberEpoch: 1 }, 'INVALID_REQUEST: Topology can only be provided when (re-)joining.'],
    ['a static leave', { memberEpoch: -2, topology: null }, "INVALID_REQUEST: InstanceId can't be null."],
    [
      'an epoch that is none',
      { memberEpoch: -3, topology: null },
      'INVALID_REQUEST: MemberEpoch is -3, but must be greater than or equal to -2.',
    ],
    [
      'some kinds of tasks',
      { memberEpoch: 1, topology: null, standbyTasks: null },
      'INVALID_REQUEST: If one task-type is non-null, all must be non-null.',
    ],
    [
      'a later epoch of a group that is not there',
      { memberEpoch: 1, topology: null },
      `GROUP_ID_NOT_FOUND: Streams group ${GROUP} not found.`,
    ],
    ['a leave of one', { memberEpoch: -1, topology: null }, `GROUP_ID_NOT_FOUND: Group ${GROUP} not found.`],
  ];
  for (const [name, fields, expected] of refusals) {
    it(`with ${name} is refused`, () => {
      const bed = bedWith();
      assert.equal(new StreamsMemberBed(bed, 'm').refusal(fields), expected);
      assert.equal(bed.records.length, 0);
    });
  }

  it('brings a member, the topology and its tasks in one batch, in the order of Apache Kafka', () => {
    const bed = bedWith();
    const member = new StreamsMemberBed(bed, 'm');
    member.beat();
    assert.deepEqual(streamsRecordNames(bed.records), [
      'MemberMetadata',
      'Topology',
      'Metadata',
      'TargetAssignmentMember',
      'TargetAssignmentMetadata',
      'CurrentMemberAssignment',
    ]);
    assert.deepEqual([member.epoch, member.active, stateOf(bed)], [2, { 0: [0, 1] }, 'Stable']);
    const again = newRecords(bed, () => assert.equal(member.beat().activeTasks, null));
    assert.deepEqual(again, []);
  });

  it('has a task given back before another member gets it', () => {
    const bed = bedWith();
    const [a, b] = [new StreamsMemberBed(bed, 'a'), new StreamsMemberBed(bed, 'b')];
    a.beat();
    b.beat();
    assert.deepEqual([b.epoch, b.active], [3, {}]);
    const kept = { ...a.active };
    a.beat();
    assert.deepEqual([a.epoch, Object.values(a.active).flat().length], [2, 1]);
    b.beat();
    assert.deepEqual(b.active, {}, 'it is not back yet');
    a.beat({ activeTasks: listed(kept) });
    b.beat();
    assert.deepEqual(b.active, {}, 'it is not back yet');
    assert.equal(stateOf(bed), 'Reconciling');
    a.beat();
    assert.equal(a.epoch, 3);
    b.beat();
    assert.deepEqual([...Object.values(a.active).flat(), ...Object.values(b.active).flat()].sort(), [0, 1]);
    assert.equal(stateOf(bed), 'Stable');
  });

  it('of an epoch before counts when its answer may have been lost, and else fences', () => {
    const { a } = twoMembers();
    const own = { activeTasks: listed(a.active) };
    assert.equal(a.ask({ memberEpoch: 2, ...own }).response.memberEpoch, 3);
    assert.match(a.refusal({ memberEpoch: 2, activeTasks: listed({ 0: [0, 1] }) }), /^FENCED_MEMBER_EPOCH: .*smaller/);
    assert.match(a.refusal({ memberEpoch: 2, activeTasks: null, standbyTasks: null, warmupTasks: null }), /^FENCED/);
    assert.match(a.refusal({ memberEpoch: 1, ...own }), /^FENCED_MEMBER_EPOCH: .* smaller member epoch \(1\)/);
    assert.match(a.refusal({ memberEpoch: 9, ...own }), /^FENCED_MEMBER_EPOCH: .* greater member epoch \(9\)/);
  });

  it('names tasks that there are', () => {
    const { a } = twoMembers();
    assert.equal(
      a.refusal({ activeTasks: listed({ 7: [0] }) }),
      'INVALID_REQUEST: Subtopology 7 does not exist in the topology.',
    );
    assert.equal(
      a.refusal({ activeTasks: listed({ 0: [2] }) }),
      'INVALID_REQUEST: Task 2 for subtopology 0 is invalid. Number of tasks for this subtopology: 2',
    );
  });

  it('of one member too many is refused, even of one that is in already', () => {
    const bed = bedWith(2, { streamsMaxSize: 1 });
    const member = new StreamsMemberBed(bed, 'a');
    member.beat();
    const text = 'GROUP_MAX_SIZE_REACHED: The streams group has reached its maximum capacity of 1 members.';
    assert.equal(new StreamsMemberBed(bed, 'b').refusal(), text);
    member.forget();
    assert.equal(member.refusal(), text);
  });

  it('with another topology is refused, and with an older one told so', () => {
    const bed = bedWith();
    new StreamsMemberBed(bed, 'a', { ...SIMPLE, epoch: 3 }).beat();
    const other = new StreamsMemberBed(bed, 'b', {
      ...topologyWith(subtopology('0', { sourceTopics: ['x'] })),
      epoch: 3,
    });
    assert.equal(other.refusal(), 'INVALID_REQUEST: Topology updates are not supported yet.');
    assert.match(new StreamsMemberBed(bed, 'b', { ...SIMPLE, epoch: 4 }).refusal(), /Topology updates are not/);
    const older = new StreamsMemberBed(bed, 'b', { ...SIMPLE, epoch: 2 });
    older.beat();
    const text = "The member's topology epoch 2 is behind the group's topology epoch 3.";
    assert.deepEqual(older.statuses, [[0, text]]);
  });
});

describe('topics of a streams group', () => {
  const TOPOLOGY = topologyWith(subtopology('0', { sourceTopics: ['in'], stateChangelogTopics: [topicInfo('store')] }));

  it('that are missing keep the tasks back until they are there', () => {
    const bed = new GroupBed();
    const member = new StreamsMemberBed(bed, 'm', TOPOLOGY);
    member.beat();
    assert.deepEqual([member.statuses, member.active], [[[1, 'Source topics in are missing.']], {}]);
    assert.deepEqual([stateOf(bed), member.missingTopics.length], ['NotReady', 0]);
    bed.addTopic('in', 2);
    member.beat();
    assert.deepEqual(member.statuses, [[3, 'Internal topics are missing: store']]);
    assert.deepEqual(
      member.missingTopics.map(({ name, partitions }) => [name, partitions]),
      [['store', 2]],
    );
    bed.addTopic('store', 2);
    member.beat();
    assert.deepEqual([member.statuses, member.active, stateOf(bed)], [[], { 0: [0, 1] }, 'Stable']);
  });

  it('that grow bring more tasks', () => {
    const bed = bedWith(1);
    const member = new StreamsMemberBed(bed, 'm');
    member.beat();
    bed.addTopic('in', 3);
    member.beat();
    assert.deepEqual(member.active, { 0: [0, 1, 2] });
  });

  it('are named in a description with the widths that they have', () => {
    const bed = bedWith();
    bed.addTopic('store', 2);
    const member = new StreamsMemberBed(bed, 'm', TOPOLOGY);
    member.beat();
    // A group that is new has not kept what it found.
    member.beat();
    const described = describeStreamsGroup(bed.machine, GROUP);
    assert.deepEqual(described.topology?.subtopologies?.[0]?.stateChangelogTopics, [
      { name: 'store', partitions: 2, replicationFactor: 0, topicConfigs: [] },
    ]);
    const after = describeStreamsGroup(bed.takenOver().machine, GROUP);
    assert.equal(after.topology?.subtopologies?.[0]?.stateChangelogTopics?.[0]?.partitions, 0);
    assert.deepEqual({ ...after, topology: null }, { ...described, topology: null });
  });
});

describe('standbys of a streams group', () => {
  it('are given to other processes, and a new number of them assigns anew', () => {
    const bed = bedWith(2, { streamsNumStandbyReplicas: 1 });
    bed.addTopic('store', 2);
    const topology = topologyWith(
      subtopology('0', { sourceTopics: ['in'], stateChangelogTopics: [topicInfo('store')] }),
    );
    const [a, b] = [new StreamsMemberBed(bed, 'a', topology), new StreamsMemberBed(bed, 'b', topology)];
    const beatAll = (): void => {
      for (let round = 0; round < 4; round++) for (const member of [a, b]) member.beat();
    };
    beatAll();
    assert.deepEqual([a.active, b.standby], [b.standby, a.active]);
    assert.equal(Object.values(a.standby).flat().length, 1);
    bed.image.configs.set(configKey(CONFIG_GROUP, GROUP), new Map([['streams.num.standby.replicas', '0']]));
    beatAll();
    assert.deepEqual([a.standby, b.standby], [{}, {}]);
  });
});

describe('times of a streams group', () => {
  it('the first members gather before anybody gets tasks', () => {
    const bed = bedWith(2, { streamsInitialRebalanceDelayMs: 3000, streamsAssignmentIntervalMs: 1000 });
    const [a, b] = [new StreamsMemberBed(bed, 'a'), new StreamsMemberBed(bed, 'b')];
    a.beat();
    const text = 'Assignment delayed due to the configured initial rebalance delay.';
    assert.deepEqual([a.statuses, a.epoch, stateOf(bed)], [[[5, text]], 1, 'Assigning']);
    bed.advance(1000);
    b.beat();
    assert.deepEqual([b.statuses, b.epoch], [[[5, text]], 1]);
    const written = newRecords(bed, () => bed.advance(2000));
    assert.deepEqual(streamsRecordNames(written), [
      'TargetAssignmentMember',
      'TargetAssignmentMember',
      'TargetAssignmentMetadata',
    ]);
    a.beat();
    b.beat();
    assert.deepEqual([a.active, b.active, a.epoch], [{ 0: [0] }, { 0: [1] }, 3]);
  });

  it('nobody has looked at the topics when the delay is over: the next heartbeat assigns', () => {
    const bed = bedWith(2, { streamsInitialRebalanceDelayMs: 3000 });
    const member = new StreamsMemberBed(bed, 'a');
    member.beat();
    assert.deepEqual(
      newRecords(bed, () => bed.advance(3000)),
      [],
    );
    member.beat();
    assert.deepEqual(member.active, { 0: [0, 1] });
  });

  it('a first member that is refused begins the delay too, and it ends', () => {
    const bed = new GroupBed({ streamsInitialRebalanceDelayMs: 3000 });
    const member = new StreamsMemberBed(bed, 'a');
    // Without the source topic nobody knows what an endpoint serves.
    assert.equal(member.refusal({ userEndpoint: { host: 'here', port: 7 } }), 'UNKNOWN_SERVER_ERROR: null');
    bed.addTopic('in', 1);
    bed.advance(2000);
    member.beat();
    assert.deepEqual([member.statuses.length, member.active], [1, {}]);
    bed.advance(1000);
    member.beat();
    assert.deepEqual([member.statuses.length, member.active], [0, { 0: [0] }]);
  });

  it('an assignment is kept for a while', () => {
    const bed = bedWith(2, { streamsAssignmentIntervalMs: 1000 });
    const [a, b] = [new StreamsMemberBed(bed, 'a'), new StreamsMemberBed(bed, 'b')];
    a.beat();
    b.beat();
    const text = 'Assignment delayed due to the configured assignment interval.';
    assert.deepEqual([b.statuses, b.epoch, stateOf(bed)], [[[5, text]], 2, 'Assigning']);
    bed.advance(1000);
    b.beat();
    assert.deepEqual([b.statuses, b.epoch], [[], 3]);
  });

  it('a member that says nothing is gone after its session, and its tasks are free', () => {
    const { bed, a } = twoMembers();
    bed.advance(30_000);
    a.beat();
    const written = newRecords(bed, () => bed.advance(15_000));
    assert.deepEqual(streamsRecordNames(written), [
      '-CurrentMemberAssignment',
      '-TargetAssignmentMember',
      '-MemberMetadata',
      'Metadata',
    ]);
    a.beat();
    assert.deepEqual(a.active, { 0: [0, 1] });
  });

  it('a member that gives nothing back is gone after its rebalance timeout, even with another coordinator', () => {
    const start = bedWith();
    const [a, b] = [new StreamsMemberBed(() => bed, 'a'), new StreamsMemberBed(() => bed, 'b')];
    let bed = start;
    a.beat({ rebalanceTimeoutMs: 10_000 });
    const all = { activeTasks: listed({ 0: [0, 1] }) };
    b.beat();
    a.beat(all);
    bed = bed.takenOver();
    bed.advance(9000);
    a.beat(all);
    b.beat();
    assert.deepEqual(b.active, {});
    bed.advance(1000);
    assert.equal(a.refusal(all), `UNKNOWN_MEMBER_ID: Member a is not a member of group ${GROUP}.`);
    b.beat();
    assert.deepEqual(b.active, { 0: [0, 1] });
  });
});

describe('the whole application', () => {
  const text = 'Streams group member a encountered a fatal error and requested a shutdown for the entire application.';

  it('stops when a member wants it to, until all are gone', () => {
    const { bed, a, b } = twoMembers();
    a.beat({ shutdownApplication: true });
    b.beat();
    assert.deepEqual([a.statuses, b.statuses], [[[4, text]], [[4, text]]]);
    a.leave();
    b.beat();
    assert.deepEqual(b.statuses, [[4, text]]);
    b.leave();
    b.beat();
    assert.deepEqual([b.statuses, stateOf(bed)], [[], 'Stable']);
  });

  it('knows where its state can be asked for', () => {
    const { a, b } = twoMembers();
    const endpoint = { host: 'here', port: 7 };
    b.forget();
    assert.equal(a.beat().endpointInformationEpoch, 0);
    const told = b.beat({ userEndpoint: endpoint });
    assert.equal(told.endpointInformationEpoch, 1);
    assert.deepEqual(told.partitionsByUserEndpoint, [
      { userEndpoint: endpoint, activePartitions: [{ topic: 'in', partitions: [1] }], standbyPartitions: [] },
    ]);
    assert.equal(a.beat({ endpointInformationEpoch: 1 }).partitionsByUserEndpoint, null);
    assert.equal(a.beat({ endpointInformationEpoch: 0 }).partitionsByUserEndpoint?.length, 1);
  });
});

describe('offsets of a streams group', () => {
  const commit = (
    bed: GroupBed,
    memberId: string,
    memberEpoch: number,
    partition: number,
    topic = 'in',
    version = 9,
  ) => {
    const offset = { partitionIndex: partition, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: '' };
    const request = {
      groupId: GROUP,
      generationIdOrMemberEpoch: memberEpoch,
      memberId,
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics: [{ name: topic, topicId: ZERO_UUID, partitions: [offset] }],
    };
    const { topics } = bed.ask<{ topics: { partitions: { errorCode: number }[] }[] }>((machine, call, context) =>
      commitOffsets(machine, call, request, version, NAMES, context),
    );
    return errorOfCode(topics[0]?.partitions[0]?.errorCode ?? -1).name;
  };

  it('count from who has the task, in the epoch in which it got it or later', () => {
    const { bed, a } = twoMembers();
    assert.deepEqual([a.epoch, a.active], [3, { 0: [0] }]);
    assert.equal(commit(bed, 'a', 3, 0), 'NONE');
    assert.equal(commit(bed, 'a', 2, 0), 'NONE', 'it had it in epoch 2 already');
    assert.equal(commit(bed, 'a', 1, 0), 'STALE_MEMBER_EPOCH');
    assert.equal(commit(bed, 'a', 2, 1), 'STALE_MEMBER_EPOCH', 'it is not its own any more');
    assert.equal(commit(bed, 'a', 2, 0, 'other'), 'STALE_MEMBER_EPOCH');
    assert.equal(commit(bed, 'a', 4, 0), 'STALE_MEMBER_EPOCH');
    assert.equal(commit(bed, 'b', 2, 1), 'STALE_MEMBER_EPOCH', 'it got it in epoch 3');
    assert.equal(commit(bed, 'x', 3, 0), 'UNKNOWN_MEMBER_ID');
    assert.equal(commit(bed, '', -1, 0), 'UNKNOWN_MEMBER_ID');
    assert.equal(commit(bed, 'a', 3, 0, 'in', 8), 'UNSUPPORTED_VERSION');
  });

  it('count from anybody when it has no members', () => {
    const { bed, a, b } = twoMembers();
    a.leave();
    b.leave();
    assert.equal(commit(bed, '', -1, 0), 'NONE');
  });

  it('count with a transaction when the member is in, or none is named', () => {
    const { bed } = twoMembers();
    const commitWith = (memberId: string, generationId: number): string => {
      const offset = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: '' };
      const topics = [{ name: 'in', partitions: [offset] }];
      const named = { transactionalId: 't', producerId: 1, producerEpoch: 0, groupInstanceId: null };
      const request = { ...named, groupId: GROUP, memberId, generationId, topics };
      const response = bed.ask<{ topics: { partitions: { errorCode: number }[] }[] }>((machine, call, context) =>
        commitTransactionOffsets(machine, call, request, { producerId: 1, producerEpoch: 0 }, context),
      );
      return errorOfCode(response.topics[0]?.partitions[0]?.errorCode ?? -1).name;
    };
    assert.deepEqual(
      [commitWith('a', 3), commitWith('', -1), commitWith('a', 1), commitWith('x', 3)],
      ['NONE', 'NONE', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
    );
  });

  it('are shown to members in their epoch, and to administrators', () => {
    const { bed } = twoMembers();
    commit(bed, 'a', 3, 0);
    const fetch = (memberId: string | null, memberEpoch: number): string => {
      const request = { groupId: GROUP, memberId, memberEpoch, topics: null };
      return errorOf(fetchOffsets(bed.machine, request, false, NAMES));
    };
    assert.deepEqual(
      [fetch('a', 3), fetch(null, -1), fetch('a', 2), fetch('x', 3)],
      ['NONE', 'NONE', 'STALE_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID'],
    );
  });

  it('go with the group when it has long been empty', () => {
    const { bed, a, b } = twoMembers();
    commit(bed, 'a', 3, 0);
    bed.apply(bed.machine.onLoaded({ ...bed.context }));
    a.leave();
    b.leave();
    const written = newRecords(bed, () => bed.advance(8 * 24 * 3600_000));
    assert.deepEqual(streamsRecordNames(written), [
      '-OffsetCommit',
      '-TargetAssignmentMetadata',
      '-Metadata',
      '-Topology',
    ]);
    assert.equal(bed.machine.group(GROUP), null);
  });
});

describe('a group that changes its kind', () => {
  it('an empty classic group becomes a streams group, one with members does not', () => {
    const bed = bedWith();
    bed.machine.createClassicGroup(GROUP, 0);
    const written = newRecords(bed, () => new StreamsMemberBed(bed, 'm').beat());
    assert.equal(streamsRecordNames(written)[0], '-GroupMetadata');
    assert.equal(bed.machine.group(GROUP)?.type, 'streams');
    assert.equal(bed.takenOver().machine.group(GROUP)?.type, 'streams');
    const other = bedWith();
    join(other, '', { version: 3 });
    assert.equal(
      new StreamsMemberBed(other, 'm').refusal(),
      `GROUP_ID_NOT_FOUND: Group ${GROUP} is not a streams group.`,
    );
  });

  it('an empty streams group becomes a classic group, one with members does not', () => {
    const bed = bedWith();
    const member = new StreamsMemberBed(bed, 'm');
    member.beat();
    assert.equal(errorOf(bed.answer(join(bed, '', { version: 3 }))), 'INCONSISTENT_GROUP_PROTOCOL');
    member.leave();
    const written = newRecords(bed, () => void join(bed, '', { version: 3 }));
    assert.deepEqual(streamsRecordNames(written).slice(0, 3), ['-TargetAssignmentMetadata', '-Metadata', '-Topology']);
    assert.equal(bed.machine.group(GROUP)?.type, 'classic');
    assert.equal(bed.takenOver().machine.group(GROUP)?.type, 'classic');
  });

  it('is listed as what it is, and deleted when it is empty', () => {
    const bed = bedWith();
    const member = new StreamsMemberBed(bed, 'm');
    member.beat();
    const group = { groupId: GROUP, protocolType: 'streams', groupState: 'Stable', groupType: 'streams' };
    assert.deepEqual(listGroups(bed.machine, [], ['Streams']), [group]);
    assert.deepEqual(listGroups(bed.machine, [], ['consumer']), []);
    const remove = (): string => errorOf(bed.ask((machine, call) => deleteGroup(machine, call, GROUP)));
    assert.equal(remove(), 'NON_EMPTY_GROUP');
    member.leave();
    assert.equal(remove(), 'NONE');
    assert.equal(bed.takenOver().machine.group(GROUP), null);
  });

  it('that is not ready is found by the name that Apache Kafka has for it', () => {
    const bed = new GroupBed();
    new StreamsMemberBed(bed, 'm').beat();
    assert.equal(listGroups(bed.machine, ['not_ready'], []).length, 1);
    assert.equal(listGroups(bed.machine, ['NotReady'], []).length, 0);
  });
});
