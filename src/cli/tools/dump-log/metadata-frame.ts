import { Reader } from '../../../base/bytes.js';
import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import { UnreadableMessageError } from '../../../protocol/message-json.js';

const FRAME_VERSION = 1;
const INT16_MAX = 0x7fff;

export interface FramedMessage {
  readonly apiKey: number;
  readonly version: number;
  /** The message and whatever is behind it. */
  readonly bytes: Buffer;
}

/** Reads what stands before a metadata record. @throws UnreadableMessageError in Kafka's words */
export function readFrame(value: Buffer | null): FramedMessage {
  const reader = new Reader(value ?? Buffer.alloc(0));
  const frameVersion = part(reader, 'frame version');
  if (frameVersion === 0) {
    throw new UnreadableMessageError(
      'Could not deserialize metadata record with frame version 0. ' +
        'Note that upgrades from the preview release of KRaft in 2.8 to newer versions are not supported.',
    );
  }
  if (frameVersion !== FRAME_VERSION) {
    const supported = `(only frame version ${FRAME_VERSION} is supported)`;
    throw new UnreadableMessageError(
      `Could not deserialize metadata record due to unknown frame version ${frameVersion}${supported}`,
    );
  }
  const apiKey = part(reader, 'type');
  const version = part(reader, 'version');
  return { apiKey, version, bytes: reader.buffer.subarray(reader.offset) };
}

export function unknownRecord(apiKey: number): UnreadableMessageError {
  const name = 'org.apache.kafka.common.errors.UnsupportedVersionException';
  return new UnreadableMessageError(`${name}: Unknown metadata id ${apiKey}`);
}

export const unreadableRecord = (apiKey: number): UnreadableMessageError =>
  new UnreadableMessageError(`Failed to deserialize record with type ${apiKey}`);

export const garbageBehind = (apiKey: number, sizeBytes: number): UnreadableMessageError =>
  new UnreadableMessageError(`Found ${sizeBytes} byte(s) of garbage after ${apiKey}`);

/** Java keeps the low half of a number that its sign makes small. */
function part(reader: Reader, entity: string): number {
  const value = unsigned(reader, entity) | 0;
  if (value > INT16_MAX) throw new UnreadableMessageError(`Value for ${entity} was too large.`);
  return (value << 16) >> 16;
}

function unsigned(reader: Reader, entity: string): number {
  try {
    return reader.uvarint();
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw new UnreadableMessageError(`Error while reading ${entity}`);
  }
}
