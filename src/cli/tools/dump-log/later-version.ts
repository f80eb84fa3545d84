import { messageJsonAndRest, UnreadableMessageError } from '../../../protocol/message-json.js';
import type { MessageLayout } from '../../../protocol/message-layout.js';

/** A field that holds a message, or a list that is not empty of them. Within a text the quotes have backslashes. */
const INNER_MESSAGE = /"\w+":\[?\{/;

/**
 * Reads a message of any version as Kafka's tool does: one that is older than the first as the first, and a later one
 * than is known as well as it can, unless it has messages inside, which Kafka's readers of those refuse.
 *
 * @throws UnreadableMessageError
 */
export function anyVersionJson(
  layout: MessageLayout,
  version: number,
  bytes: Buffer,
): { readonly json: string; readonly restBytes: number } {
  const [lowest, highest] = layout.versions;
  const read = messageJsonAndRest(layout, Math.max(lowest, version), bytes);
  if (version <= highest || !INNER_MESSAGE.test(read.json)) return read;
  throw new UnreadableMessageError(`Can't read version ${version}`);
}
