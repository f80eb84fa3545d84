import { uncaught } from '../tool-error.js';
import { javaRegex, PatternSyntaxError } from './java-regex.js';

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
]);

export function isInternalTopic(topic: string): boolean {
  return INTERNAL_TOPICS.has(topic);
}

/**
 * A test of topic names as Kafka's tools take it: a Java regular expression that has to match the whole name, in which
 * a comma stands for `|`, spaces count for nothing and quotes around it are left out.
 *
 * @throws ToolError where it is none
 */
export function topicPattern(text: string): (topic: string) => boolean {
  const source = text
    .replaceAll(',', '|')
    // What Java's String.trim takes away at the ends, and spaces everywhere.
    .replace(/^[\0-\x20]+|[\0-\x20]+$| /g, '')
    .replace(/^["']+|["']+$/g, '');
  try {
    return javaRegex(source);
  } catch (error) {
    if (!(error instanceof PatternSyntaxError)) throw error;
    const place = error.index < 0 ? '' : `, near its character ${error.index + 1}`;
    const message = `${source} is an invalid regex: ${error.description}${place}`;
    throw uncaught('java.lang.RuntimeException', message, `${source} is an invalid regex.`);
  }
}
