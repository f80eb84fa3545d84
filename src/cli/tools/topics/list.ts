import type { Cluster } from '../../../client/cluster.js';
import { type Report, tableOf } from '../../format/report.js';
import { matchingTopics } from './matching-topics.js';
import type { TopicsOptions } from './options.js';
import { type TopicListingRow, topicListingRow } from './rows.js';

/** --list: a name a line, and an empty line when there is none. @throws ToolError, KafkaError */
export async function listMatching(admin: Cluster, options: TopicsOptions): Promise<Report> {
  const rows = (await matchingTopics(admin, options)).map(topicListingRow);
  return {
    rows,
    plain: () => `${rows.map(({ topic }) => topic).join('\n')}\n`,
    tables: () => [
      tableOf<TopicListingRow>(rows, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Id', cell: ({ topicId }) => topicId, tone: () => 'muted' },
        { heading: '', cell: ({ isInternal }) => (isInternal ? 'internal' : ''), tone: () => 'muted' },
      ]),
    ],
    whenEmpty: 'There are no topics.',
  };
}
