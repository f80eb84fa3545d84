import { messageJson, UnreadableMessageError } from './message-json.js';
import { type CoordinatorRecordLayouts, isWithin, type MessageLayout } from './message-layout.js';

/** A record of `__consumer_offsets`, `__transaction_state` or `__share_group_state`. */
export interface CoordinatorRecordJson {
  /** The number that the key begins with, and the name of the type that it stands for. */
  readonly type: number;
  readonly name: string;
  /** What the key holds, as JSON. */
  readonly key: string;
  /** What the value holds, as JSON, and the version that it is written in; null for a tombstone. */
  readonly value: { readonly version: number; readonly json: string } | null;
}

/**
 * Reads a coordinator's record as Apache Kafka's tools do; null for a type that is not known.
 *
 * @throws UnreadableMessageError in Kafka's words
 */
export function readCoordinatorRecord(
  layouts: CoordinatorRecordLayouts,
  key: Buffer,
  value: Buffer | null,
): CoordinatorRecordJson | null {
  const type = leadingNumber(key, 'key');
  const known = layouts[type];
  if (known === undefined) return null;
  const { name } = known;
  const keyJson = body(known.key, 0, key, () => `Could not read record with version ${type} from key's buffer`);
  if (value === null) return { type, name, key: keyJson, value: null };
  const version = leadingNumber(value, 'value');
  if (!isWithin(known.value.versions, version)) {
    throw new UnreadableMessageError(`Found an unknown record version ${version} for ${type} type`);
  }
  const where = (): string => `Could not read record with version ${version} from value's buffer`;
  return { type, name, key: keyJson, value: { version, json: body(known.value, version, value, where) } };
}

function leadingNumber(bytes: Buffer, what: string): number {
  if (bytes.length < 2) throw new UnreadableMessageError(`Could not read version from ${what}'s buffer.`);
  return bytes.readInt16BE(0);
}

function body(layout: MessageLayout, version: number, bytes: Buffer, where: () => string): string {
  try {
    return messageJson(layout, version, bytes.subarray(2));
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    throw new UnreadableMessageError(`${where()} due to: ${error.message}.`);
  }
}
