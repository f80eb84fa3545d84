import type { SharePartitionKey } from '../state/share/share-state.js';

const UUID_BYTES = 16;
const UUID_MAX_CHARACTERS = 24;
const INT32_MAX = 0x7fff_ffff;

/**
 * The share partition that `GROUP:TOPIC-ID:PARTITION` names; the group may have colons, and those at the end count for
 * nothing (as in Kafka).
 *
 * @returns null when it names none
 */
export function parseSharePartitionName(name: string): SharePartitionKey | null {
  const parts = name.replace(/:+$/, '').split(':');
  const partition = int32(parts.pop() ?? '');
  const topicId = uuid(parts.pop() ?? '');
  const groupId = parts.join(':');
  if (partition === null || topicId === null || groupId.trim() === '') return null;
  return { groupId, topicId, partition };
}

function int32(text: string): number | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = Number(text);
  return value >= -INT32_MAX - 1 && value <= INT32_MAX ? value : null;
}

/** In the one way that ids are written; it may have been with padding. */
function uuid(text: string): string | null {
  if (text.length > UUID_MAX_CHARACTERS || !/^[\w-]+(==)?$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === UUID_BYTES ? bytes.toString('base64url') : null;
}
