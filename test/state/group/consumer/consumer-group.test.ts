import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../../../src/protocol/generated/consumer-group-heartbeat.js';
import { fromList, toList, union } from '../../../../src/state/group/assignment/partition-sets.js';
import { consumerGroupHeartbeat } from '../../../../src/state/group/consumer/consumer-heartbeat.js';
import { describeConsumerGroup } from '../../../../src/state/group/consumer/describe-consumer-group.js';
import { deleteGroup } from '../../../../src/state/group/delete-group.js';
import { errorOf, GROUP, GroupBed, join, leave as leaveByAdministrator } from '../../../support/group-bed.js';
import { SeededRandom } from '../../../support/seeded-random.js';

const CLIENT = { clientId: 'client', clientHost: '/127.0.0.1', version: 1 };
type Owned = { topicId: string; partitions: number[] }[];

/** A consumer: joins, and then does what the coordinator says. What it is to give up it has until its next heartbeat. */
class Consumer {
  readonly bed: GroupBed;
  readonly memberId: string;
  readonly fields: Partial<ConsumerGroupHeartbeatRequest>;
  epoch = 0;
  owned: Owned = [];
  private assigned: Owned = [];

  constructor(bed: GroupBed, memberId: string, fields: Partial<ConsumerGroupHeartbeatRequest> = {}) {
    this.bed = bed;
    this.memberId = memberId;
    this.fields = { subscribedTopicNames: ['t'], ...fields };
  }

  send(request: Partial<ConsumerGroupHeartbeatRequest>): ConsumerGroupHeartbeatResponse {
    const full: ConsumerGroupHeartbeatRequest = {
      groupId: GROUP,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      instanceId: this.fields.instanceId ?? null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      subscribedTopicNames: null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: null,
      ...request,
    };
    return this.bed.ask((machine, call, context) => consumerGroupHeartbeat(machine, call, full, CLIENT, context));
  }

  beat(): string {
    this.owned = this.assigned;
    const joins = this.epoch === 0;
    const response = this.send(
      joins ? { rebalanceTimeoutMs: 60_000, topicPartitions: [], ...this.fields } : { topicPartitions: this.owned },
    );
    const error = errorOf(response);
    if (error !== 'NONE') return error;
    this.epoch = response.memberEpoch;
    if (response.assignment != null) {
      this.assigned = response.assignment.topicPartitions;
      this.owned = toList(union(fromList(this.owned), fromList(this.assigned)));
    }
    return error;
  }

  leave(epoch = -1): string {
    return errorOf(this.send({ memberEpoch: epoch }));
  }

  get partitions(): number[] {
    return this.owned.flatMap(({ partitions }) => partitions).sort((a, b) => a - b);
  }
}

const groupOf = (bed: GroupBed) => {
  const group = bed.machine.consumerGroup(GROUP);
  assert.ok(group !== null);
  return group;
};

/** Heartbeats in turn until all are where they should be; no partition ever has two owners. */
function settle(...consumers: Consumer[]): void {
  for (let round = 0; round < 6; round++) {
    for (const consumer of consumers) {
      assert.equal(consumer.beat(), 'NONE');
      assertOwnedOnce(consumers);
    }
  }
}

function assertOwnedOnce(consumers: readonly Consumer[]): void {
  const seen = new Map<string, string>();
  for (const { memberId, owned } of consumers) {
    for (const { topicId, partitions } of owned) {
      for (const partition of partitions) {
        const key = `${topicId}-${partition}`;
        assert.ok(!seen.has(key), `${key} is owned by ${seen.get(key)} and ${memberId}`);
        seen.set(key, memberId);
      }
    }
  }
}

function bedWithTopic(partitions: number): GroupBed {
  const bed = new GroupBed();
  bed.addTopic('t', partitions);
  return bed;
}

describe('members of a consumer group (KIP-848)', () => {
  it('get all partitions when alone, and share them evenly with others', () => {
    const bed = bedWithTopic(6);
    const [a, b, c] = ['a', 'b', 'c'].map((id) => new Consumer(bed, id)) as [Consumer, Consumer, Consumer];
    settle(a);
    assert.deepEqual(a.partitions, [0, 1, 2, 3, 4, 5]);
    settle(a, b);
    assert.deepEqual([a.partitions.length, b.partitions.length], [3, 3]);
    settle(a, b, c);
    assert.deepEqual(
      [a, b, c].map(({ partitions }) => partitions.length),
      [2, 2, 2],
    );
    assert.equal(groupOf(bed).state, 'Stable');
    assert.equal(a.epoch, c.epoch);
  });

  it('get nothing that another has not given back', () => {
    const bed = bedWithTopic(2);
    const [a, b] = [new Consumer(bed, 'a'), new Consumer(bed, 'b')];
    a.beat();
    b.beat();
    assert.deepEqual(b.partitions, []);
    b.beat();
    assert.deepEqual(b.partitions, []);
    assert.equal(groupOf(bed).state, 'Reconciling');
    a.beat();
    a.beat();
    b.beat();
    assert.deepEqual([a.partitions.length, b.partitions.length], [1, 1]);
  });

  it('take over what those that leave had', () => {
    const bed = bedWithTopic(4);
    const [a, b] = [new Consumer(bed, 'a'), new Consumer(bed, 'b')];
    settle(a, b);
    assert.equal(a.leave(), 'NONE');
    settle(b);
    assert.deepEqual(b.partitions, [0, 1, 2, 3]);
    assert.equal(b.leave(), 'NONE');
    assert.equal(groupOf(bed).state, 'Empty');
    assert.equal(a.leave(), 'UNKNOWN_MEMBER_ID');
  });

  it('are out when silent for a session, or with partitions that they do not give back', () => {
    const bed = bedWithTopic(4);
    const [a, b] = [new Consumer(bed, 'a'), new Consumer(bed, 'b')];
    settle(a);
    b.beat();
    a.send({ topicPartitions: a.owned });
    for (let waited = 0; waited < 60_000; waited += 20_000) {
      b.beat();
      a.send({
        topicPartitions: [
          {
            topicId: groupOf(bed).members.get('a')?.pendingRevocation.keys().next().value ?? '',
            partitions: [0, 1, 2, 3],
          },
        ],
      });
      bed.advance(20_000);
    }
    assert.ok(!groupOf(bed).members.has('a'));
    settle(b);
    assert.deepEqual(b.partitions, [0, 1, 2, 3]);
    bed.advance(45_000);
    assert.equal(groupOf(bed).state, 'Empty');
  });

  it('are fenced by their epoch, but for the one whose answer may have been lost', () => {
    const bed = bedWithTopic(4);
    const [a, b] = [new Consumer(bed, 'a'), new Consumer(bed, 'b')];
    settle(a, b);
    const { epoch } = a;
    assert.equal(errorOf(a.send({ memberEpoch: epoch + 1 })), 'FENCED_MEMBER_EPOCH');
    assert.equal(errorOf(a.send({ memberEpoch: epoch - 1, topicPartitions: a.owned })), 'NONE');
    assert.equal(errorOf(a.send({ memberEpoch: epoch - 1 })), 'FENCED_MEMBER_EPOCH');
    assert.equal(errorOf(new Consumer(bed, 'c').send({ memberEpoch: 1 })), 'UNKNOWN_MEMBER_ID');
  });

  it('get new partitions of a topic that grew', () => {
    const bed = bedWithTopic(2);
    const a = new Consumer(bed, 'a');
    settle(a);
    const { epoch } = a;
    bed.addTopic('t', 4);
    settle(a);
    assert.deepEqual(a.partitions, [0, 1, 2, 3]);
    assert.ok(a.epoch > epoch);
  });

  it('choose the assignor by majority', () => {
    const bed = bedWithTopic(3);
    bed.addTopic('u', 3);
    const consumers = ['a', 'b'].map(
      (id) => new Consumer(bed, id, { serverAssignor: 'range', subscribedTopicNames: ['t', 'u'] }),
    );
    settle(...consumers);
    assert.equal(groupOf(bed).assignorName, 'range');
    assert.deepEqual(
      consumers.map(({ partitions }) => partitions),
      [
        [0, 0, 1, 1],
        [2, 2],
      ],
    );
  });

  it('are described with what they have and are to have', () => {
    const bed = bedWithTopic(2);
    settle(new Consumer(bed, 'a'));
    const described = describeConsumerGroup(bed.machine, GROUP, bed.image);
    assert.deepEqual([described.groupState, described.assignorName], ['Stable', 'uniform']);
    const [shown] = described.members ?? [];
    assert.deepEqual(shown?.assignment, shown?.targetAssignment);
    assert.deepEqual(shown?.assignment?.topicPartitions?.[0]?.partitions, [0, 1]);
  });
});

describe('a static member of a consumer group', () => {
  const STATIC = { instanceId: 'one' };

  it('that stays away for a while keeps its partitions; another process takes over its place', () => {
    const bed = bedWithTopic(4);
    const [old, other] = [new Consumer(bed, 'a', STATIC), new Consumer(bed, 'b')];
    settle(old, other);
    const had = old.partitions;
    const { groupEpoch } = groupOf(bed);
    assert.equal(old.leave(-2), 'NONE');
    const next = new Consumer(bed, 'c', STATIC);
    settle(next, other);
    assert.deepEqual(next.partitions, had);
    assert.equal(groupOf(bed).groupEpoch, groupEpoch);
    assert.equal(old.beat(), 'FENCED_INSTANCE_ID');
    const replayed = bed.takenOver().machine.consumerGroup(GROUP);
    assert.deepEqual(replayed?.target('c'), groupOf(bed).target('c'));
    assert.equal(replayed?.state, 'Stable');
  });

  it('keeps its place against others', () => {
    const bed = bedWithTopic(4);
    settle(new Consumer(bed, 'a', STATIC));
    assert.equal(new Consumer(bed, 'b', STATIC).beat(), 'UNRELEASED_INSTANCE_ID');
    assert.equal(new Consumer(bed, 'b', STATIC).leave(), 'FENCED_INSTANCE_ID');
  });

  it('is taken out by an administrator', () => {
    const bed = bedWithTopic(4);
    settle(new Consumer(bed, 'a', STATIC));
    const errors = leaveByAdministrator(
      bed,
      { memberId: 'x', groupInstanceId: 'one' },
      { memberId: '', groupInstanceId: 'one' },
    );
    assert.deepEqual(errors, ['FENCED_INSTANCE_ID', 'NONE']);
    assert.equal(groupOf(bed).members.size, 0);
  });
});

describe('a heartbeat of a consumer group is refused', () => {
  const bed = bedWithTopic(1);
  const a = new Consumer(bed, 'a');
  const first = { rebalanceTimeoutMs: 1000, topicPartitions: [], subscribedTopicNames: ['t'] };
  const cases: [string, Partial<ConsumerGroupHeartbeatRequest>, string, string][] = [
    ['without an id', { ...first, memberId: '' }, 'INVALID_REQUEST', "MemberId can't be empty."],
    ['with an empty rack', { ...first, rackId: '' }, 'INVALID_REQUEST', "RackId can't be empty."],
    [
      'with no time-out',
      { ...first, rebalanceTimeoutMs: -1 },
      'INVALID_REQUEST',
      'RebalanceTimeoutMs must be provided in first request.',
    ],
    [
      'with partitions at first',
      { ...first, topicPartitions: null },
      'INVALID_REQUEST',
      'TopicPartitions must be empty when (re-)joining.',
    ],
    [
      'with no such assignor',
      { ...first, serverAssignor: 'x' },
      'UNSUPPORTED_ASSIGNOR',
      'ServerAssignor x is not supported. Supported assignors: uniform, range.',
    ],
    ['of no group', { memberEpoch: 3 }, 'GROUP_ID_NOT_FOUND', `Consumer group ${GROUP} not found.`],
  ];
  for (const [name, request, error, message] of cases) {
    it(name, () => {
      const response = a.send(request);
      assert.deepEqual([errorOf(response), response.errorMessage], [error, message]);
    });
  }

  it('with a pattern that is none', () => {
    assert.equal(errorOf(a.send({ ...first, subscribedTopicRegex: '(' })), 'INVALID_REGULAR_EXPRESSION');
  });

  it('when the group is full', () => {
    const small = new GroupBed({ consumerMaxSize: 1 });
    small.addTopic('t', 1);
    assert.equal(new Consumer(small, 'a').beat(), 'NONE');
    assert.equal(new Consumer(small, 'b').beat(), 'GROUP_MAX_SIZE_REACHED');
  });
});

describe('classic and consumer groups', () => {
  it('do not mix where that is disabled, and follow each other when empty', () => {
    const bed = new GroupBed({ migrationPolicy: 'disabled' });
    bed.addTopic('t', 1);
    const a = new Consumer(bed, 'a');
    settle(a);
    const refused = join(bed, '', { version: 3 });
    assert.equal(errorOf(bed.answer(refused)), 'INCONSISTENT_GROUP_PROTOCOL');
    a.leave();
    const call = join(bed, '', { version: 3 });
    bed.advance(3000);
    assert.equal(new Consumer(bed, 'b').beat(), 'GROUP_ID_NOT_FOUND');
    const { memberId } = bed.answer<{ memberId: string }>(call);
    assert.equal(bed.takenOver().machine.group(GROUP)?.type, 'classic');
    leaveByAdministrator(bed, { memberId });
    settle(new Consumer(bed, 'b'));
    assert.equal(bed.takenOver().machine.group(GROUP)?.type, 'consumer');
  });

  it('are deleted when empty', () => {
    const bed = bedWithTopic(1);
    const a = new Consumer(bed, 'a');
    settle(a);
    const remove = () => errorOf(bed.ask((machine, call) => deleteGroup(machine, call, GROUP)));
    assert.equal(remove(), 'NON_EMPTY_GROUP');
    a.leave();
    assert.equal(remove(), 'NONE');
    assert.equal(bed.takenOver().machine.group(GROUP), null);
  });
});

it('100 histories of consumers: no partition has two owners, and the records alone give the same group', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = new SeededRandom(seed);
    const bed = bedWithTopic(1 + random.below(8));
    let consumers: Consumer[] = [];
    try {
      for (let n = 0; n < 60; n++) {
        const consumer = consumers[random.below(consumers.length + 1)];
        const what = random.below(12);
        if (consumer === undefined) {
          if (consumers.length < 5) consumers.push(new Consumer(bed, `m${n}`));
        } else if (what === 0 && consumer.epoch > 0) {
          assert.equal(consumer.leave(), 'NONE');
          consumers = consumers.filter((other) => other !== consumer);
        } else if (what === 1 && bed.image.topics.get('t')!.partitions.length < 12) {
          bed.addTopic('t', bed.image.topics.get('t')!.partitions.length + 1);
        } else assert.equal(consumer.beat(), 'NONE');
        assertOwnedOnce(consumers);
      }
      settle(...consumers);
      const group = bed.machine.consumerGroup(GROUP);
      const next = bed.takenOver().machine.consumerGroup(GROUP);
      const facts = (one: typeof group) => ({ ...one, members: one?.members, targets: one?.targets });
      assert.deepEqual(facts(next), facts(group));
      if (consumers.length === 0) continue;
      assert.equal(group?.state, 'Stable');
      const sizes = consumers.map(({ partitions }) => partitions.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `uneven: ${sizes}`);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
});
