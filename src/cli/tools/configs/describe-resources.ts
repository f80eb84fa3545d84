import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { describeCluster } from '../../../client/admin/cluster-facts.js';
import { type ConfigEntry, ConfigResourceType, listConfigResources } from '../../../client/admin/configs.js';
import { listGroups } from '../../../client/admin/groups.js';
import { listTopics } from '../../../client/admin/list-topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { OutputFormat } from '../../format/output-format.js';
import { type Report, tableOf, writeReport } from '../../format/report.js';
import type { Io } from '../../io.js';
import { checkTopicName, singular } from './entities.js';
import { called } from './failure.js';
import { type ResourceType, settingsOf } from './resources.js';
import { inScalaOrder } from './scala-order.js';

interface Described {
  readonly name: string;
  readonly entries: readonly ConfigEntry[];
}

/** What is asked for of a type: of one entity, or of all where there is no name. */
export interface ResourceQuestion {
  readonly type: ResourceType;
  readonly name: string | undefined;
  readonly isAll: boolean;
}

/** Shows the settings of one entity, or of all that there are; gives the exit status. */
export async function describeResources(
  admin: Cluster,
  question: ResourceQuestion,
  format: OutputFormat,
  io: Io,
): Promise<number> {
  const { type, name, isAll } = question;
  if (name !== undefined && !isAll && !(await isThere(admin, type, name, io))) {
    const message = `The ${singular(type)} '${name}' doesn't exist and doesn't have dynamic config.`;
    return writeMissing(message, format, io);
  }
  const names = name === undefined ? await allNames(admin, type, io) : [name];
  const described: Described[] = [];
  for (const each of names) {
    // Kafka's tool prints each entity as it comes, and so the head of one that cannot be described.
    if (format === 'plain') io.print(headOf(question, each));
    const entries = await settingsOf(admin, type, each, isAll, io);
    if (format === 'plain') io.stdout.write(entries.map((entry) => `${plainLine(entry)}\n`).join(''));
    described.push({ name: each, entries });
  }
  if (format !== 'plain') await writeReport(reportOf(question, described), format, io);
  return 0;
}

/** To a script it is no failure; programs that read rows get none and are told why. */
async function writeMissing(message: string, format: OutputFormat, io: Io): Promise<number> {
  if (format === 'plain' || format === 'table') {
    io.print(message);
    return 0;
  }
  io.printError(message);
  await writeReport({ rows: [], plain: () => '', tables: () => [], whenEmpty: '' }, format, io);
  return 1;
}

async function isThere(admin: Cluster, type: ResourceType, name: string, io: Io): Promise<boolean> {
  switch (type) {
    case 'topics':
      checkTopicName(name);
      return (await topicNames(admin, io)).includes(name);
    case 'brokers':
    case 'broker-loggers':
      return name === '' || (await brokerNames(admin, io)).includes(name);
    case 'client-metrics':
      return (await clientMetricsNames(admin, io)).includes(name);
    case 'groups':
      return (await groupNames(admin, io)).includes(name) || (await groupConfigNames(admin, io)).includes(name);
  }
}

async function allNames(admin: Cluster, type: ResourceType, io: Io): Promise<string[]> {
  switch (type) {
    case 'topics':
      return topicNames(admin, io);
    case 'brokers':
    case 'broker-loggers':
      return [...(await brokerNames(admin, io)), ''];
    case 'client-metrics':
      return clientMetricsNames(admin, io);
    case 'groups':
      return inScalaOrder([...(await groupNames(admin, io)), ...(await groupConfigNames(admin, io))]);
  }
}

async function topicNames(admin: Cluster, io: Io): Promise<string[]> {
  const topics = await called('listTopics', io, listTopics(admin, { listInternal: true }));
  return inHashOrder(
    topics.map(({ name }) => name),
    javaHash,
  );
}

async function brokerNames(admin: Cluster, io: Io): Promise<string[]> {
  const { nodes } = await called('listNodes', io, describeCluster(admin));
  return nodes.map(({ id }) => String(id));
}

async function clientMetricsNames(admin: Cluster, io: Io): Promise<string[]> {
  const listed = listConfigResources(admin, [ConfigResourceType.CLIENT_METRICS]);
  return (await called('listConfigResources', io, listed)).map(({ name }) => name);
}

async function groupNames(admin: Cluster, io: Io): Promise<string[]> {
  const { groups, errors } = await called('findAllBrokers', io, listGroups(admin));
  const [error] = errors;
  if (error !== undefined) await called('listGroups', io, Promise.reject(error));
  return groups.map(({ groupId }) => groupId);
}

/** Groups with settings of their own. A broker that does not tell, or not to everybody, is taken to have none. */
async function groupConfigNames(admin: Cluster, io: Io): Promise<string[]> {
  const listed = listConfigResources(admin, [ConfigResourceType.GROUP]).catch((error: unknown) => {
    const isUntold =
      error instanceof KafkaError &&
      (error.error === 'UNSUPPORTED_VERSION' || error.error === 'CLUSTER_AUTHORIZATION_FAILED');
    if (isUntold) return [];
    throw error;
  });
  return (await called('listConfigResources', io, listed)).map(({ name }) => name);
}

function headOf({ type, isAll }: ResourceQuestion, name: string): string {
  if (name === '') return `Default configs for ${type} in the cluster are:`;
  return `${isAll ? 'All' : 'Dynamic'} configs for ${singular(type)} ${name} are:`;
}

function plainLine({ name, value, isSensitive, synonyms }: ConfigEntry): string {
  const texts = synonyms.map((synonym) => `${synonym.source}:${synonym.name}=${synonym.value}`).join(', ');
  return `  ${name}=${value} sensitive=${isSensitive} synonyms={${texts}}`;
}

function reportOf(question: ResourceQuestion, described: readonly Described[]): Report {
  return {
    rows: described.flatMap(({ name, entries }) =>
      entries.map((entry) => ({
        entityType: question.type,
        entity: name === '' ? null : name,
        name: entry.name,
        value: entry.value,
        source: entry.source,
        isSensitive: entry.isSensitive,
        isReadOnly: entry.isReadOnly,
        synonyms: entry.synonyms,
      })),
    ),
    plain: () => '',
    tables: () =>
      described.map(({ name, entries }) => {
        const head = headOf(question, name).replace(/ are:$/, '');
        const table = tableOf(
          entries,
          [
            { heading: 'Name', cell: (entry) => entry.name },
            { heading: 'Value', cell: shownValue, tone: ({ value }) => (value === null ? 'muted' : null) },
            { heading: 'From', cell: ({ source }) => SOURCES[source] ?? source },
          ],
          entries.length === 0 ? `${head}: none` : head,
        );
        return { ...table, isDense: true };
      }),
    whenEmpty: `There are no ${question.type} with a configuration of their own.`,
  };
}

const shownValue = ({ value, isSensitive }: ConfigEntry): string =>
  value ?? (isSensitive ? '(not shown)' : '(not set)');

const SOURCES: Readonly<Partial<Record<ConfigEntry['source'], string>>> = {
  DYNAMIC_TOPIC_CONFIG: 'topic',
  DYNAMIC_BROKER_CONFIG: 'broker',
  DYNAMIC_DEFAULT_BROKER_CONFIG: 'all brokers',
  STATIC_BROKER_CONFIG: 'server.properties',
  DEFAULT_CONFIG: 'default',
  DYNAMIC_BROKER_LOGGER_CONFIG: 'broker logger',
  DYNAMIC_CLIENT_METRICS_CONFIG: 'client metrics',
  DYNAMIC_GROUP_CONFIG: 'group',
};
