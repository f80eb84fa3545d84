import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { isDirectoryId } from '../metadata/directory-id.js';
import type { PartitionState } from '../metadata/partition-state.js';
import { changedPartition } from './partition-change.js';
import { partitionRules } from './partition-rules.js';
import type { ControllerContext } from './settings.js';

/** A broker that leaves, comes, or comes after it did not stop cleanly, so that what it holds cannot be trusted. */
export interface BrokerEvent {
  readonly removed?: number;
  readonly added?: number;
  readonly unclean?: number;
}

/** What an event means for those partitions that it touches: who leads them, and who is in sync. */
export function leaderChanges(
  context: ControllerContext,
  { removed, added, unclean }: BrokerEvent,
  isTouched: (state: PartitionState) => boolean,
): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const topic of context.image.topics.values()) {
    const mayBeUnclean = context.settings.electsUncleanly(topic.name, context.image);
    for (const [partition, state] of topic.partitions.entries()) {
      if (!isTouched(state)) continue;
      const rules = partitionRules(topic.name, state, context);
      const isAcceptableLeader = (id: number): boolean => {
        if (id === removed || id === unclean) return false;
        return id === added ? isReady(id, state, context) : rules.isAcceptableLeader(id);
      };
      const record = changedPartition(
        topic.id,
        partition,
        state,
        {
          isr: state.isr.filter((id) => id !== removed && id !== unclean),
          election: mayBeUnclean ? 'unclean' : 'online',
          uncleanShutdown: unclean === undefined ? [] : [unclean],
        },
        { ...rules, isAcceptableLeader },
      );
      if (record !== null) records.push(record);
    }
  }
  return records;
}

/** A broker that is about to be up leads from the directories that it has; a replica whose place is not known may be in any. */
function isReady(id: number, state: PartitionState, { image }: ControllerContext): boolean {
  const directory = state.directories[state.replicas.indexOf(id)];
  if (directory === undefined || !isDirectoryId(directory)) return true;
  return image.brokers.get(id)?.logDirs.includes(directory) === true;
}
