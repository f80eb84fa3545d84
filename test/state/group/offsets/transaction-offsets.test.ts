import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorOfCode } from '../../../../src/protocol/errors.js';
import type { GroupRecord } from '../../../../src/protocol/generated/group-coordinator-records.js';
import type {
  TxnOffsetCommitRequest,
  TxnOffsetCommitResponse,
} from '../../../../src/protocol/generated/txn-offset-commit.js';
import { deleteGroup } from '../../../../src/state/group/delete-group.js';
import type { GroupMachine } from '../../../../src/state/group/group-machine.js';
import { commitTransactionOffsets } from '../../../../src/state/group/offsets/commit-transaction-offsets.js';
import { deleteOffsets } from '../../../../src/state/group/offsets/delete-offsets.js';
import { expireOffsets } from '../../../../src/state/group/offsets/expire-offsets.js';
import { fetchOffsets } from '../../../../src/state/group/offsets/fetch-offsets.js';
import { offsetRecord } from '../../../../src/state/group/offsets/offsets.js';
import { GROUP, GroupBed, SETTINGS, stableGroup } from '../../../support/group-bed.js';

const NAMES = { name: () => 't', id: () => undefined };
const NOBODY = { generationId: -1, memberId: '', groupInstanceId: null };

const request = (offset: number, fields: Partial<TxnOffsetCommitRequest> = {}): TxnOffsetCommitRequest => ({
  transactionalId: 'tx',
  groupId: GROUP,
  producerId: 7,
  producerEpoch: 0,
  ...NOBODY,
  topics: [
    {
      name: 't',
      partitions: [{ partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: 'm' }],
    },
  ],
  ...fields,
});

/** A machine and its log: each record with the offset it has there, and whose transaction it is part of. */
class Log {
  readonly bed = new GroupBed();
  private nextOffset = 0;

  get machine(): GroupMachine {
    return this.bed.machine;
  }

  /** @returns the partition's error */
  commit(offset: number, fields: Partial<TxnOffsetCommitRequest> = {}): string {
    const { producerId, producerEpoch } = { producerId: 7, producerEpoch: 0, ...fields };
    const effects = commitTransactionOffsets(
      this.machine,
      1,
      request(offset, fields),
      { producerId, producerEpoch },
      this.bed.context,
    );
    assert.deepEqual(effects.producer, { producerId, producerEpoch });
    this.replay(effects.records, producerId);
    const response = effects.replies[0]?.response as TxnOffsetCommitResponse | undefined;
    return errorOfCode(response?.topics[0]?.partitions[0]?.errorCode ?? 0).name;
  }

  /** A commit outside of transactions. */
  commitPlain(offset: number): void {
    const committed = {
      offset,
      leaderEpoch: -1,
      metadata: '',
      commitTimestampMs: this.bed.nowMs,
      expireTimestampMs: -1,
      topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
    };
    this.replay([offsetRecord(GROUP, 't', 0, committed)]);
  }

  replay(records: readonly GroupRecord[], producerId?: number): void {
    for (const record of records) this.machine.replay(record, this.nextOffset++, producerId);
  }

  end(isCommit: boolean, producerId = 7): void {
    this.nextOffset++;
    this.machine.offsets.endTransaction(producerId, isCommit);
  }

  /** The offset that a reader gets, or the error. */
  read(requireStable: boolean): number | string {
    const topics = [{ name: 't', topicId: '', partitionIndexes: [0] }];
    const group = { groupId: GROUP, memberId: null, memberEpoch: -1, topics };
    const found = fetchOffsets(this.machine, group, false, NAMES, requireStable).topics?.[0]?.partitions?.[0];
    return found?.errorCode ? errorOfCode(found.errorCode).name : (found?.committedOffset ?? -1);
  }
}

describe('offsets in a transaction', () => {
  it('count once it is committed; until then a reader of stable offsets has to wait', () => {
    const log = new Log();
    assert.equal(log.commit(5), 'NONE');
    assert.equal(log.read(false), -1);
    assert.equal(log.read(true), 'UNSTABLE_OFFSET_COMMIT');
    log.end(true);
    assert.equal(log.read(false), 5);
    assert.equal(log.read(true), 5);
  });

  it('never count when it is aborted', () => {
    const log = new Log();
    log.commitPlain(3);
    log.commit(5);
    log.end(false);
    assert.equal(log.read(true), 3);
  });

  it('of the same partition: the last of a transaction counts', () => {
    const log = new Log();
    log.commit(5);
    log.commit(4);
    log.end(true);
    assert.equal(log.read(true), 4);
  });

  it('give way to one that was committed outside of it later', () => {
    const log = new Log();
    log.commit(30);
    log.commitPlain(40);
    log.end(true);
    assert.equal(log.read(true), 40);
    log.commitPlain(50);
    log.commit(45);
    log.end(true);
    assert.equal(log.read(true), 45);
  });

  it('of two producers are apart', () => {
    const log = new Log();
    log.commit(5);
    log.commit(6, { producerId: 8 });
    log.end(false);
    assert.equal(log.read(true), 'UNSTABLE_OFFSET_COMMIT');
    log.end(true, 8);
    assert.equal(log.read(true), 6);
  });

  it('are kept from expiring, and keep their group', () => {
    const log = new Log();
    log.commitPlain(3);
    log.commit(5);
    const laterMs = log.bed.nowMs + 10 * SETTINGS.offsetsRetentionMs;
    assert.deepEqual(expireOffsets(log.machine, laterMs, SETTINGS.offsetsRetentionMs), []);
    log.end(false);
    assert.equal(expireOffsets(log.machine, laterMs, SETTINGS.offsetsRetentionMs).length, 2);
  });

  it('go with their group, or when they are deleted', () => {
    for (const remove of [
      (log: Log) => deleteGroup(log.machine, 1, GROUP).records,
      (log: Log) =>
        deleteOffsets(log.machine, 1, {
          groupId: GROUP,
          topics: [{ name: 't', partitions: [{ partitionIndex: 0 }] }],
        }).records,
    ]) {
      const log = new Log();
      log.commit(5);
      log.replay(remove(log));
      assert.equal(log.read(true), -1);
      log.end(true);
      assert.equal(log.read(true), -1);
    }
  });

  it('are refused to those who are no members of this generation', () => {
    const log = new Log();
    assert.equal(log.commit(5, { generationId: 3 }), 'ILLEGAL_GENERATION');
    const { ids, generation } = stableGroup(log.bed, 1);
    const memberId = ids[0] as string;
    assert.equal(log.commit(5, { generationId: generation, memberId }), 'NONE');
    assert.equal(log.commit(5, { generationId: generation + 1, memberId }), 'ILLEGAL_GENERATION');
    assert.equal(log.commit(5, { generationId: generation, memberId: 'nobody' }), 'UNKNOWN_MEMBER_ID');
    assert.equal(log.commit(5, { generationId: generation }), 'UNKNOWN_MEMBER_ID');
    assert.equal(log.commit(5, { generationId: -1, memberId }), 'ILLEGAL_GENERATION');
    // Producers of old know nothing of members.
    assert.equal(log.commit(5), 'NONE');
  });

  it('have a limit of metadata', () => {
    const log = new Log();
    const partition = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1 };
    const committedMetadata = 'x'.repeat(SETTINGS.offsetMetadataMaxBytes + 1);
    const topics = [{ name: 't', partitions: [{ ...partition, committedMetadata }] }];
    assert.equal(log.commit(1, { topics }), 'OFFSET_METADATA_TOO_LARGE');
    assert.equal(log.read(true), -1);
  });
});
