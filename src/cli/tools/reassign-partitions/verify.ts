import { describeTopics } from '../../../client/admin/describe-topics.js';
import { listReassignments } from '../../../client/admin/reassignments.js';
import {
  describeReplicaLogDirs,
  type ReplicaLogDirs,
  type ReplicaMove,
} from '../../../client/admin/replica-log-dirs.js';
import type { Cluster } from '../../../client/cluster.js';
import { keyOf } from '../../../client/topic-partition.js';
import type { OutputFormat } from '../../format/output-format.js';
import { type Report, tableOf, writeReport } from '../../format/report.js';
import type { Io } from '../../io.js';
import {
  isReplicaDone,
  type MoveState,
  type PartitionState,
  partitionStates,
  partitionStateText,
  type ReplicaState,
  replicaStates,
  replicaStateText,
  stateOfPartition,
  stateOfReplica,
} from './move-states.js';
import type { Plan } from './plan-file.js';
import { clearThrottles } from './throttle-configs.js';
import { checkBrokersKnown } from './unknown-brokers.js';

/** Tells how far a plan is; once nothing moves any more the throttles go. */
export async function verify(
  admin: Cluster,
  plan: Plan,
  { keepsThrottles, format }: { readonly keepsThrottles: boolean; readonly format: OutputFormat },
  io: Io,
): Promise<void> {
  const ongoing = await listReassignments(admin);
  const moving = new Set(ongoing.map(keyOf));
  const resting = plan.partitions.filter((partition) => !moving.has(keyOf(partition)));
  const topics = await describeTopics(admin, [...new Set(resting.map(({ topic }) => topic))]);
  const partitions = partitionStates(plan.partitions, ongoing, topics);
  if (format === 'plain')
    io.stdout.write(statesText('Status of partition reassignment:', partitions.map(partitionStateText)));
  const replicas = replicaStates(plan.moves, await logDirsOfMoves(admin, plan.moves));
  if (format === 'plain') io.stdout.write(`${replicas.map(replicaStateText).join('\n')}\n`);
  else await writeReport(reportOf(partitions, replicas), format, io);
  const isOver = ongoing.length === 0 && replicas.every(isReplicaDone);
  if (!isOver || keepsThrottles) return;
  // Programs read the states alone.
  const isSaid = format === 'plain' || format === 'table';
  await clearThrottles(admin, plan, (line) => isSaid && io.print(line));
}

const statesText = (title: string, lines: readonly string[]): string =>
  [title, ...lines].map((line) => `${line}\n`).join('');

/** @throws UnreachableError where a broker of the plan is away */
export async function logDirsOfMoves(
  admin: Cluster,
  moves: readonly ReplicaMove[],
): Promise<Map<string, ReplicaLogDirs>> {
  if (moves.length === 0) return new Map();
  const brokers = [...new Set(moves.map(({ broker }) => broker))];
  (await checkBrokersKnown(admin, brokers, 'describeReplicaLogDirs')).check();
  return describeReplicaLogDirs(admin, moves);
}

interface StateRow {
  readonly topic: string;
  readonly partition: number;
  readonly broker: number | null;
  readonly state: MoveState;
  readonly replicas: readonly number[] | null;
  readonly wantedReplicas: readonly number[] | null;
  readonly logDir: string | null;
  readonly movingTo: string | null;
  readonly wantedLogDir: string | null;
}

function reportOf(partitions: readonly PartitionState[], replicas: readonly ReplicaState[]): Report<StateRow> {
  const ofPartitions = partitions.map((state) => ({
    topic: state.topic,
    partition: state.partition,
    broker: null,
    state: stateOfPartition(state),
    replicas: state.replicas,
    wantedReplicas: state.wanted,
    logDir: null,
    movingTo: null,
    wantedLogDir: null,
  }));
  const ofReplicas = replicas.map((state) => ({
    topic: state.topic,
    partition: state.partition,
    broker: state.broker,
    state: stateOfReplica(state),
    replicas: null,
    wantedReplicas: null,
    logDir: state.current,
    movingTo: state.future,
    wantedLogDir: state.logDir,
  }));
  const rows: StateRow[] = [...ofPartitions, ...ofReplicas];
  const tone = ({ state }: StateRow) => (state === 'completed' ? 'good' : state === 'in progress' ? null : 'bad');
  return {
    rows,
    plain: () => [...partitions.map(partitionStateText), ...replicas.map(replicaStateText)].join('\n'),
    tables: () => [
      tableOf<StateRow>(ofPartitions, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        { heading: 'State', cell: ({ state }) => state, tone },
        { heading: 'Replicas', cell: ({ replicas: now }) => now?.join(', ') || null },
        { heading: 'Wanted', cell: ({ wantedReplicas }) => wantedReplicas?.join(', ') || null },
      ]),
      ...(ofReplicas.length === 0
        ? []
        : [
            tableOf<StateRow>(ofReplicas, [
              { heading: 'Topic', cell: ({ topic }) => topic },
              { heading: 'Partition', cell: ({ partition }) => partition },
              { heading: 'Broker', cell: ({ broker }) => broker },
              { heading: 'State', cell: ({ state }) => state, tone },
              { heading: 'Directory', cell: ({ logDir }) => logDir },
              { heading: 'Moving to', cell: ({ movingTo }) => movingTo },
              { heading: 'Wanted', cell: ({ wantedLogDir }) => wantedLogDir },
            ]),
          ]),
    ],
    whenEmpty: 'The plan names no partition.',
  };
}
