/** A batch whose frame is broken: its length, magic or checksum. Answered with CORRUPT_MESSAGE. */
export class CorruptRecordError extends Error {
  override readonly name = 'CorruptRecordError';
}

/** A batch whose frame is whole but whose content does not fit: counts, lengths, headers. Answered with INVALID_RECORD. */
export class InvalidRecordError extends Error {
  override readonly name = 'InvalidRecordError';
}
