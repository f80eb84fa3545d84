import type { CallId } from '../../base/machine.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { partitionChangeRecord } from '../metadata/new-records.js';
import { type Decision, decide } from './decision.js';
import type { ControllerContext } from './settings.js';

export interface DirectoryOfReplica {
  readonly topicId: string;
  readonly partition: number;
  readonly directoryId: string;
}

/** A broker with several directories tells in which of them its replicas are (KIP-858). */
export function assignDirectories(
  call: CallId,
  brokerId: number,
  assignments: readonly DirectoryOfReplica[],
  context: ControllerContext,
): Decision {
  const records: MetadataRecord[] = [];
  for (const { topicId, partition, directoryId } of assignments) {
    const state = context.image.topicsById.get(topicId)?.partitions[partition];
    const replica = state?.replicas.indexOf(brokerId) ?? -1;
    if (state === undefined || replica < 0 || state.directories[replica] === directoryId) continue;
    const directories = state.directories.with(replica, directoryId);
    records.push(partitionChangeRecord(topicId, partition, { directories }));
  }
  return decide(call, null, records);
}
