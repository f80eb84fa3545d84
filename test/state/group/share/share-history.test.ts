import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Effects } from '../../../../src/state/group/effects.js';
import { dropTopics, type ShareInitialization } from '../../../../src/state/group/share/share-initialization.js';
import { GROUP, GroupBed } from '../../../support/group-bed.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import { ShareMemberBed, settleStates } from '../../../support/share-group-bed.js';

const SEEDS = 60;
const STEPS = 120;
const TOPICS = ['a', 'b', 'c', 'd'];
const MOST_MEMBERS = 7;
const MOST_PARTITIONS = 9;

interface Reader {
  readonly bed: ShareMemberBed;
  names: string[];
  isAlive: boolean;
}

/** Members come, beat, change their mind, leave and die; topics and coordinators come and go; share coordinators fail. */
class ShareHistory {
  bed = new GroupBed({ shareAssignmentIntervalMs: 1000 });
  private readonly random: SeededRandom;
  private readonly readers: Reader[] = [];
  private readonly asked: ShareInitialization[] = [];
  private nextMember = 1;
  private readonly epochs = new Map<string, number>();
  private groupEpoch = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.bed.addTopic('a', 3);
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) {
      this.step(this.random.below(20));
      this.check();
    }
    this.settle();
  }

  private step(kind: number): void {
    const one = this.readers[this.random.below(this.readers.length)];
    if (kind < 3) this.join();
    else if (kind === 3) this.leave(one);
    else if (kind === 4 && one !== undefined) one.isAlive = false;
    else if (kind === 5 && one !== undefined) this.beat(one, this.names());
    else if (kind === 6) this.growTopic();
    else if (kind === 7) this.deleteTopic();
    else if (kind === 8) this.takeOver();
    else if (kind < 12) this.bed.advance(this.random.below(12_000));
    else if (kind < 15) this.answer();
    else for (const reader of this.readers) this.beat(reader);
  }

  private names(): string[] {
    const names = TOPICS.filter(() => this.random.below(2) === 0);
    return names.length === 0 ? ['a'] : names;
  }

  private join(): void {
    if (this.readers.filter(({ isAlive }) => isAlive).length >= MOST_MEMBERS) return;
    const bed = new ShareMemberBed(() => this.bed, `member-${this.nextMember++}`);
    const reader = { bed, names: this.names(), isAlive: true };
    this.readers.push(reader);
    this.beat(reader);
  }

  private leave(reader: Reader | undefined): void {
    if (reader === undefined || !reader.isAlive) return;
    reader.bed.leave();
    reader.isAlive = false;
  }

  private beat(reader: Reader, names: string[] | null = null): void {
    if (!reader.isAlive) return;
    reader.names = names ?? reader.names;
    const { bed } = reader;
    try {
      const initialization = bed.beat(bed.epoch === 0 ? reader.names : names);
      if (initialization !== null) this.asked.push(initialization);
    } catch (error) {
      assert.match(String(error), /UNKNOWN_MEMBER_ID/);
      bed.epoch = 0;
      bed.assigned = {};
    }
  }

  private growTopic(): void {
    const name = TOPICS[this.random.below(TOPICS.length)] ?? 'a';
    const now = this.bed.image.topics.get(name)?.partitions.length ?? 0;
    if (now < MOST_PARTITIONS) this.bed.addTopic(name, now + 1 + this.random.below(MOST_PARTITIONS - now));
  }

  private deleteTopic(): void {
    const topic = this.bed.image.topics.get(TOPICS[this.random.below(TOPICS.length)] ?? '');
    if (topic === undefined) return;
    this.bed.image.topics.delete(topic.name);
    this.bed.image.topicsById.delete(topic.id);
    this.bed.ask((machine, call, context) => {
      const effects = new Effects().reply(call, null);
      dropTopics(machine, new Set([topic.id]), effects, context);
      return effects;
    });
  }

  /** Share coordinators make what they were asked for, refuse it, or are never heard of again. */
  private answer(): void {
    const [initialization] = this.asked.splice(0, 1);
    const kind = this.random.below(4);
    if (initialization === undefined || kind === 0) return;
    settleStates(this.bed, this.ofTopicsThatAreThere(initialization), kind > 1);
  }

  /** Nobody answers for a topic that is gone: its share coordinators have forgotten it. */
  private ofTopicsThatAreThere({ stateEpoch, partitions }: ShareInitialization): ShareInitialization {
    const { topicsById } = this.bed.image;
    return { stateEpoch, partitions: partitions.filter(({ topicId }) => topicsById.has(topicId)) };
  }

  private takeOver(): void {
    const before = this.bed.machine.shareGroup(GROUP);
    this.bed = this.bed.takenOver();
    assert.deepEqual(this.bed.machine.shareGroup(GROUP), before);
  }

  private check(): void {
    const group = this.bed.machine.shareGroup(GROUP);
    if (group === null) return;
    assert.ok(group.groupEpoch >= this.groupEpoch, `the group goes back to epoch ${group.groupEpoch}`);
    assert.ok(group.targetEpoch <= group.groupEpoch);
    this.groupEpoch = group.groupEpoch;
    for (const { memberId, memberEpoch } of group.members.values()) {
      assert.ok(memberEpoch >= (this.epochs.get(memberId) ?? 0), `${memberId} goes back to epoch ${memberEpoch}`);
      assert.ok(memberEpoch <= group.targetEpoch);
      this.epochs.set(memberId, memberEpoch);
    }
    for (const memberId of this.epochs.keys()) if (!group.members.has(memberId)) this.epochs.delete(memberId);
  }

  /** Nothing changes any more, and share coordinators do what they are asked for. */
  private settle(): void {
    for (let round = 0; round < 40; round++) {
      this.bed.advance(3000);
      for (const initialization of this.asked.splice(0))
        settleStates(this.bed, this.ofTopicsThatAreThere(initialization));
      for (const reader of this.readers) this.beat(reader);
      this.check();
    }
    const group = this.bed.machine.shareGroup(GROUP);
    const living = this.readers.filter(({ isAlive }) => isAlive);
    assert.deepEqual([...(group?.members.keys() ?? [])].sort(), living.map(({ bed }) => bed.memberId).sort());
    for (const { bed, names } of living) {
      assert.equal(bed.epoch, group?.targetEpoch);
      const wanted = names.map((name) => this.bed.image.topics.get(name)?.id);
      for (const topicId of Object.keys(bed.assigned)) assert.ok(wanted.includes(topicId));
    }
    for (const { name, id, partitions } of this.bed.image.topics.values()) {
      const readers = living.filter(({ names }) => names.includes(name));
      if (readers.length === 0) continue;
      const counts = [...partitions.keys()].map(
        (index) => readers.filter(({ bed }) => bed.assigned[id]?.includes(index)).length,
      );
      assert.ok(Math.min(...counts) >= 1, `a partition of ${name} is nobody's: ${counts}`);
    }
  }
}

for (let seed = 1; seed <= SEEDS; seed++) {
  it(`whatever happens, everything is assigned in the end (seed ${seed})`, () => new ShareHistory(seed).run());
}
