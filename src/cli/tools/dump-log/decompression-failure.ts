import { CompressionType } from '../../../protocol/compression/codec.js';
import type { CompressionError } from '../../../protocol/compression/compression-error.js';
import { type ToolError, uncaught } from '../../tool-error.js';
import { invalidRecord, kafkaException } from './java-failures.js';

const GZIP_HEADER_BYTES = 10;
const GZIP_MAGIC = 0x1f8b;
const SNAPPY_MARK = Buffer.from('82534e4150505900', 'hex');

/** What Java finds in the header of an LZ4 frame, by what our reader says. */
const LZ4: readonly (readonly [RegExp, string])[] = [
  [/not an LZ4 frame/, 'java.io.IOException: Stream unsupported (invalid magic bytes)'],
  [/frame header cut/, 'java.io.IOException: Stream ended prematurely'],
  [/wrong header checksum/, 'java.io.IOException: Stream frame descriptor corrupted'],
  [/reserved header bits/, 'java.lang.RuntimeException: Reserved bits must be 0'],
  [/blocks that depend/, 'java.lang.RuntimeException: Dependent block stream is unsupported'],
];

/**
 * The exception that Kafka's reader ends in. Java reads the header of a stream at once and names the cause then; all
 * else it finds while it reads records, and what stands behind the content when it has them all.
 */
export function decompressionFailure(error: CompressionError, codec: number, body: Buffer): ToolError {
  if (error.fault === 'too-large') return kafkaException(error.message);
  if (codec === CompressionType.zstd && body.length === 0) {
    return invalidRecord('Incorrect declared batch size, premature EOF reached');
  }
  const java = headerFault(error, codec, body) ?? contentFault(error);
  return uncaught('org.apache.kafka.common.KafkaException', `Failed to decompress: ${error.message}`, java);
}

function headerFault({ message }: CompressionError, codec: number, body: Buffer): string | undefined {
  switch (codec) {
    case CompressionType.gzip:
      if (body.length < GZIP_HEADER_BYTES) return 'java.io.EOFException';
      return body.readUInt16BE(0) === GZIP_MAGIC ? undefined : 'java.util.zip.ZipException: Not in GZIP format';
    case CompressionType.snappy:
      if (body.length === 0) return 'org.xerial.snappy.SnappyIOException: [EMPTY_INPUT] Cannot decompress empty stream';
      return isFramed(body) ? undefined : 'java.io.IOException: FAILED_TO_UNCOMPRESS(5)';
    case CompressionType.lz4:
      return LZ4.find(([pattern]) => pattern.test(message))?.[1];
    default:
      return undefined;
  }
}

const isFramed = (body: Buffer): boolean => body.subarray(0, SNAPPY_MARK.length).equals(SNAPPY_MARK);

const contentFault = ({ message }: CompressionError): string =>
  /incorrect (?:data|length) check/.test(message)
    ? 'Error checking for remaining bytes after reading batch'
    : 'Failed to decompress record stream';
