import { type ErrorName, errorCode } from '../../protocol/errors.js';
import { alterReplicaLogDirsApi } from '../../protocol/generated/alter-replica-log-dirs.js';
import { handler } from '../handler.js';

/** Begins to move replicas to other log directories of this broker (KIP-113); the answer does not wait for the end. */
export const alterReplicaLogDirs = handler({
  api: alterReplicaLogDirsApi,
  handle({ dirs }, { services }) {
    const results = new Map<string, { partitionIndex: number; errorCode: number }[]>();
    for (const { path, topics } of dirs) {
      for (const { name, partitions } of topics) {
        const answered = results.get(name) ?? [];
        results.set(name, answered);
        for (const partitionIndex of partitions) {
          const error: ErrorName = services.replicaMoves.start(name, partitionIndex, path);
          answered.push({ partitionIndex, errorCode: errorCode(error) });
        }
      }
    }
    return { results: [...results].map(([topicName, partitions]) => ({ topicName, partitions })) };
  },
});
