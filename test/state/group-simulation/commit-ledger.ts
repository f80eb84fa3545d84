import { ZERO_UUID } from '../../../src/base/bytes.js';
import type { GroupCommand } from '../../../src/broker/group-coordinators.js';
import type { OffsetCommitResponse } from '../../../src/protocol/generated/offset-commit.js';
import type { GroupMachine } from '../../../src/state/group/group-machine.js';
import { commitOffsets } from '../../../src/state/group/offsets/commit-offsets.js';
import { GROUP, type GroupWorld } from './group-world.js';
import type { Identity, SimulatedProcess } from './simulated-process.js';

const VERSION = 9;

interface Acknowledged {
  readonly value: number;
  readonly atMs: number;
}

/** Commits that were taken and those that were heard to be: an offset that was is there, or a later one. */
export class CommitLedger {
  private readonly world: GroupWorld;
  private nextValue = 1;
  private turn = 0;
  /** When the coordinator took a value, among the others. */
  private readonly turns = new Map<number, { readonly turn: number; readonly atMs: number }>();
  private readonly acknowledged = new Map<string, Acknowledged>();

  constructor(world: GroupWorld) {
    this.world = world;
  }

  send(process: SimulatedProcess, as: Identity, key: string, heard?: (error: number) => void): void {
    const [id = '', index] = key.split(':');
    const { command, topic, value } = this.command(
      as,
      this.world.topicName(id),
      Number(index),
      process.plan.instanceId,
    );
    process.request<OffsetCommitResponse & { errorCode?: number }>(
      () => `commits ${topic}-${index} at ${value} as ${as.memberId} of ${as.generation}`,
      command,
      (error, response) => {
        const code = response?.topics[0]?.partitions[0]?.errorCode ?? -1;
        if (error === null && code === 0) this.hear(`${topic}-${index}`, value);
        heard?.(code);
      },
    );
  }

  /** Of a program that is in no group. */
  sendSimple(topic: string): void {
    const { command, value } = this.command({ memberId: '', generation: -1 }, topic, 0);
    const { life } = this.world.coordinator;
    this.world.tell(() => `a program of its own commits ${topic}-0 at ${value}`);
    this.world.coordinator.call<OffsetCommitResponse>(command, (_, response) => {
      const isTaken = response?.topics[0]?.partitions[0]?.errorCode === 0;
      if (!isTaken || this.world.coordinator.life !== life) return;
      this.world.coordinator.heardOf = this.world.coordinator.batches.length;
      this.hear(`${topic}-0`, value);
    });
  }

  /** Somebody meant to: the topic or the group was deleted. */
  forget(topic?: string): void {
    for (const key of [...this.acknowledged.keys()]) {
      if (topic === undefined || key.startsWith(`${topic}-`)) this.acknowledged.delete(key);
    }
  }

  /** @throws when an offset went back or is gone */
  check(machine: GroupMachine): void {
    const { clock, settings } = this.world;
    for (const [key, { value, atMs }] of this.acknowledged) {
      const [topic = '', partition] = key.split('-');
      const now = machine.offsets.get(GROUP, topic, Number(partition));
      if (now === undefined) {
        if (clock.nowMs() - atMs < settings.offsetsRetentionMs)
          throw new Error(`the offset ${value} of ${key} is gone`);
        this.acknowledged.delete(key);
      } else if (this.turnOf(now.offset) < this.turnOf(value)) {
        throw new Error(`the offset of ${key} went back from ${value} to ${now.offset}`);
      }
    }
  }

  private turnOf(value: number): number {
    return this.turns.get(value)?.turn ?? -1;
  }

  private hear(key: string, value: number): void {
    const known = this.acknowledged.get(key);
    if (known !== undefined && this.turnOf(known.value) > this.turnOf(value)) return;
    // Deleted while the answer was on its way.
    if (this.world.wasForgotten(key, this.turnOf(value))) return;
    this.acknowledged.set(key, { value, atMs: this.turns.get(value)?.atMs ?? this.world.clock.nowMs() });
  }

  get turnNow(): number {
    return this.turn;
  }

  private command(as: Identity, topic: string, partitionIndex: number, groupInstanceId: string | null = null) {
    const value = this.nextValue++;
    const partition = { partitionIndex, committedOffset: value, committedLeaderEpoch: -1, committedMetadata: '' };
    const request = {
      groupId: GROUP,
      generationIdOrMemberEpoch: as.generation,
      memberId: as.memberId,
      groupInstanceId,
      retentionTimeMs: -1,
      topics: [{ name: topic, topicId: ZERO_UUID, partitions: [partition] }],
    };
    const names = {
      name: (id: string) => this.world.image.topicsById.get(id)?.name,
      id: (name: string) => this.world.image.topics.get(name)?.id,
    };
    const command: GroupCommand = (machine, call, context) => {
      const before = machine.group(GROUP);
      const wasEmpty = before === null || before.state === 'Empty';
      const outcome = commitOffsets(machine, call, request, VERSION, names, context);
      if (outcome.records.length > 0) {
        this.turns.set(value, { turn: this.turn++, atMs: context.nowMs });
        this.refuteStale(as, `${names.id(topic)}:${partitionIndex}`, wasEmpty);
      }
      return outcome;
    };
    return { command, topic, value };
  }

  /** @throws when the commit should not have been taken */
  private refuteStale({ memberId, generation }: Identity, key: string, wasEmpty: boolean): void {
    const { classic, epochs, assignments } = this.world.records;
    if (generation < 0 && wasEmpty) return;
    const isOfClassic =
      classic?.generation === generation && classic.members.some((member) => member.memberId === memberId);
    const epoch = epochs.get(memberId) ?? -1;
    const since = assignments.get(memberId)?.get(key);
    // An older epoch counts for what the member has had all the while (KIP-1251).
    const isOfConsumer = epoch === generation || (since !== undefined && since <= generation && generation < epoch);
    if (isOfClassic || isOfConsumer) return;
    this.world.broken(new Error(`a commit as ${memberId} of ${generation} was taken, which is not in the group`));
  }
}
