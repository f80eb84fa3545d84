import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO_UUID } from '../../../../src/base/bytes.js';
import type { OffsetCommitRequest } from '../../../../src/protocol/generated/offset-commit.js';
import { deleteGroup } from '../../../../src/state/group/delete-group.js';
import { describeClassicGroup, listGroups } from '../../../../src/state/group/describe-groups.js';
import { commitOffsets } from '../../../../src/state/group/offsets/commit-offsets.js';
import { deleteOffsets } from '../../../../src/state/group/offsets/delete-offsets.js';
import { fetchOffsets } from '../../../../src/state/group/offsets/fetch-offsets.js';
import { errorOf, GROUP, GroupBed, join, leave, SETTINGS, stableGroup } from '../../../support/group-bed.js';

const DAY_MS = 24 * 3600_000;

interface Commit extends Partial<OffsetCommitRequest> {
  readonly topic?: string;
  readonly topicId?: string;
  readonly offset?: number;
  readonly metadata?: string;
  readonly version?: number;
}

const names = (bed: GroupBed) => ({
  name: (id: string) => bed.image.topicsById.get(id)?.name,
  id: (topic: string) => bed.image.topics.get(topic)?.id,
});

/** The error of the one partition, 0, that is committed. */
function commit(bed: GroupBed, options: Commit = {}): string {
  const { topic = 't', topicId = ZERO_UUID, offset = 5, metadata = '', version = 9, ...fields } = options;
  const partition = {
    partitionIndex: 0,
    committedOffset: offset,
    committedLeaderEpoch: 3,
    committedMetadata: metadata,
  };
  const request: OffsetCommitRequest = {
    groupId: GROUP,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: [{ name: topic, topicId, partitions: [partition] }],
    ...fields,
  };
  const response = bed.ask<{ topics: { partitions: { errorCode: number }[] }[] }>((machine, call, context) =>
    commitOffsets(machine, call, request, version, names(bed), context),
  );
  return errorOf(response.topics[0]?.partitions[0] ?? {});
}

/** What is committed, as topic: offset. */
function committed(bed: GroupBed): Record<string, number> {
  const request = { groupId: GROUP, memberId: null, memberEpoch: -1, topics: null };
  const { topics = [] } = fetchOffsets(bed.machine, request, false, names(bed));
  return Object.fromEntries((topics ?? []).map(({ name, partitions }) => [name, partitions?.[0]?.committedOffset]));
}

const remove = (bed: GroupBed): string => errorOf(bed.ask((machine, call) => deleteGroup(machine, call, GROUP)));

/** A subscription of the consumer protocol, version 0, to one topic. */
function subscription(topic: string): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 0, 1, 0, topic.length]);
  return Buffer.concat([head, Buffer.from(topic), Buffer.from([0xff, 0xff, 0xff, 0xff])]);
}

function consumerOf(bed: GroupBed, topic: string): string {
  const protocols = [{ name: 'range', metadata: subscription(topic) }];
  const call = join(bed, '', { protocols, version: 3, sessionTimeoutMs: 1_800_000 });
  bed.advance(3000);
  return bed.answer<{ memberId: string }>(call).memberId;
}

describe('committed offsets', () => {
  it('come back as they were given, after a takeover too', () => {
    const bed = new GroupBed();
    bed.addTopic('t', 1);
    assert.equal(commit(bed, { offset: 7, metadata: 'note' }), 'NONE');
    for (const { machine } of [bed, bed.takenOver()]) {
      const topics = [{ name: 't', topicId: ZERO_UUID, partitionIndexes: [0, 1] }];
      const request = { groupId: GROUP, memberId: null, memberEpoch: -1, topics };
      assert.deepEqual(fetchOffsets(machine, request, false, names(bed)).topics?.[0]?.partitions, [
        { partitionIndex: 0, committedOffset: 7, committedLeaderEpoch: 3, metadata: 'note', errorCode: 0 },
        { partitionIndex: 1, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 },
      ]);
    }
  });

  it('go by topic id where clients do', () => {
    const bed = new GroupBed();
    const topicId = bed.addTopic('t', 1);
    assert.equal(commit(bed, { topic: '', topicId, version: 10 }), 'NONE');
    assert.equal(commit(bed, { topic: '', topicId: 'x'.repeat(22), version: 10 }), 'UNKNOWN_TOPIC_ID');
    assert.deepEqual(committed(bed), { t: 5 });
  });

  it('are taken from members of the generation alone', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 1);
    const [memberId = ''] = ids;
    const from = (id: string, generation: number) =>
      commit(bed, { memberId: id, generationIdOrMemberEpoch: generation });
    assert.equal(from(memberId, 1), 'NONE');
    assert.equal(from(memberId, 0), 'ILLEGAL_GENERATION');
    assert.equal(from('other', 1), 'UNKNOWN_MEMBER_ID');
    assert.equal(commit(bed), 'UNKNOWN_MEMBER_ID');
  });

  it('wait for the assignment while a group rebalances', () => {
    const bed = new GroupBed();
    const memberId = consumerOf(bed, 't');
    assert.equal(commit(bed, { memberId, generationIdOrMemberEpoch: 1 }), 'REBALANCE_IN_PROGRESS');
  });

  it('of a generation need a group', () => {
    const bed = new GroupBed();
    const late = { memberId: 'm', generationIdOrMemberEpoch: 1 };
    assert.equal(commit(bed, { ...late, version: 8 }), 'ILLEGAL_GENERATION');
    assert.equal(commit(bed, { ...late, version: 9 }), 'GROUP_ID_NOT_FOUND');
  });

  it('have notes of bounded size', () => {
    const bed = new GroupBed({ offsetMetadataMaxBytes: 4 });
    assert.equal(commit(bed, { metadata: 'abcd' }), 'NONE');
    assert.equal(commit(bed, { metadata: 'abc\u00e9', offset: 6 }), 'OFFSET_METADATA_TOO_LARGE');
    assert.deepEqual(committed(bed), { t: 5 });
  });
});

describe('a simple group, of offsets alone', () => {
  it('is listed, described, and deleted with its offsets', () => {
    const bed = new GroupBed();
    commit(bed);
    const next = bed.takenOver();
    for (const { machine } of [bed, next]) {
      const [listed] = listGroups(machine, ['empty'], ['classic']);
      assert.deepEqual(listed, { groupId: GROUP, protocolType: '', groupState: 'Empty', groupType: 'classic' });
      assert.equal(describeClassicGroup(machine, GROUP, 6).groupState, 'Empty');
    }
    assert.equal(remove(next), 'NONE');
    assert.deepEqual(committed(next), {});
    assert.equal(remove(next), 'GROUP_ID_NOT_FOUND');
    assert.deepEqual(next.takenOver().machine.allGroups(), []);
  });
});

describe('deleting', () => {
  it('takes no group with members', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 1);
    assert.equal(remove(bed), 'NON_EMPTY_GROUP');
    leave(bed, { memberId: ids[0] ?? '' });
    assert.equal(remove(bed), 'NONE');
    assert.equal(errorOf(describeClassicGroup(bed.machine, GROUP, 6)), 'GROUP_ID_NOT_FOUND');
  });

  it('takes offsets of topics that nobody in the group reads', () => {
    const bed = new GroupBed();
    commit(bed, { topic: 'read' });
    commit(bed, { topic: 'left' });
    consumerOf(bed, 'read');
    const topics = ['read', 'left'].map((name) => ({ name, partitions: [{ partitionIndex: 0 }] }));
    const response = bed.ask<{ topics: { name: string; partitions: { errorCode: number }[] }[] }>((machine, call) =>
      deleteOffsets(machine, call, { groupId: GROUP, topics }),
    );
    const errors = response.topics.map(({ partitions }) => errorOf(partitions[0] ?? {}));
    assert.deepEqual(errors, ['GROUP_SUBSCRIBED_TO_TOPIC', 'NONE']);
    assert.deepEqual(committed(bed), { read: 5 });
  });

  it('of offsets needs a group whose topics can be known', () => {
    const bed = new GroupBed();
    const error = () =>
      errorOf(bed.ask((machine, call) => deleteOffsets(machine, call, { groupId: GROUP, topics: [] })));
    assert.equal(error(), 'GROUP_ID_NOT_FOUND');
    join(bed, '', { version: 3, protocolType: 'connect' });
    assert.equal(error(), 'NON_EMPTY_GROUP');
  });
});

describe('expiry', () => {
  const settings = { offsetsRetentionMs: DAY_MS, retentionCheckIntervalMs: 3600_000 };
  const bedWithCheck = () => new GroupBed(settings).takenOver();

  it('takes a simple group a retention after its last commit', () => {
    const bed = bedWithCheck();
    commit(bed, { topic: 'a' });
    bed.advance(DAY_MS / 2);
    commit(bed, { topic: 'b' });
    bed.advance(DAY_MS / 2);
    assert.deepEqual(committed(bed), { b: 5 });
    bed.advance(DAY_MS / 2);
    assert.deepEqual(bed.machine.allGroups(), []);
    assert.deepEqual(bed.takenOver().machine.allGroups(), []);
  });

  it('begins when a group became empty (KIP-211)', () => {
    const bed = bedWithCheck();
    const memberId = consumerOf(bed, 't');
    commit(bed);
    bed.machine.offsets.replay(GROUP, 't', 0, {
      offset: 5,
      leaderEpoch: -1,
      metadata: '',
      commitTimestamp: bed.nowMs,
      expireTimestamp: -1,
      topicId: ZERO_UUID,
    });
    bed.advance(20 * 60_000);
    leave(bed, { memberId });
    bed.advance(DAY_MS - 1);
    assert.deepEqual(committed(bed), { t: 5 });
    bed.advance(3600_000);
    assert.deepEqual(committed(bed), {});
  });

  it('spares what is read, and takes at its own time what an old client said', () => {
    const bed = bedWithCheck();
    commit(bed, { topic: 't', retentionTimeMs: 2 * DAY_MS, version: 4 });
    bed.advance(DAY_MS);
    assert.deepEqual(committed(bed), { t: 5 });
    bed.advance(DAY_MS);
    assert.deepEqual(committed(bed), {});
  });

  it('is looked for again and again', () => {
    const bed = bedWithCheck();
    bed.advance(10 * SETTINGS.retentionCheckIntervalMs);
    assert.equal(bed.timers.size, 1);
  });
});
