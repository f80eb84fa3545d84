import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PartitionChangeRecord } from '../../../src/protocol/generated/partition-change-record.js';
import {
  changedPartition,
  type Election,
  type PartitionTarget,
} from '../../../src/state/controller/partition-change.js';
import type { PartitionState } from '../../../src/state/metadata/partition-state.js';
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

/** A partition, what was wanted of it, and the change that the controller of Apache Kafka 4.3.1 made of it. */
interface ChangeVector {
  readonly replicas: number[];
  readonly isr: number[];
  readonly removing: number[];
  readonly adding: number[];
  readonly elr: number[];
  readonly lastElr: number[];
  readonly leader: number;
  readonly recovery: number;
  readonly acceptable: number[];
  readonly minIsr: number;
  readonly elrOn: boolean;
  readonly election: string;
  readonly noLastKnown?: boolean;
  readonly targetIsr?: number[];
  readonly unclean?: number[];
  readonly targetReplicas?: number[];
  readonly clearMoves?: boolean;
  readonly targetAdding?: number[];
  readonly targetRemoving?: number[];
  readonly targetRecovery?: number;
  readonly result: Partial<PartitionChangeRecord> | null;
}

function directoryOf(brokerId: number): string {
  const bytes = Buffer.alloc(16);
  bytes[0] = 0x10;
  bytes[15] = brokerId;
  return bytes.toString('base64url');
}

const stateOf = (vector: ChangeVector): PartitionState => ({
  replicas: vector.replicas,
  isr: vector.isr,
  removingReplicas: vector.removing,
  addingReplicas: vector.adding,
  directories: vector.replicas.map(directoryOf),
  leader: vector.leader,
  leaderEpoch: 3,
  partitionEpoch: 5,
  leaderRecoveryState: vector.recovery,
  eligibleLeaderReplicas: vector.elr,
  lastKnownElr: vector.lastElr,
});

function targetOf(vector: ChangeVector): PartitionTarget {
  const adding = vector.clearMoves ? [] : vector.targetAdding;
  const removing = vector.clearMoves ? [] : vector.targetRemoving;
  return {
    election: vector.election.toLowerCase() as Election,
    electsLastKnown: vector.noLastKnown !== true,
    ...(vector.targetIsr && { isr: vector.targetIsr }),
    ...(vector.unclean && { uncleanShutdown: vector.unclean }),
    ...(vector.targetReplicas && { replicas: vector.targetReplicas }),
    ...(adding && { addingReplicas: adding }),
    ...(removing && { removingReplicas: removing }),
    ...(vector.targetRecovery !== undefined && { leaderRecoveryState: vector.targetRecovery }),
  };
}

it('partitions of several replicas change as in Apache Kafka 4.3.1', () => {
  const vectors = readVectors<ChangeVector>(vectorFile('partition-changes.jsonl.gz'));
  assert.equal(vectors.length, 1500);
  for (const vector of vectors) {
    const { result, ...given } = vector;
    const record = changedPartition('topic', 0, stateOf(vector), targetOf(vector), {
      minInsyncReplicas: vector.minIsr,
      keepsEligible: vector.elrOn,
      isAcceptableLeader: (id) => vector.acceptable.includes(id),
      defaultDirectory: directoryOf,
    });
    if (result === null) assert.equal(record, null, JSON.stringify(given));
    else {
      const expected = { partitionId: 0, topicId: 'topic', ...result };
      assert.deepEqual(record?.value, expected, JSON.stringify(given));
    }
  }
});
