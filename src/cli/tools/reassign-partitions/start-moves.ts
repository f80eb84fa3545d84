import { alterReplicaLogDirs, type ReplicaMove, replicaKey } from '../../../client/admin/replica-log-dirs.js';
import type { Cluster } from '../../../client/cluster.js';
import { comparePartitions, keyOf } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { commandFailure } from './plan-file.js';

const PAUSE_MS = 100;

/**
 * Begins moves between directories. A replica that has just been given to a broker can be moved there only once it
 * exists: it is tried again until the time is up.
 *
 * @throws ToolError
 */
export async function startMoves(
  admin: Cluster,
  moves: readonly ReplicaMove[],
  timeoutMs: number,
  io: Io,
): Promise<void> {
  const { clock } = io.host;
  const startMs = clock.monotonicMs();
  let pending = [...moves].sort((a, b) => comparePartitions(a, b) || a.broker - b.broker);
  for (;;) {
    const results = await alterReplicaLogDirs(admin, pending);
    const waiting: ReplicaMove[] = [];
    for (const move of pending) {
      const result = results.get(replicaKey(move));
      if (!(result instanceof Error)) {
        io.print(
          `Successfully started moving log directory to ${move.logDir} for replica ${keyOf(move)} with broker ${move.broker} `,
        );
      } else if (result instanceof KafkaError && result.error === 'REPLICA_NOT_AVAILABLE') waiting.push(move);
      else throw failureOf(move, result, io);
    }
    pending = waiting;
    if (pending.length === 0) return;
    if (clock.monotonicMs() >= startMs + timeoutMs) {
      const names = pending.map(replicaKey).join(',');
      throw new ToolError(
        `Timed out before log directory move${pending.length === 1 ? '' : 's'} could be started for: ${names}`,
      );
    }
    await admin.pauses.wait(PAUSE_MS);
  }
}

/** Kafka's tool has the cause in a stack alone. */
function failureOf(move: ReplicaMove, cause: Error, io: Io): Error {
  const message = `Failed to alter dir for ${replicaKey(move)}`;
  return commandFailure(io.stdout.isTerminal ? `${message}, to ${move.logDir}: ${cause.message}` : message);
}
