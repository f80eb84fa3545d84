import { KafkaError } from '../../protocol/errors.js';

const LONGEST_NAME = 249;

/** @throws KafkaError INVALID_TOPIC_EXCEPTION that says what is wrong with the name. */
export function checkTopicName(name: string): void {
  const problem = problemOf(name);
  if (problem !== null) throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${problem}`);
}

export const isTopicName = (name: string): boolean => problemOf(name) === null;

function problemOf(name: string): string | null {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `'${name}' is not allowed`;
  if (name.length > LONGEST_NAME) {
    return `the length of '${name}' is longer than the max allowed length ${LONGEST_NAME}`;
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return null;
}

/** Two topics must not differ in dots and underscores alone: metric names could not tell them apart. */
export const collisionKey = (name: string): string => name.replaceAll('.', '_');
