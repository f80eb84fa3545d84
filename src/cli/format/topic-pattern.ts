import { runtimeException } from '../tool-error.js';

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
]);

export function isInternalTopic(topic: string): boolean {
  return INTERNAL_TOPICS.has(topic);
}

/**
 * A test of topic names as Kafka's tools take it: a regular expression that has to match the whole name, in which a
 * comma stands for `|` and quotes around it are left out.
 *
 * @throws ToolError where it is none
 */
export function topicPattern(text: string): (topic: string) => boolean {
  const source = text
    .trim()
    .replaceAll(',', '|')
    .replaceAll(' ', '')
    .replace(/^["']+/, '')
    .replace(/["']+$/, '');
  const expression = fullExpression(source);
  return (topic) => expression.test(topic);
}

function fullExpression(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    throw runtimeException(`${source} is an invalid regex.`);
  }
}
