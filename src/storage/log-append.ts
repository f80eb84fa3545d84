import type { RecordError } from '../protocol/records/validate-batch.js';
import type { AppendFacts } from './append-facts.js';
import { applyToProducers } from './apply-batch.js';
import type { LogState } from './log-state.js';
import type { CheckOptions } from './producer-state.js';
import { type StorageErrorName, type StorageFailure, storageFailure } from './storage-error.js';

export interface Appended {
  /** `duplicate`: an idempotent producer's batch that was there already; nothing was written. */
  readonly kind: 'appended' | 'duplicate';
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** -1 under CreateTime. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  /** Set when flush.messages was reached: the records may be acknowledged once it settles. */
  readonly flushed: Promise<void> | null;
}

export interface AppendFailure extends StorageFailure {
  /** What the producer is told; null where Kafka keeps the message to itself. */
  readonly replyMessage: string | null;
  readonly recordErrors: readonly RecordError[];
}

export type AppendResult = Appended | AppendFailure;

const NO_ERRORS: readonly RecordError[] = [];

export function appendFailure(
  failure: StorageFailure,
  replyMessage: string | null = null,
  recordErrors = NO_ERRORS,
): AppendFailure {
  return { ...failure, replyMessage, recordErrors };
}

export const appendRefused = (error: StorageErrorName, message: string): AppendFailure =>
  appendFailure(storageFailure(error, message));

/** Writes batches that are valid and have their offsets; nothing else may run between that and this. */
export function writeBatches(
  state: LogState,
  records: Buffer,
  facts: AppendFacts,
  check: CheckOptions,
  logAppendTimeMs: number,
): AppendResult {
  const { options, producers, segments } = state;
  if (records.length > options.segmentBytes) {
    return appendRefused(
      'RECORD_LIST_TOO_LARGE',
      `Message batch size is ${records.length} bytes in append to partition ${state.name}, ` +
        `which exceeds the maximum configured segment size of ${options.segmentBytes}.`,
    );
  }
  for (const batch of facts.producerBatches) {
    const checked = producers.check(batch, check);
    if (checked.kind === 'failed') return appendFailure(checked);
    if (checked.kind === 'duplicate') {
      const { lastOffset, offsetDelta, timestamp } = checked.batch;
      const baseOffset = lastOffset - offsetDelta;
      return appended(state, 'duplicate', baseOffset, lastOffset, timestamp);
    }
  }
  try {
    const nowMs = state.context.clock.nowMs();
    if (segments.active.mustRoll(records.length, facts.maxTimestamp, facts.lastOffset, nowMs, options)) {
      state.roll(Math.max(facts.baseOffset, state.logEndOffset));
    }
    segments.active.append(records, options.indexIntervalBytes);
    for (const batch of facts.producerBatches) applyToProducers(batch, producers, segments.active);
  } catch (cause) {
    return appendFailure(state.failed(cause, 'appending records to'));
  }
  state.logEndOffset = facts.lastOffset + 1;
  producers.endOffset = state.logEndOffset;
  state.recent.add(records, facts.baseOffset, facts.lastOffset);
  return appended(state, 'appended', facts.baseOffset, facts.lastOffset, logAppendTimeMs);
}

function appended(
  state: LogState,
  kind: Appended['kind'],
  baseOffset: number,
  lastOffset: number,
  logAppendTimeMs: number,
): Appended {
  const { logStartOffset } = state;
  return { kind, baseOffset, lastOffset, logAppendTimeMs, logStartOffset, flushed: null };
}
