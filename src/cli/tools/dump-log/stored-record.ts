import type { Int64 } from './int64.js';

/** A record as it is shown. Key and value are views that hold until the next batch is loaded. */
export interface StoredRecord {
  readonly offset: Int64;
  readonly timestamp: Int64;
  readonly sequence: number;
  /** As the record says it, -1 for null. */
  readonly keySizeBytes: number;
  readonly valueSizeBytes: number;
  readonly headerKeys: readonly string[];
  /** Of magic 0 and 1, where a record has a checksum of its own; else null. */
  readonly checksum: { readonly isValid: boolean; readonly crc: number } | null;
  /** @throws ToolError when it is not all there */
  key(): Buffer | null;
  /** @throws ToolError when it is not all there */
  value(): Buffer | null;
}
