import { isUtf8 } from 'node:buffer';
import { javaHash } from '../../../base/java-hash.js';
import { uncaught } from '../../tool-error.js';
import { charsetNamed, type Decode } from '../console-consumer/charsets.js';
import { wordless } from './java-failures.js';
import type { DumpOptions } from './options.js';
import type { StoredRecord } from './stored-record.js';

/** What is shown of a key or a value: text, or bytes that are text already. */
export type Shown = string | Buffer;

export interface ParsedRecord {
  readonly key: Shown | null;
  readonly payload: Shown | null;
}

/** Reads what a record holds. @throws ToolError in Java's words */
export type RecordParser = (record: StoredRecord) => ParsedRecord;

/** The parser that the options ask for; the first of several is taken, as in Kafka's tool. @throws ToolError */
export async function recordParser(options: DumpOptions): Promise<RecordParser> {
  if (options.has('offsets-decoder')) return (await import('./coordinator-parsers.js')).offsetsParser();
  if (options.has('transaction-log-decoder')) return (await import('./coordinator-parsers.js')).transactionsParser();
  if (options.has('cluster-metadata-decoder')) return (await import('./metadata-parser.js')).clusterMetadataParser;
  if (options.has('remote-log-metadata-decoder')) return (await import('./remote-log-parser.js')).remoteLogParser;
  if (options.has('share-group-state-decoder')) return (await import('./coordinator-parsers.js')).shareStateParser();
  const value = decoderNamed(options.value('value-decoder-class') as string);
  const key = decoderNamed(options.value('key-decoder-class') as string);
  return (record) => {
    const keyBytes = record.key();
    const shownKey = keyBytes === null ? null : key(keyBytes);
    const valueBytes = record.value();
    return { key: shownKey, payload: valueBytes === null ? null : value(valueBytes) };
  };
}

type Decoder = (bytes: Buffer) => Shown;

const PACKAGE = 'org.apache.kafka.tools.api.';
const UTF_8 = charsetNamed('UTF-8') as Decode;

const DECODERS: Readonly<Record<string, Decoder>> = {
  StringDecoder: (bytes) => (isUtf8(bytes) ? bytes : UTF_8(bytes)),
  IntegerDecoder: (bytes) => String(bytes.readInt32BE(wanted(bytes, 4))),
  LongDecoder: (bytes) => String(bytes.readBigInt64BE(wanted(bytes, 8))),
  // Java shows where the array lies in memory.
  DefaultDecoder: (bytes) => `[B@${(javaHash(bytes.toString('latin1')) >>> 0).toString(16)}`,
};

function decoderNamed(name: string): Decoder {
  const short = name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : '';
  if (Object.hasOwn(DECODERS, short)) return DECODERS[short] as Decoder;
  const known = Object.keys(DECODERS).join(', ');
  throw uncaught(
    'java.lang.RuntimeException',
    `There is no decoder ${name}; there are ${known} in ${PACKAGE.slice(0, -1)}`,
    'Failed to load decoder class',
  );
}

function wanted(bytes: Buffer, sizeBytes: number): number {
  if (bytes.length >= sizeBytes) return 0;
  throw wordless('java.nio.BufferUnderflowException', `${sizeBytes} bytes are wanted, and there are ${bytes.length}`);
}
