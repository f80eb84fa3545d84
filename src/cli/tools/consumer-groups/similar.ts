import { listTopics } from '../../../client/admin/list-topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { didYouMean } from '../../format/did-you-mean.js';
import { consumerGroups } from './list.js';

/** Which name was probably meant; null where none is like it, or the names cannot be asked for. */
export async function questionFor(admin: Cluster, kind: 'group' | 'topic', name: string): Promise<string | null> {
  try {
    const known =
      kind === 'group'
        ? (await consumerGroups(admin)).map(({ groupId }) => groupId)
        : (await listTopics(admin)).map((topic) => topic.name);
    return didYouMean(name, known);
  } catch {
    // What went wrong before is what counts.
    return null;
  }
}
