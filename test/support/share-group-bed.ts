import type { GroupRecord } from '../../src/protocol/generated/group-coordinator-records.js';
import type {
  ShareGroupHeartbeatRequest,
  ShareGroupHeartbeatResponse,
} from '../../src/protocol/generated/share-group-heartbeat.js';
import { type ShareHeartbeatAnswer, shareGroupHeartbeat } from '../../src/state/group/share/share-heartbeat.js';
import {
  finishInitialization,
  giveUpInitialization,
  type ShareInitialization,
} from '../../src/state/group/share/share-initialization.js';
import { errorOf, GROUP, type GroupBed } from './group-bed.js';

const CLIENT = { clientId: 'client', clientHost: '/127.0.0.1', version: 1 };

/** A member of the share group; share coordinators do nothing until they are told to. */
export class ShareMemberBed {
  readonly memberId: string;
  epoch = 0;
  /** By topic id. */
  assigned: Readonly<Record<string, readonly number[]>> = {};
  private readonly bed: () => GroupBed;

  constructor(bed: GroupBed | (() => GroupBed), memberId: string) {
    this.bed = typeof bed === 'function' ? bed : () => bed;
    this.memberId = memberId;
  }

  ask(fields: Partial<ShareGroupHeartbeatRequest> = {}): ShareHeartbeatAnswer {
    const { memberId, epoch: memberEpoch } = this;
    const request = { groupId: GROUP, memberId, memberEpoch, rackId: null, subscribedTopicNames: null, ...fields };
    return this.bed().ask((machine, call, context) => shareGroupHeartbeat(machine, call, request, CLIENT, context));
  }

  /** @returns what share coordinators are to do */
  beat(names: string[] | null = null): ShareInitialization | null {
    const { response, initialization } = this.ask({ subscribedTopicNames: names });
    const error = errorOf(response);
    if (error !== 'NONE') throw new Error(`${error}: ${response.errorMessage}`);
    this.epoch = response.memberEpoch ?? 0;
    this.take(response as ShareGroupHeartbeatResponse);
    return initialization;
  }

  leave(): void {
    this.ask({ memberEpoch: -1 });
    this.epoch = 0;
    this.assigned = {};
  }

  private take({ assignment }: ShareGroupHeartbeatResponse): void {
    if (assignment == null) return;
    this.assigned = Object.fromEntries(
      assignment.topicPartitions.map(({ topicId, partitions }) => [topicId, partitions]),
    );
  }
}

/** What share coordinators made, or would not make. */
export function settleStates(bed: GroupBed, initialization: ShareInitialization | null, isMade = true): void {
  const partitions = new Map<string, number[]>();
  for (const { topicId, partition } of initialization?.partitions ?? []) {
    partitions.set(topicId, [...(partitions.get(topicId) ?? []), partition]);
  }
  const note = isMade ? finishInitialization : giveUpInitialization;
  bed.ask<null>((machine, call, context) => note(machine, GROUP, partitions, context).reply(call, null));
}

/** Types of records, with `-` before tombstones, without what all of them begin with. */
export const recordNames = (records: readonly GroupRecord[]): string[] =>
  records.map(({ type, value }) => `${value === null ? '-' : ''}${type.replace('ShareGroup', '')}`);
