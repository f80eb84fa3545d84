import { CorruptLogError } from './storage-error.js';

const PATTERN = /^version: (\d+)\r?\ntopic_id: (\S+)\s*$/;
const TOPIC_ID = /^[A-Za-z0-9_-]{22}$/;

/** `partition.metadata`: which topic, by id, the directory belongs to. */
export function encodePartitionMetadata(topicId: string): string {
  return `version: 0\ntopic_id: ${topicId}`;
}

/** @returns the topic id. @throws CorruptLogError when the text is something else */
export function decodePartitionMetadata(text: string, path: string): string {
  const match = PATTERN.exec(text);
  const topicId = match?.[2];
  if (match?.[1] !== '0' || topicId === undefined || !TOPIC_ID.test(topicId)) {
    throw new CorruptLogError(path, `${path} is malformed: it should be 'version: 0' and 'topic_id: ' with an id`);
  }
  return topicId;
}
