import { errorCode } from '../../protocol/errors.js';
import { describeLogDirsApi } from '../../protocol/generated/describe-log-dirs.js';
import type { Log } from '../../storage/log.js';
import type { LogDirectory } from '../../storage/log-directory.js';
import { handler, type RequestContext } from '../handler.js';

type Wanted = (topic: string, partition: number) => boolean;

/** What lies in each log directory, copies that are being made included; a directory that failed has an error alone. */
export const describeLogDirs = handler({
  api: describeLogDirsApi,
  handle({ topics }, context) {
    const asked = topics === null ? null : new Map(topics.map(({ topic, partitions }) => [topic, new Set(partitions)]));
    const isWanted: Wanted = (topic, partition) => asked === null || asked.get(topic)?.has(partition) === true;
    const { directories } = context.services.dirs;
    return { errorCode: 0, results: directories.map((directory) => describe(directory, isWanted, context)) };
  },
});

function describe(directory: LogDirectory, isWanted: Wanted, { services }: RequestContext) {
  const { path } = directory;
  if (!directory.isOnline) return { errorCode: errorCode('KAFKA_STORAGE_ERROR'), logDir: path, topics: [] };
  const byTopic = new Map<string, Log[]>();
  for (const log of directory.logs) {
    if (!isWanted(log.topic, log.partition)) continue;
    const logs = byTopic.get(log.topic);
    if (logs === undefined) byTopic.set(log.topic, [log]);
    else logs.push(log);
  }
  const topics = [...byTopic].map(([name, logs]) => ({
    name,
    partitions: logs.map((log) => ({
      partitionIndex: log.partition,
      partitionSize: log.sizeBytes,
      offsetLag: lagOf(log, services.dirs.get(log.topic, log.partition)),
      isFutureKey: log.isFuture,
    })),
  }));
  const { totalBytes, usableBytes } = services.dirs.spaceOf(directory);
  return {
    errorCode: 0,
    logDir: path,
    topics,
    totalBytes,
    usableBytes,
    isCordoned: services.dirs.placement.isCordoned(path),
  };
}

/** How far a copy is behind the log in use, and that one behind its high watermark; -1 without a log in use. */
function lagOf(log: Log, current: Log | undefined): number {
  if (current === undefined) return -1;
  return log.isFuture ? current.logEndOffset - log.logEndOffset : Math.max(current.highWatermark - log.logEndOffset, 0);
}
