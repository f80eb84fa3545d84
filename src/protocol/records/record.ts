export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

/** A record with everything in its hands. Key, value and header values are views of the bytes it was read from. */
export interface Rec {
  readonly offset: number;
  /** Milliseconds, -1 for none (always in magic 0). */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}
