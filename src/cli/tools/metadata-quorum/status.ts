import { ZERO_UUID } from '../../../base/bytes.js';
import type { DescribedQuorum, QuorumReplica, VoterEndpoint } from '../../../client/admin/quorum.js';
import { type Report, tableOf } from '../../format/report.js';

interface NodeRow {
  readonly id: number;
  readonly directoryId: string | null;
  readonly endpoints: readonly VoterEndpoint[];
}

interface StatusRow {
  readonly clusterId: string;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly maxFollowerLag: number;
  readonly maxFollowerLagTimeMs: number | null;
  readonly voters: readonly NodeRow[];
  readonly observers: readonly NodeRow[];
}

/** Who leads the quorum, and who votes. */
export function statusReport(clusterId: string, quorum: DescribedQuorum): Report<StatusRow> {
  const { leaderId, leaderEpoch, highWatermark, voters, observers } = quorum;
  const nodes = (replicas: readonly QuorumReplica[]): NodeRow[] =>
    replicas.map(({ id, directoryId }) => ({
      id,
      directoryId: directoryId === ZERO_UUID ? null : directoryId,
      endpoints: quorum.endpoints.get(id) ?? [],
    }));
  const row = {
    clusterId,
    leaderId,
    leaderEpoch,
    highWatermark,
    ...worstLag(quorum),
    voters: nodes(voters),
    observers: nodes(observers),
  };
  return { rows: [row], plain: () => plainText(row), tables: () => tablesOf(row), whenEmpty: '' };
}

/** By how much the voter that is behind most is behind. */
export function worstLag({
  leaderId,
  voters,
}: Pick<DescribedQuorum, 'leaderId' | 'voters'>): Pick<StatusRow, 'maxFollowerLag' | 'maxFollowerLagTimeMs'> {
  const leader = voters.find(({ id }) => id === leaderId);
  const [first, ...rest] = voters;
  if (leader === undefined || first === undefined) return { maxFollowerLag: 0, maxFollowerLagTimeMs: null };
  const last = rest.reduce((least, voter) => (voter.logEndOffset < least.logEndOffset ? voter : least), first);
  const isTold = leader.lastCaughtUpMs !== null && last.lastCaughtUpMs !== null;
  return {
    maxFollowerLag: leader.logEndOffset - last.logEndOffset,
    maxFollowerLagTimeMs:
      leader === last ? 0 : isTold ? (leader.lastCaughtUpMs as number) - (last.lastCaughtUpMs as number) : null,
  };
}

function plainText(row: StatusRow): string {
  const lines: readonly (readonly [string, string | number])[] = [
    ['ClusterId', row.clusterId],
    ['LeaderId', row.leaderId],
    ['LeaderEpoch', row.leaderEpoch],
    ['HighWatermark', row.highWatermark],
    ['MaxFollowerLag', row.maxFollowerLag],
    ['MaxFollowerLagTimeMs', row.maxFollowerLagTimeMs ?? -1],
    ['CurrentVoters', nodesText(row.voters)],
    ['CurrentObservers', nodesText(row.observers)],
  ];
  return lines.map(([name, value]) => `${`${name}:`.padEnd(24)}${value}\n`).join('');
}

const nodesText = (nodes: readonly NodeRow[]): string => `[${nodes.map(nodeText).join(', ')}]`;

function nodeText({ id, directoryId, endpoints }: NodeRow): string {
  const fields = [`"id": ${id}`];
  if (directoryId !== null) fields.push(`"directoryId": "${directoryId}"`);
  if (endpoints.length > 0) fields.push(`"endpoints": [${endpoints.map((at) => `"${endpointText(at)}"`).join(', ')}]`);
  return `{${fields.join(', ')}}`;
}

/** `CONTROLLER://host:9093`, an IPv6 address in brackets. */
export function endpointText({ listener, host, port }: VoterEndpoint): string {
  return `${listener}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function tablesOf(row: StatusRow) {
  const nodes = [
    ...row.voters.map((node) => ({ ...node, role: node.id === row.leaderId ? 'leader' : 'voter' })),
    ...row.observers.map((node) => ({ ...node, role: 'observer' })),
  ];
  const lagTime = row.maxFollowerLagTimeMs === null ? '' : `, ${row.maxFollowerLagTimeMs} ms`;
  const title = `Cluster ${row.clusterId}: leader ${row.leaderId} of epoch ${row.leaderEpoch}, high watermark ${row.highWatermark}, the slowest voter is ${row.maxFollowerLag} records behind${lagTime}`;
  return [
    tableOf(
      nodes,
      [
        { heading: 'Node', cell: ({ id }) => id },
        { heading: 'Role', cell: ({ role }) => role },
        { heading: 'Directory', cell: ({ directoryId }) => directoryId },
        { heading: 'Endpoints', cell: ({ endpoints }) => endpoints.map(endpointText).join(', ') || null },
      ],
      title,
    ),
  ];
}
