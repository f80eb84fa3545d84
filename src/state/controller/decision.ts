import type { CallId, Outcome } from '../../base/machine.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';

export type Decision = Outcome<MetadataRecord>;

/** The usual case: some records, one answer, no timers. */
export function decide(call: CallId, response: unknown, records: readonly MetadataRecord[] = []): Decision {
  return { records, replies: [{ call, response }], timers: [] };
}
