import type { Cluster } from '../../../client/cluster.js';
import { terminalTable } from '../../format/table.js';
import type { Io } from '../../io.js';
import { matchingTopics } from './matching-topics.js';
import type { TopicsOptions } from './options.js';

/** --list: a name a line, and an empty line when there is none. */
export async function listMatching(admin: Cluster, options: TopicsOptions, io: Io): Promise<string> {
  const topics = await matchingTopics(admin, options);
  if (!io.stdout.isTerminal) return `${topics.map(({ name }) => name).join('\n')}\n`;
  if (topics.length === 0) return 'There are no topics.\n';
  const rows = topics.map(({ name, topicId, isInternal }) => [name, topicId, isInternal ? 'internal' : '']);
  return terminalTable(io.stdout, ['Topic', 'Id', ''], rows);
}
