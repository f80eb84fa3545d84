import type { Disk } from '../../../base/disk.js';
import { LOG_SUFFIX, METADATA_TOPIC, parsePartitionDirectory } from '../../../storage/file-names.js';
import type { PartitionPlace } from '../../../storage/offline/find-partitions.js';
import { javaRegex } from '../../format/java-regex.js';
import { isInternalTopic } from '../../format/topic-pattern.js';
import { illegalArgument, ToolError } from '../../tool-error.js';
import type { Source } from './options.js';

const MOST_NAMES = 20;

/** @throws ToolError where one is no log directory */
export function checkDirectories(disk: Disk, directories: readonly string[]): void {
  for (const directory of directories) {
    const kind = disk.stat(directory)?.kind;
    if (kind === undefined) throw new ToolError(`There is no log directory ${directory}.`);
    if (kind !== 'directory') throw new ToolError(`${directory} is no directory: --log-dir takes those of log.dirs.`);
    const plain = directory.replace(/\/+$/, '');
    const name = parsePartitionDirectory(plain.slice(plain.lastIndexOf('/') + 1));
    if (name === null || !disk.list(directory).some((file) => file.endsWith(LOG_SUFFIX))) continue;
    const parent = plain.includes('/') ? plain.slice(0, plain.lastIndexOf('/')) || '/' : '.';
    throw new ToolError(
      `${directory} is the directory of one partition: use --log-dir ${parent} --topic ${name.topic} --partition ${name.partition}`,
    );
  }
}

/**
 * The partitions to read, in order.
 *
 * @param directories for the error where there is none to read; null where that is none
 * @throws ToolError
 */
export function wantedIn(
  places: readonly PartitionPlace[],
  source: Source,
  directories: readonly string[] | null,
): PartitionPlace[] {
  const isWanted = topicTest(source);
  const ofTopics = places.filter(({ topic }) => isWanted(topic));
  const wanted = 'partition' in source ? ofTopics.filter(({ partition }) => partition === source.partition) : ofTopics;
  if (directories === null) return wanted;
  if (wanted.length === 0) throw new ToolError(nothingText(places, ofTopics, source, directories));
  wanted.forEach(({ topic, partition, directory, path }, index) => {
    const before = wanted[index - 1];
    if (before?.topic !== topic || before.partition !== partition || before.path === path) return;
    throw new ToolError(
      `${topic}-${partition} lies both in ${before.directory} and in ${directory}: leave one of them out of --log-dir.`,
    );
  });
  return wanted;
}

/** As with a broker, a pattern is not for the topics that brokers keep for themselves. */
function topicTest(source: Source): (topic: string) => boolean {
  if (!('include' in source)) return (topic) => topic === source.topic;
  const matches = javaRegex(source.include);
  if (source.include === '') throw illegalArgument('Topic pattern to subscribe to cannot be empty');
  return (topic) => topic !== METADATA_TOPIC && !isInternalTopic(topic) && matches(topic);
}

function nothingText(
  places: readonly PartitionPlace[],
  ofTopics: readonly PartitionPlace[],
  source: Source,
  directories: readonly string[],
): string {
  const where = directories.join(', ');
  if ('partition' in source && ofTopics.length > 0) {
    const there = listed(ofTopics.map(({ partition }) => String(partition)));
    return `There is no partition ${source.partition} of topic ${source.topic} in ${where}; there is ${there}.`;
  }
  const topics = [...new Set(places.map(({ topic }) => topic))];
  const there = topics.length === 0 ? 'there are no topics at all' : `there is ${listed(topics)}`;
  if ('include' in source) return `No topic in ${where} matches ${source.include}; ${there}.`;
  return `There is no topic ${source.topic} in ${where}; ${there}.`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
