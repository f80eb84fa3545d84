import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Disk } from '../../src/base/disk.js';

/** A log directory that Apache Kafka 4.3.1 wrote, and what it saw in it. See test/fixtures/logs/README.md. */
export interface LogFixture {
  readonly name: string;
  readonly about: string;
  readonly files: Readonly<Record<string, { readonly base64: string; readonly sizeBytes?: number }>>;
  readonly expected: {
    /** Before the broker was stopped, and before any damage. */
    readonly view: { readonly partitions: Readonly<Record<string, PartitionView>> | null };
    /** What the real broker saw when it opened the directory, and how it left it after another clean stop. */
    readonly afterRestart?: {
      readonly brokerStarted?: boolean;
      readonly partitions?: Readonly<Record<string, PartitionView>>;
      readonly filesAdded?: Readonly<Record<string, number>>;
      readonly filesRemoved?: readonly string[];
      readonly filesChanged?: Readonly<Record<string, readonly [number, number]>>;
    };
    /** By log directory, `''` when there is one. */
    readonly dirs: Readonly<
      Record<
        string,
        {
          readonly partitions: Readonly<Record<string, PartitionFiles>>;
          /** By file, then by partition. */
          readonly checkpoints?: Readonly<Record<string, Readonly<Record<string, number>>>>;
        }
      >
    >;
  };
}

export interface PartitionView {
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly lastStableOffset: number;
  readonly maxTimestamp: number;
  readonly maxTimestampOffset: number;
  readonly count: number;
  readonly sha256: string;
  readonly committedCount: number;
  readonly committedSha256: string;
  readonly readError?: string;
}

export interface PartitionFiles {
  readonly topicId?: string;
  readonly leaderEpochs?: readonly { readonly epoch: number; readonly startOffset: number }[];
  readonly segments: Readonly<Record<string, SegmentFiles>>;
  readonly producerSnapshots?: Readonly<Record<string, { readonly producers: readonly object[] }>>;
}

export interface SegmentFiles {
  readonly baseOffset: number;
  readonly batches: readonly {
    readonly position: number;
    readonly size: number;
    readonly baseOffset: number;
    readonly lastOffset: number;
  }[];
  readonly index?: readonly { readonly offset: number; readonly position: number }[];
  readonly timeindex?: readonly { readonly offset: number; readonly timestamp: number }[];
}

const DIRECTORY = new URL('../../../test/fixtures/logs/', import.meta.url);

export function readLogFixture(name: string): LogFixture {
  return JSON.parse(gunzipSync(readFileSync(new URL(`${name}.json.gz`, DIRECTORY))).toString()) as LogFixture;
}

/** Puts the files of a fixture under `path`, those that were preallocated in their full size. */
export function unpackLogFixture(fixture: LogFixture, disk: Disk, path: string): void {
  for (const [name, { base64, sizeBytes }] of Object.entries(fixture.files)) {
    const target = `${path}/${name}`;
    disk.makeDirectory(target.slice(0, target.lastIndexOf('/')));
    disk.writeWhole(target, Buffer.from(base64, 'base64'));
    if (sizeBytes === undefined) continue;
    const file = disk.open(target, 'write');
    file.truncate(sizeBytes);
    file.close();
  }
}

export interface DigestedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly isAppendTime: boolean;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[];
}

/** The digest over records by which the fixtures tell what a reader must get. */
export class RecordDigest {
  count = 0;
  private readonly hash = createHash('sha256');

  add(record: DigestedRecord): void {
    this.count++;
    const head = Buffer.alloc(17);
    head.writeBigInt64BE(BigInt(record.offset), 0);
    head.writeBigInt64BE(BigInt(record.timestamp), 8);
    head.writeInt8(record.isAppendTime ? 1 : 0, 16);
    this.hash.update(head);
    this.addBytes(record.key);
    this.addBytes(record.value);
    this.addInt32(record.headers.length);
    for (const { key, value } of record.headers) {
      this.addBytes(Buffer.from(key));
      this.addBytes(value);
    }
  }

  sha256(): string {
    return this.hash.digest('hex');
  }

  private addBytes(bytes: Buffer | null): void {
    this.addInt32(bytes?.length ?? -1);
    if (bytes !== null) this.hash.update(bytes);
  }

  private addInt32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    this.hash.update(bytes);
  }
}
