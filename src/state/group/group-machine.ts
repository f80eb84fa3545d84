import { type Context, type Machine, type Outcome, outcome } from '../../base/machine.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { GroupRecord } from '../../protocol/generated/group-coordinator-records.js';
import type { GroupMetadataValue } from '../../protocol/generated/group-metadata-value.js';
import type { OffsetCommitKey } from '../../protocol/generated/offset-commit-key.js';
import type { OffsetCommitValue } from '../../protocol/generated/offset-commit-value.js';
import type { MetadataImage } from '../metadata/image.js';
import { ClassicGroup } from './classic/classic-group.js';
import {
  armSession,
  completeIfAllJoined,
  type GroupCommandContext,
  onJoinTimeout,
  onSessionTimeout,
  onSyncTimeout,
  rebalanceOrComplete,
} from './classic/rebalance.js';
import { ConsumerGroup, UNREVOKED } from './consumer/consumer-group.js';
import { consumerGroupTombstones } from './consumer/consumer-records.js';
import { consumerSessionTimeoutMs } from './consumer/consumer-settings.js';
import { isConsumerTimer } from './consumer/consumer-timers.js';
import { onConsumerTimer } from './consumer/leave-consumer-group.js';
import { resolvePatterns } from './consumer/topic-patterns.js';
import { Effects, parseTimerKey, timerKey } from './effects.js';
import { expireOffsets } from './offsets/expire-offsets.js';
import { Offsets } from './offsets/offsets.js';
import type { GroupSettings } from './settings.js';
import { ShareGroup, type ShareGroupRecord } from './share/share-group.js';
import { leaveShareGroup } from './share/share-heartbeat.js';
import { shareSessionTimeoutMs } from './share/share-settings.js';
import { onStreamsTimer } from './streams/leave-streams-group.js';
import { StreamsGroup, type StreamsGroupRecord } from './streams/streams-group.js';
import { streamsGroupTombstones } from './streams/streams-records.js';
import { assignAfterDelay } from './streams/streams-target.js';
import { armStreamsMembers } from './streams/streams-timers.js';

export type Group = ClassicGroup | ConsumerGroup | ShareGroup | StreamsGroup;

/** All groups of one partition of __consumer_offsets, and their committed offsets. */
export class GroupMachine implements Machine<GroupRecord, MetadataImage> {
  readonly offsets = new Offsets();
  private readonly groups = new Map<string, Group>();
  private readonly settings: GroupSettings;
  /** While the log is read: consumer groups that are gone, and may have gone back to the classic protocol. */
  private readonly formerConsumerGroups = new Set<string>();
  /** When the states of share groups' partitions last changed, or were loaded: what is under way since long was lost. */
  readonly shareProgressTimes = new Map<string, number>();
  /** Streams groups whose first members gather before anybody gets tasks. */
  readonly gatheringStreamsGroups = new Set<string>();
  private isLoaded = false;

  constructor(settings: GroupSettings) {
    this.settings = settings;
  }

  /** Every group there is, those that have nothing but offsets among them. */
  allGroups(): Group[] {
    return [...this.groups.values()];
  }

  group(groupId: string): Group | null {
    return this.groups.get(groupId) ?? null;
  }

  classicGroup(groupId: string): ClassicGroup | null {
    const group = this.groups.get(groupId);
    return group?.type === 'classic' ? group : null;
  }

  consumerGroup(groupId: string): ConsumerGroup | null {
    const group = this.groups.get(groupId);
    return group?.type === 'consumer' ? group : null;
  }

  shareGroup(groupId: string): ShareGroup | null {
    const group = this.groups.get(groupId);
    return group?.type === 'share' ? group : null;
  }

  streamsGroup(groupId: string): StreamsGroup | null {
    const group = this.groups.get(groupId);
    return group?.type === 'streams' ? group : null;
  }

  createClassicGroup(groupId: string, nowMs: number): ClassicGroup {
    const group = this.addClassicGroup(groupId, nowMs);
    group.isLive = true;
    return group;
  }

  private addClassicGroup(groupId: string, nowMs: number): ClassicGroup {
    const group = new ClassicGroup(groupId, nowMs);
    this.groups.set(groupId, group);
    return group;
  }

  /** The group to join, which is no consumer group that has members; made for a member without an id (KIP-848). */
  classicGroupToJoin(groupId: string, effects: Effects, nowMs: number, create: boolean): ClassicGroup | ErrorName {
    const group = this.groups.get(groupId);
    if (group?.type === 'classic') return group.state === 'Dead' ? 'COORDINATOR_NOT_AVAILABLE' : group;
    if (!create) return 'UNKNOWN_MEMBER_ID';
    if (group?.type === 'streams') effects.write(...streamsGroupTombstones(groupId));
    else if (group !== undefined) effects.write(...consumerGroupTombstones(groupId));
    const created = this.createClassicGroup(groupId, nowMs);
    effects.write(created.record(null));
    return created;
  }

  /** @param producerId whose transaction the record is part of; left out where it counts at once */
  replay(record: GroupRecord, offset?: number, producerId?: number): void {
    switch (record.type) {
      case 'GroupMetadata':
        this.replayClassicGroup(record.key.group, record.value);
        return;
      case 'OffsetCommit':
        this.replayOffset(record.key, record.value, offset, producerId);
        return;
      case 'LegacyOffsetCommit': {
        const { key, value } = record;
        const full = value === null ? null : { ...value, leaderEpoch: -1, expireTimestamp: -1, topicId: NO_TOPIC_ID };
        this.replayOffset(key, full, offset, producerId);
        return;
      }
      case 'ConsumerGroupMetadata':
        if (this.isBehind(record.key.groupId)) return;
        if (record.value === null) this.removeConsumerGroup(record.key.groupId);
        else this.consumerGroupFor(record.key.groupId).replayEpoch(record.value);
        return;
      case 'ConsumerGroupMemberMetadata':
      case 'ConsumerGroupCurrentMemberAssignment':
      case 'ConsumerGroupTargetAssignmentMetadata':
      case 'ConsumerGroupTargetAssignmentMember':
      case 'ConsumerGroupRegularExpression':
        // Tombstones of a group that was converted or deleted must not bring it back.
        if (record.value === null && this.consumerGroup(record.key.groupId) === null) return;
        if (this.isBehind(record.key.groupId)) return;
        this.consumerGroupFor(record.key.groupId).replay(record);
        return;
      case 'ShareGroupMetadata':
      case 'ShareGroupMemberMetadata':
      case 'ShareGroupTargetAssignmentMetadata':
      case 'ShareGroupTargetAssignmentMember':
      case 'ShareGroupCurrentMemberAssignment':
      case 'ShareGroupStatePartitionMetadata':
        this.replayShareGroup(record);
        return;
      case 'StreamsGroupMetadata':
      case 'StreamsGroupMemberMetadata':
      case 'StreamsGroupTargetAssignmentMetadata':
      case 'StreamsGroupTargetAssignmentMember':
      case 'StreamsGroupCurrentMemberAssignment':
      case 'StreamsGroupTopology':
        this.replayStreamsGroup(record);
        return;
      default:
        return;
    }
  }

  private replayOffset(key: OffsetCommitKey, value: OffsetCommitValue | null, offset?: number, producerId?: number) {
    this.offsets.replay(key.group, key.topic, key.partition, value, offset, producerId);
    if (value !== null && !this.groups.has(key.group)) this.addClassicGroup(key.group, 0);
  }

  onTimer(key: string, plainContext: Context<MetadataImage>): Outcome<GroupRecord> {
    const context: GroupCommandContext = { ...plainContext, settings: this.settings };
    const [kind, groupId, memberId] = parseTimerKey(key);
    const effects = new Effects();
    if (kind === 'expiry') {
      effects.write(...expireOffsets(this, context.nowMs, context.settings.offsetsRetentionMs));
      effects.arm(key, context.nowMs + context.settings.retentionCheckIntervalMs);
      return effects;
    }
    if (kind === 'consumer-patterns') {
      const group = this.consumerGroup(groupId);
      if (group !== null) resolvePatterns(group, effects, context);
      return effects;
    }
    if (isConsumerTimer(kind)) {
      const group = this.consumerGroup(groupId);
      if (group !== null) onConsumerTimer(kind, this, group, memberId, effects, context);
      return effects;
    }
    if (kind === 'share-session') {
      const group = this.shareGroup(groupId);
      if (group?.members.has(memberId)) leaveShareGroup(group, memberId, effects, context);
      return effects;
    }
    if (kind === 'streams-session' || kind === 'streams-rebalance' || kind === 'streams-delay') {
      if (kind === 'streams-delay') this.gatheringStreamsGroups.delete(groupId);
      const group = this.streamsGroup(groupId);
      if (group === null) return effects;
      if (kind === 'streams-delay') assignAfterDelay(group, effects, context);
      else onStreamsTimer(kind, group, memberId, effects);
      return effects;
    }
    const group = this.classicGroup(groupId);
    if (group === null) return outcome();
    if (kind === 'join') onJoinTimeout(group, effects, context);
    else if (kind === 'sync') onSyncTimeout(group, effects, context);
    else if (kind === 'session') onSessionTimeout(group, memberId, effects, context);
    else if (group.pendingMembers.delete(memberId)) completeIfAllJoined(group, effects, context);
    return effects;
  }

  /** After a start: members get a whole session to show that they are alive. */
  onLoaded(context: GroupCommandContext): Effects {
    const effects = new Effects();
    for (const group of this.groups.values()) {
      if (group.type === 'classic') {
        group.isLive = true;
        for (const member of group.members.values()) armSession(group, member, effects, context);
        // What the last members of the newer protocol had is nobody's. (Kafka leaves it so until something else happens.)
        if (this.formerConsumerGroups.has(group.groupId) && group.state === 'Stable') {
          rebalanceOrComplete(group, effects, context);
        }
      } else if (group.type === 'share') {
        this.shareProgressTimes.set(group.groupId, context.nowMs);
        for (const memberId of group.members.keys()) {
          const sessionMs = shareSessionTimeoutMs(group.groupId, context);
          effects.arm(timerKey('share-session', group.groupId, memberId), context.nowMs + sessionMs);
        }
      } else if (group.type === 'streams') {
        armStreamsMembers(group, effects, context);
      } else {
        for (const { memberId, state, rebalanceTimeoutMs } of group.members.values()) {
          const sessionMs = consumerSessionTimeoutMs(group.groupId, context);
          effects.arm(timerKey('consumer-session', group.groupId, memberId), context.nowMs + sessionMs);
          if (state !== UNREVOKED) continue;
          effects.arm(timerKey('consumer-rebalance', group.groupId, memberId), context.nowMs + rebalanceTimeoutMs);
        }
      }
    }
    this.formerConsumerGroups.clear();
    this.isLoaded = true;
    effects.arm(timerKey('expiry', ''), context.nowMs + context.settings.retentionCheckIntervalMs);
    return effects;
  }

  /** A consumer group that has just gone back to the classic protocol lives on as that: these are its last records. */
  private isBehind(groupId: string): boolean {
    return this.classicGroup(groupId)?.isLive ?? false;
  }

  private consumerGroupFor(groupId: string): ConsumerGroup {
    const existing = this.consumerGroup(groupId);
    if (existing !== null) return existing;
    const created = new ConsumerGroup(groupId);
    this.groups.set(groupId, created);
    return created;
  }

  /** Tombstones of a group that is gone must not bring it back. */
  private replayShareGroup(record: ShareGroupRecord): void {
    const { groupId } = record.key;
    const existing = this.shareGroup(groupId);
    if (record.value === null && existing === null) return;
    if (record.type === 'ShareGroupMetadata' && record.value === null) {
      this.groups.delete(groupId);
      this.shareProgressTimes.delete(groupId);
      return;
    }
    const group = existing ?? new ShareGroup(groupId);
    this.groups.set(groupId, group);
    group.replay(record);
  }

  /** Tombstones of a group that is gone must not bring it back. */
  private replayStreamsGroup(record: StreamsGroupRecord): void {
    const { groupId } = record.key;
    const existing = this.streamsGroup(groupId);
    if (record.value === null && existing === null) return;
    if (record.type === 'StreamsGroupMetadata' && record.value === null) {
      this.groups.delete(groupId);
      this.gatheringStreamsGroups.delete(groupId);
      return;
    }
    const group = existing ?? new StreamsGroup(groupId);
    this.groups.set(groupId, group);
    group.replay(record);
  }

  private removeConsumerGroup(groupId: string): void {
    if (this.consumerGroup(groupId) === null) return;
    this.groups.delete(groupId);
    if (!this.isLoaded) this.formerConsumerGroups.add(groupId);
  }

  /** A group that runs already is ahead of its record: it wrote it. */
  private replayClassicGroup(groupId: string, value: GroupMetadataValue | null): void {
    const existing = this.classicGroup(groupId);
    // A generation of its own settles what was left open.
    if (existing !== null) this.formerConsumerGroups.delete(groupId);
    if (value === null) {
      if (existing !== null) this.groups.delete(groupId);
      return;
    }
    if (existing?.isLive) return;
    const group = this.addClassicGroup(groupId, value.currentStateTimestamp);
    group.restore(value);
  }
}

const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
