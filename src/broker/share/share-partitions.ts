import type { Clock, Logger } from '../../base/host.js';
import { Waiting } from '../../base/waiting.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { Acknowledgement } from '../../state/share-partition/acknowledge.js';
import type { BrokerMetadata } from '../broker-metadata.js';
import type { Partition } from '../partition.js';
import type { Partitions } from '../partitions.js';
import { hasShareGroups } from '../share-group-states.js';
import type { SharePartitionKey, SharePersister } from '../share-persister.js';
import { HostedSharePartition } from './hosted-share-partition.js';
import { isFencing, type ShareError } from './persister-refusal.js';
import { type ShareSession, ShareSessions } from './share-sessions.js';
import type { ShareSettings } from './share-settings.js';

/** A poll that waits for records; it is told that some may be had. */
export interface ShareWaiter {
  lookAgain(): void;
}

interface SharePartitionsOptions {
  readonly settings: ShareSettings;
  readonly partitions: Partitions;
  readonly persister: SharePersister;
  readonly metadata: BrokerMetadata;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NOT_HERE: ShareError = {
  error: 'UNKNOWN_TOPIC_OR_PARTITION',
  message: 'This server does not host this topic-partition.',
};

const keyOf = ({ groupId, topicId, partition }: SharePartitionKey): string => `${groupId}\n${topicId}-${partition}`;

/** All that share groups have in flight of the partitions that this broker leads, and the sessions of their members. */
export class SharePartitions {
  readonly settings: ShareSettings;
  readonly sessions: ShareSessions;
  /** Polls by the share partitions that they wait for. */
  readonly waiters = new Waiting<ShareWaiter>();
  private readonly options: SharePartitionsOptions;
  private readonly hosted = new Map<string, HostedSharePartition>();

  constructor(options: SharePartitionsOptions) {
    this.options = options;
    this.settings = options.settings;
    this.sessions = new ShareSessions(options.settings.maxSessions);
    options.metadata.subscribe(() => {
      if (!hasShareGroups(options)) this.clear();
    });
  }

  /** Begins to read it where it was not asked for yet. */
  find(groupId: string, topicId: string, topic: string, index: number): HostedSharePartition | ErrorName {
    const key: SharePartitionKey = { groupId, topicId, partition: index };
    const known = this.hosted.get(keyOf(key));
    if (known !== undefined) return known;
    const partition = this.options.partitions.leader(topic, index);
    if (typeof partition === 'string') return partition;
    const { settings, persister, clock, logger } = this.options;
    const hosted = new HostedSharePartition({
      key,
      partition,
      settings,
      persister,
      clock,
      logger,
      onAvailable: (changed) => this.wake(changed),
      onFailed: (failed) => this.drop(failed),
    });
    this.hosted.set(keyOf(key), hosted);
    void hosted.load();
    return hosted;
  }

  waitKey(hosted: HostedSharePartition): string {
    return keyOf(hosted.key);
  }

  wake(hosted: HostedSharePartition): void {
    for (const waiter of this.waiters.on(keyOf(hosted.key))) waiter.lookAgain();
  }

  async acknowledge(
    key: SharePartitionKey,
    memberId: string,
    acknowledgements: readonly Acknowledgement[],
  ): Promise<ShareError | null> {
    const hosted = this.hosted.get(keyOf(key));
    // What is read still was given to nobody.
    if (hosted === undefined) return NOT_HERE;
    if (hosted.active === null) return NOT_ACQUIRED;
    return this.fenceIf(hosted, await hosted.acknowledge(memberId, acknowledgements));
  }

  /** The session is over, and what its member has is free again. */
  endSession(session: ShareSession): void {
    this.sessions.remove(session);
    const { groupId, memberId, partitions } = session;
    for (const { partition } of partitions.values()) {
      const key = { groupId, topicId: partition.topicId, partition: partition.partition };
      const hosted = this.hosted.get(keyOf(key));
      if (hosted !== undefined) void hosted.release(memberId).then((refused) => this.fenceIf(hosted, refused));
    }
  }

  /** The sessions that began on the connection end with it, and a group without any is forgotten. */
  disconnected(connectionId: string): void {
    const session = this.sessions.disconnected(connectionId);
    if (session === undefined) return;
    if (this.sessions.get(session.groupId, session.memberId) === session) this.endSession(session);
    if (this.sessions.hasMembers(session.groupId)) return;
    for (const hosted of [...this.hosted.values()]) {
      if (hosted.key.groupId === session.groupId) this.drop(hosted);
    }
  }

  /** Another broker leads the partition, or none does any more. */
  onResign(partition: Partition): void {
    for (const hosted of [...this.hosted.values()]) if (hosted.partition === partition) this.drop(hosted);
  }

  close(): void {
    this.clear();
  }

  private clear(): void {
    this.sessions.clear();
    for (const hosted of [...this.hosted.values()]) this.drop(hosted);
  }

  private fenceIf(hosted: HostedSharePartition, refused: ShareError | null): ShareError | null {
    if (refused !== null && isFencing(refused)) this.drop(hosted);
    return refused;
  }

  private drop(hosted: HostedSharePartition): void {
    const key = keyOf(hosted.key);
    if (this.hosted.get(key) === hosted) this.hosted.delete(key);
    hosted.fence();
    this.wake(hosted);
  }
}

const NOT_ACQUIRED: ShareError = {
  error: 'INVALID_RECORD_STATE',
  message: 'Batch record not found. The request batch offsets are not found in the cache.',
};
