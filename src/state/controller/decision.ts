import type { CallId, Outcome } from '../../base/machine.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';

export type Decision = Outcome<MetadataRecord>;

/** The usual case: some records, one answer, no timers. */
export function decide(call: CallId, response: unknown, records: readonly MetadataRecord[] = []): Decision {
  return { records, replies: [{ call, response }], timers: [] };
}

/** A controller bounds the records of one request, as they are applied in one piece. */
export const MAX_RECORDS_PER_REQUEST = 10_000;

export const TOO_MANY_RECORDS = 'Unable to perform excessively large batch operation.';
