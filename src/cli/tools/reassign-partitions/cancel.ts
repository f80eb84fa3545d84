import { alterReassignments, listReassignments } from '../../../client/admin/reassignments.js';
import type { Cluster } from '../../../client/cluster.js';
import { comparePartitions, keyOf } from '../../../client/topic-partition.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { failures } from './execute.js';
import { replicaStates } from './move-states.js';
import type { Plan } from './plan-file.js';
import { startMoves } from './start-moves.js';
import { clearThrottles } from './throttle-configs.js';
import { logDirsOfMoves } from './verify.js';

/** Calls off the moves of a plan that go on. */
export async function cancel(
  admin: Cluster,
  plan: Plan,
  { keepsThrottles, timeoutMs }: { readonly keepsThrottles: boolean; readonly timeoutMs: number },
  io: Io,
): Promise<void> {
  const ongoing = await listReassignments(admin, plan.partitions);
  const active = ongoing.filter(({ adding, removing }) => adding.length > 0 || removing.length > 0);
  if (active.length === 0) io.print('None of the specified partition reassignments are active.');
  else {
    const ends = active.map(({ topic, partition }) => ({ topic, partition, replicas: null }));
    const failed = failures(await alterReassignments(admin, ends));
    if (failed.length > 0) {
      const plural = failed.length === 1 ? '' : 's';
      throw new ToolError(`Error cancelling partition reassignment${plural} for:\n${failed.join('\n')}`);
    }
    const names = active.sort(comparePartitions).map(keyOf);
    const plural = names.length === 1 ? '' : 's';
    io.print(`Successfully cancelled partition reassignment${plural} for: ${names.join(',')}`);
  }
  await cancelMoves(admin, plan, timeoutMs, io);
  if (!keepsThrottles) await clearThrottles(admin, plan, (line) => io.print(line));
}

/** A move between directories is called off by a move to where the replica is. */
async function cancelMoves(admin: Cluster, { moves }: Plan, timeoutMs: number, io: Io): Promise<void> {
  const states = replicaStates(moves, await logDirsOfMoves(admin, moves));
  const back = states.flatMap(({ topic, partition, broker, current, future }) =>
    current === null || future === null ? [] : [{ topic, partition, broker, logDir: current }],
  );
  // Kafka's tool does not end this line.
  if (back.length === 0) io.stdout.write('None of the specified partition moves are active.');
  else await startMoves(admin, back, timeoutMs, io);
  if (back.length === 0 && io.stdout.isTerminal) io.stdout.write('\n');
}
