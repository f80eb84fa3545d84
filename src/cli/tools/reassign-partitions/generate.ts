import { describeCluster } from '../../../client/admin/cluster-facts.js';
import type { Cluster } from '../../../client/cluster.js';
import { byTopic, comparePartitions } from '../../../client/topic-partition.js';
import { type Report, tableOf } from '../../format/report.js';
import type { Io } from '../../io.js';
import { uncaught } from '../../tool-error.js';
import { logDirsOf, replicasOfTopics } from './current-replicas.js';
import {
  commandFailure,
  duplicates,
  operationFailure,
  type PartitionReplicas,
  parseTopics,
  planText,
} from './plan-file.js';
import { placeStriped, type UsableBroker } from './striped-placement.js';

/** @throws ToolError */
export function parseBrokerList(list: string): number[] {
  const brokers = list.split(',').map((word) => {
    const id = /^[+-]?\d+$/.test(word) ? Number(word) : Number.NaN;
    if (id >= -0x8000_0000 && id <= 0x7fff_ffff) return id;
    throw uncaught('java.lang.NumberFormatException', `For input string: "${word}"`);
  });
  const twice = duplicates(brokers, String);
  if (twice.length > 0) throw commandFailure(`Broker list contains duplicate entries: [${twice.join(', ')}]`);
  return brokers;
}

interface ProposalRow {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly logDirs: readonly (string | null)[];
  readonly proposedReplicas: readonly number[];
}

/** Proposes a plan that moves topics to some brokers. */
export async function generate(
  admin: Cluster,
  wanted: { readonly topicsText: string; readonly brokerList: string; readonly isRackAware: boolean },
  io: Io,
): Promise<Report<ProposalRow>> {
  const brokers = parseBrokerList(wanted.brokerList);
  const topics = parseTopics(wanted.topicsText);
  const twice = duplicates(topics, String);
  if (twice.length > 0) {
    throw commandFailure(`List of topics to reassign contains duplicate entries: [${twice.join(', ')}]`);
  }
  const current = (await replicasOfTopics(admin, topics)).sort(comparePartitions);
  const logDirOf = await logDirsOf(admin, current);
  const usable = await usableBrokers(admin, brokers, wanted.isRackAware);
  const proposed = [...byTopic(current)].flatMap(([topic, partitions]) => placed(topic, partitions, usable, io));
  const rows = current.map(({ topic, partition, replicas }, index) => ({
    topic,
    partition,
    replicas,
    logDirs: replicas.map((broker) => logDirOf({ topic, partition }, broker)),
    proposedReplicas: proposed[index]?.replicas ?? [],
  }));
  return {
    rows,
    plain: () =>
      `Current partition replica assignment\n${planText(current, logDirOf)}\n\nProposed partition reassignment configuration\n${planText(proposed)}\n`,
    tables: () => [
      tableOf(rows, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        { heading: 'Replicas', cell: ({ replicas }) => replicas.join(', ') },
        { heading: 'Proposed', cell: ({ proposedReplicas }) => proposedReplicas.join(', ') },
      ]),
    ],
    whenEmpty: 'The file names no topic.',
  };
}

function placed(
  topic: string,
  partitions: readonly PartitionReplicas[],
  brokers: readonly UsableBroker[],
  io: Io,
): PartitionReplicas[] {
  const factor = partitions[0]?.replicas.length ?? 0;
  return placeStriped(partitions.length, factor, brokers, io.host.random).map((replicas, partition) => {
    return { topic, partition, replicas };
  });
}

async function usableBrokers(admin: Cluster, wanted: readonly number[], isRackAware: boolean): Promise<UsableBroker[]> {
  const { nodes } = await describeCluster(admin);
  const usable = nodes
    .filter(({ id }) => wanted.includes(id))
    .map(({ id, rack }) => ({ id, rack: isRackAware ? rack : null }));
  const racklessCount = usable.filter(({ rack }) => rack === null).length;
  if (isRackAware && racklessCount > 0 && racklessCount < usable.length) {
    throw operationFailure(
      'Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment without rack information.',
    );
  }
  return usable;
}
