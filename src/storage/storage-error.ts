/** Kafka's names of the errors that a log can answer with. */
export type StorageErrorName =
  | 'CORRUPT_MESSAGE'
  | 'INVALID_PRODUCER_EPOCH'
  | 'INVALID_RECORD'
  | 'INVALID_TIMESTAMP'
  | 'INVALID_TXN_STATE'
  | 'KAFKA_STORAGE_ERROR'
  | 'MESSAGE_TOO_LARGE'
  | 'OFFSET_OUT_OF_RANGE'
  | 'OUT_OF_ORDER_SEQUENCE_NUMBER'
  | 'RECORD_LIST_TOO_LARGE'
  | 'TRANSACTION_COORDINATOR_FENCED'
  | 'UNKNOWN_SERVER_ERROR'
  | 'UNSUPPORTED_COMPRESSION_TYPE';

export interface StorageFailure {
  readonly kind: 'failed';
  readonly error: StorageErrorName;
  readonly message: string;
}

export function storageFailure(error: StorageErrorName, message: string): StorageFailure {
  return { kind: 'failed', error, message };
}

/** Files of a log directory that cannot be what they are: nothing in the directory can be trusted to be loaded. */
export class CorruptLogError extends Error {
  override readonly name = 'CorruptLogError';
  readonly path: string;

  constructor(path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.path = path;
  }
}

/** Another broker runs on the directory. */
export class LogDirectoryInUseError extends Error {
  override readonly name = 'LogDirectoryInUseError';
  readonly path: string;

  constructor(path: string) {
    super(
      `Failed to acquire lock on file .lock in ${path}. ` +
        'A Kafka instance in another process or thread is using this directory.',
    );
    this.path = path;
  }
}
