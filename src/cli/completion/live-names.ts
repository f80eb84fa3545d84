import type { ClientProperties } from '../../client/client-config.js';
import type { Cluster } from '../../client/cluster.js';
import { silentHost } from '../connect-to.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { parseKeyValues } from '../options/jopt-checks.js';
import type { NameKind, NameSource } from './candidates.js';
import { expanded } from './expanded.js';

type Given = ReadonlyMap<string, readonly string[]>;

/** How long somebody who pressed a key waits at most for the cluster. */
const PATIENCE_MS = 1600;

const SERVERS: readonly string[] = ['bootstrap-server', 'bootstrap-controller'];
const FILES: readonly string[] = ['command-config', 'consumer.config', 'producer.config'];
const PROPERTIES: readonly string[] = ['command-property', 'consumer-property', 'producer-property', 'producer-props'];

/** Names that the cluster knows which a command line names, and those that this program knows. Never fails, and is silent. */
export function liveNames(io: Io): NameSource {
  return async (kind, given) => {
    if (kind === 'release') return releases();
    if (kind === 'topic-setting') return topicSettings();
    try {
      return await askCluster(kind, given, io);
    } catch {
      return []; // an address, a file or a cluster that is of no use; the tool itself will say so
    }
  };
}

async function releases(): Promise<string[]> {
  const { LATEST_PRODUCTION, METADATA_VERSIONS } = await import('../../protocol/features.js');
  return METADATA_VERSIONS.filter(({ level }) => level <= LATEST_PRODUCTION).map(({ name }) => name);
}

async function topicSettings(): Promise<string[]> {
  const { TOPIC_KEYS } = await import('../../config/keys/topic.js');
  return Object.keys(TOPIC_KEYS).map((key) => `${key}=`);
}

async function askCluster(kind: NameKind, given: Given, io: Io): Promise<readonly string[]> {
  const properties = propertiesOf(given, io);
  if (properties === null) return [];
  const { openAdmin } = await import('../../client/admin/admin-client.js');
  const admin = openAdmin(properties, silentHost(io));
  try {
    return await within(PATIENCE_MS, io, namesOf(kind, given, admin));
  } finally {
    admin.close();
  }
}

/** How the command line would reach its cluster; null where it does not say. */
function propertiesOf(given: Given, io: Io): ClientProperties | null {
  const last = (names: readonly string[]): string | null => {
    const text = names.flatMap((name) => given.get(name) ?? []).at(-1);
    return text === undefined ? null : expanded(text, io.env);
  };
  const servers = last(SERVERS);
  if (servers === null) return null;
  const file = last(FILES);
  const inline = PROPERTIES.flatMap((name) => given.get(name) ?? []);
  return new Map([
    ...(file === null ? [] : loadProperties(io, file)),
    ...parseKeyValues(inline),
    ['bootstrap.servers', servers],
  ]);
}

async function namesOf(kind: NameKind, given: Given, admin: Cluster): Promise<readonly string[]> {
  if (kind === 'group') {
    const { listGroups } = await import('../../client/admin/groups.js');
    return (await listGroups(admin)).groups.map(({ groupId }) => groupId).sort();
  }
  const { describeTopics, listTopics } = await import('../../client/admin/topics.js');
  if (kind === 'topic') return (await listTopics(admin, { listInternal: true })).map(({ name }) => name).sort();
  const [topic] = given.get('topic') ?? [];
  if (topic === undefined) return [];
  const described = (await describeTopics(admin, [topic])).get(topic);
  if (described === undefined || !('partitions' in described)) return [];
  return described.partitions.map(({ partition }) => String(partition));
}

function within<T>(limitMs: number, io: Io, work: Promise<readonly T[]>): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const timer = io.host.clock.setTimer(limitMs, () => resolve([]));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
