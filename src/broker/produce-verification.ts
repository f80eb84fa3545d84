import type { ErrorName } from '../protocol/errors.js';
import * as header from '../protocol/records/batch-header.js';
import { CorruptRecordError } from '../protocol/records/record-errors.js';
import { hasTransactionalBatch } from '../protocol/records/validate-batch.js';
import type { VerificationGuard } from '../storage/transaction-verifications.js';
import type { RequestContext } from './handler.js';
import type { Verification } from './partition.js';
import { addOrVerify, type ClientAbility } from './transaction-verification.js';

export interface RecordsOfPartition {
  readonly topic: string;
  readonly index: number;
  readonly records: Buffer | null;
}

/** What was found about records before they are appended: why they cannot be, or what the log wants to see. */
export interface Verified extends Verification {
  readonly error: ErrorName | null;
  readonly message: string | null;
}

/** By {@link partitionKey}; records that are not of a transaction are left out. */
export type VerifiedPartitions = ReadonlyMap<string, Verified>;

export const partitionKey = (topic: string, index: number): string => `${topic}-${index}`;
export const NOTHING_TO_VERIFY: VerifiedPartitions = new Map();

const FIRST_VERSION_WITH_ABORTABLE = 11;
const FIRST_VERSION_WITH_IMPLICIT_ADD = 12;

interface Producer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

interface TransactionalRecords {
  readonly topic: string;
  readonly index: number;
  readonly baseSequence: number;
}

/**
 * Makes sure, with the coordinator, that records belong to an open transaction (KIP-890), and begins it for clients
 * that leave it to the broker. A promise only for the first records of a transaction in a partition.
 *
 * @returns 'two producers' when the records are not of one: nothing of the request may be appended
 */
export function verifyProduced(
  transactionalId: string,
  all: readonly RecordsOfPartition[],
  context: RequestContext,
): VerifiedPartitions | 'two producers' | Promise<VerifiedPartitions> {
  const found: TransactionalRecords[] = [];
  let producer: Producer | null = null;
  for (const { topic, index, records } of all) {
    if (records === null || !isTransactional(records)) continue;
    const producerId = header.producerId(records, 0);
    const producerEpoch = header.producerEpoch(records, 0);
    if (producer !== null && (producer.producerId !== producerId || producer.producerEpoch !== producerEpoch)) {
      return 'two producers';
    }
    producer = { transactionalId, producerId, producerEpoch };
    found.push({ topic, index, baseSequence: header.baseSequence(records, 0) });
  }
  if (producer === null) return NOTHING_TO_VERIFY;
  return verify(producer, found, context);
}

/** Damaged records are refused when they are appended. */
function isTransactional(records: Buffer): boolean {
  try {
    return hasTransactionalBatch(records);
  } catch (error) {
    if (error instanceof CorruptRecordError) return false;
    throw error;
  }
}

function verify(
  producer: Producer,
  records: readonly TransactionalRecords[],
  context: RequestContext,
): VerifiedPartitions | Promise<VerifiedPartitions> {
  const { version, services } = context;
  const ability: ClientAbility = {
    knowsAbortable: version >= FIRST_VERSION_WITH_ABORTABLE,
    addsImplicitly: version >= FIRST_VERSION_WITH_IMPLICIT_ADD,
  };
  const verificationRequired = services.verifiesTransactions();
  if (!verificationRequired && !ability.addsImplicitly) return NOTHING_TO_VERIFY;
  const verified = new Map<string, Verified>();
  const unknown: { records: TransactionalRecords; guard: VerificationGuard }[] = [];
  for (const one of records) {
    const partition = services.partitions.leader(one.topic, one.index);
    const started =
      typeof partition === 'string'
        ? partition
        : partition.log.startVerification(
            producer.producerId,
            one.baseSequence,
            producer.producerEpoch,
            ability.addsImplicitly,
          );
    const key = partitionKey(one.topic, one.index);
    if (typeof started === 'string') verified.set(key, failed(started));
    else if (started === null) verified.set(key, { error: null, message: null, verificationRequired, guard: null });
    else if (typeof started === 'symbol') unknown.push({ records: one, guard: started });
    else verified.set(key, failed(started.error));
  }
  if (unknown.length === 0) return verified;
  return ask(producer, unknown, ability, context).then((errors) => {
    for (const [at, { records: one, guard }] of unknown.entries()) {
      const error = errors[at] ?? 'NONE';
      const key = partitionKey(one.topic, one.index);
      verified.set(
        key,
        error === 'NONE' ? { error: null, message: null, verificationRequired, guard } : refused(error, ability),
      );
    }
    return verified;
  });
}

/** The transaction before may just be ending: that takes no time, and the client's own wait would be longer. */
async function ask(
  producer: Producer,
  unknown: readonly { records: TransactionalRecords }[],
  ability: ClientAbility,
  { services }: RequestContext,
): Promise<readonly ErrorName[]> {
  const { clock, settings, transactions } = services;
  const partitions = unknown.map(({ records: { topic, index } }) => ({ topic, partition: index }));
  const endMs = clock.nowMs() + settings.addPartitionsRetryMs;
  for (;;) {
    const errors = await addOrVerify(transactions, producer, partitions, ability);
    if (!errors.includes('CONCURRENT_TRANSACTIONS') || clock.nowMs() >= endMs) return errors;
    await new Promise<void>((resolve) => clock.setTimer(settings.addPartitionsBackoffMs, resolve));
  }
}

const failed = (error: ErrorName, message: string | null = null): Verified => ({ error, message });

/** Older clients do not try again after all errors of a coordinator, but do after this one. */
function refused(error: ErrorName, { addsImplicitly }: ClientAbility): Verified {
  switch (error) {
    case 'INVALID_TXN_STATE':
      return failed(error, 'Partition was not added to the transaction');
    case 'CONCURRENT_TRANSACTIONS':
      if (addsImplicitly) return failed(error);
      return unverifiable(error);
    case 'NETWORK_EXCEPTION':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'NOT_COORDINATOR':
      return unverifiable(error);
    default:
      return failed(error);
  }
}

const unverifiable = (error: ErrorName): Verified =>
  failed(
    'NOT_ENOUGH_REPLICAS',
    `Unable to verify the partition has been added to the transaction. Underlying error: ${error}`,
  );
