import { inHashOrder } from '../../../base/java-hash-order.js';
import { describeCluster } from '../../../client/admin/cluster-facts.js';
import { alterReassignments, listReassignments } from '../../../client/admin/reassignments.js';
import type { Cluster } from '../../../client/cluster.js';
import { comparePartitions, keyOf, type OfPartition } from '../../../client/topic-partition.js';
import { javaMessageOf } from '../../format/java-error.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { logDirsOf, replicasOfPartitions } from './current-replicas.js';
import { checkExecutable, commandFailure, type Plan, planText } from './plan-file.js';
import { startMoves } from './start-moves.js';
import { javaLong, throttleBetweenBrokers, throttleBetweenLogDirs, throttleTopics } from './throttle-configs.js';
import { movesWith, movingBrokers, topicThrottles } from './throttles.js';

export interface ExecuteOptions {
  readonly isAdditional: boolean;
  readonly allowReplicationFactorChange: boolean;
  /** Bytes a second; below 0 none. */
  readonly throttle: number;
  readonly logDirThrottle: number;
  readonly timeoutMs: number;
}

/** Begins the moves of a plan, and shows first how to go back. */
export async function execute(admin: Cluster, plan: Plan, options: ExecuteOptions, io: Io): Promise<void> {
  checkExecutable(plan);
  const ongoing = await listReassignments(admin);
  if (!options.isAdditional && ongoing.length > 0) {
    throw new ToolError(
      'Cannot execute because there is an existing partition assignment.  Use --additional to override this and create a new partition assignment in addition to the existing one. The --additional flag can also be used to change the throttle by resubmitting the current reassignment.',
    );
  }
  await checkBrokers(admin, plan);
  const current = await replicasOfPartitions(admin, plan.partitions);
  const logDirOf = await logDirsOf(admin, current);
  io.print(
    `Current partition replica assignment\n\n${planText(current, logDirOf)}\n\nSave this to use as the --reassignment-json-file option during rollback`,
  );
  if (options.throttle >= 0 || options.logDirThrottle >= 0) {
    io.print(
      'Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.',
    );
  }
  if (options.throttle >= 0) {
    const moves = movesWith(ongoing, plan.partitions, current);
    await throttleTopics(admin, topicThrottles(moves));
    await throttleBetweenBrokers(admin, movingBrokers(moves), options.throttle);
    io.print(`The inter-broker throttle limit was set to ${javaLong(options.throttle)} B/s`);
  }
  if (options.logDirThrottle >= 0) {
    const brokers = [...new Set(plan.moves.map(({ broker }) => broker))];
    await throttleBetweenLogDirs(admin, brokers, options.logDirThrottle);
    io.print(`The replica-alter-dir throttle limit was set to ${javaLong(options.logDirThrottle)} B/s`);
  }
  const { allowReplicationFactorChange } = options;
  const failed = failures(await alterReassignments(admin, plan.partitions, { allowReplicationFactorChange }));
  if (failed.length > 0) throw new ToolError(`Error reassigning partition(s):\n${failed.join('\n')}`);
  const names = [...plan.partitions].sort(comparePartitions).map(keyOf);
  io.print(`Successfully started partition reassignment${names.length === 1 ? '' : 's'} for ${names.join(',')}`);
  if (plan.moves.length > 0) await startMoves(admin, plan.moves, options.timeoutMs, io);
}

async function checkBrokers(admin: Cluster, { partitions }: Plan): Promise<void> {
  const { nodes } = await describeCluster(admin);
  const known = new Set(nodes.map(({ id }) => id));
  const wanted = new Set(partitions.flatMap(({ replicas }) => replicas));
  const unknown = inHashOrder([...wanted], (id) => id).find((id) => !known.has(id));
  if (unknown !== undefined) throw commandFailure(`Unknown broker id ${unknown}`);
}

/** A line of each partition that something went wrong with. */
export function failures(results: readonly OfPartition<unknown>[]): string[] {
  return [...results]
    .sort(comparePartitions)
    .flatMap((one) => (one.value instanceof Error ? [`${keyOf(one)}: ${javaMessageOf(one.value)}`] : []));
}
