import { setTimeout } from 'node:timers/promises';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import type { AnyApi, Api } from '../../src/protocol/api.js';
import type { Init } from '../../src/protocol/codec-runtime.js';
import { alterClientQuotasApi } from '../../src/protocol/generated/alter-client-quotas.js';
import { alterConfigsApi } from '../../src/protocol/generated/alter-configs.js';
import { alterPartitionReassignmentsApi } from '../../src/protocol/generated/alter-partition-reassignments.js';
import { alterUserScramCredentialsApi } from '../../src/protocol/generated/alter-user-scram-credentials.js';
import { createPartitionsApi } from '../../src/protocol/generated/create-partitions.js';
import { type CreateTopicsRequest, createTopicsApi } from '../../src/protocol/generated/create-topics.js';
import { deleteTopicsApi } from '../../src/protocol/generated/delete-topics.js';
import { electLeadersApi } from '../../src/protocol/generated/elect-leaders.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { incrementalAlterConfigsApi } from '../../src/protocol/generated/incremental-alter-configs.js';
import { initProducerIdApi } from '../../src/protocol/generated/init-producer-id.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';
import { unregisterBrokerApi } from '../../src/protocol/generated/unregister-broker.js';
import { updateFeaturesApi } from '../../src/protocol/generated/update-features.js';
import { ApiCaller } from '../support/api-call.js';

/** What happens to a node between a start and an end of it. */
export interface LifeOfNode {
  play(bootstrap: string): Promise<void>;
  readonly end: 'stop' | 'kill';
}

interface Call {
  readonly api: AnyApi;
  readonly version: number;
  readonly request: unknown;
}

/** Whether the brokers take or refuse it is their affair: what matters is what is in the log afterwards. */
const call = <Request>(api: Api<Request, unknown>, version: number, request: Init<Request>): Call => ({
  api: api as unknown as AnyApi,
  version,
  request,
});

async function playAll(bootstrap: string, calls: readonly Call[]): Promise<void> {
  const caller = await ApiCaller.open(tcpNetwork, Number(bootstrap.split(':')[1]));
  try {
    for (const { api, version, request } of calls) {
      await answered(caller, { api, version, request });
    }
  } finally {
    caller.close();
  }
}

async function answered(caller: ApiCaller, { api, version, request }: Call): Promise<unknown> {
  const answer = await caller.call(api, version, request);
  if (answer === null) throw new Error(`${api.name} was not answered: ${JSON.stringify(request)}`);
  return answer;
}

/** Asks again until the answer is one of those that are waited for. */
async function askUntil<Answer>(caller: ApiCaller, asked: Call, isDone: (answer: Answer) => boolean): Promise<Answer> {
  for (const end = performance.now() + WAIT_LIMIT_MS; ; ) {
    const answer = (await answered(caller, asked)) as Answer;
    if (isDone(answer)) return answer;
    if (performance.now() > end) throw new Error(`still answered so: ${JSON.stringify(answer)}`);
    await setTimeout(POLL_MS);
  }
}

const WAIT_LIMIT_MS = 60_000;
const POLL_MS = 50;
const timeoutMs = 10_000;
const byDefault = { numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] };
const topicsMade = (...topics: Init<CreateTopicsRequest>['topics'] & object) =>
  call(createTopicsApi, 7, { topics, timeoutMs });
const topicsGone = (...names: string[]) =>
  call(deleteTopicsApi, 6, { topics: names.map((name) => ({ name })), timeoutMs });
const partitionsMade = (name: string, count: number, validateOnly = false) =>
  call(createPartitionsApi, 3, { topics: [{ name, count, assignments: null }], timeoutMs, validateOnly });

const BROKER = 4;
const TOPIC = 2;
const CLIENT_METRICS = 16;
const GROUP = 32;
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];

const configs = (
  resourceType: number,
  resourceName: string,
  ...changes: (readonly [operation: number | undefined, name: string, value: string | null])[]
) =>
  call(incrementalAlterConfigsApi, 1, {
    resources: [
      {
        resourceType,
        resourceName,
        configs: changes.map(([configOperation, name, value]) => ({ configOperation, name, value })),
      },
    ],
  });
const allConfigs = (resourceType: number, resourceName: string, values: Readonly<Record<string, string>>) =>
  call(alterConfigsApi, 2, {
    resources: [
      { resourceType, resourceName, configs: Object.entries(values).map(([name, value]) => ({ name, value })) },
    ],
  });

const quota = (entity: Readonly<Record<string, string | null>>, key: string, value: number | null) =>
  call(alterClientQuotasApi, 1, {
    entries: [
      {
        entity: Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName })),
        ops: [{ key, value: value ?? 0, remove: value === null }],
      },
    ],
  });

const password = (name: string, mechanism: number, iterations: number) =>
  call(alterUserScramCredentialsApi, 0, {
    upsertions: [
      { name, mechanism, iterations, salt: Buffer.from('salt'), saltedPassword: Buffer.alloc(32 * mechanism, name) },
    ],
  });
const noPassword = (name: string, mechanism: number) =>
  call(alterUserScramCredentialsApi, 0, { deletions: [{ name, mechanism }] });

const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const UNSAFE_DOWNGRADE = 3;
const features = (upgradeType: number, levels: Readonly<Record<string, number>>, validateOnly = false) =>
  call(updateFeaturesApi, 2, {
    timeoutMs,
    featureUpdates: Object.entries(levels).map(([feature, maxVersionLevel]) => ({
      feature,
      maxVersionLevel,
      upgradeType,
    })),
    validateOnly,
  });

const reassign = (name: string, partitionIndex: number, replicas: number[] | null) =>
  call(alterPartitionReassignmentsApi, 1, {
    timeoutMs,
    topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
  });
const elect = (electionType: number, topic: string, ...partitions: number[]) =>
  call(electLeadersApi, 2, { electionType, topicPartitions: [{ topic, partitions }], timeoutMs });
const producerId = (transactionalId: string | null) =>
  call(initProducerIdApi, 5, { transactionalId, transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: -1 });

const TOPICS = [
  topicsMade({
    ...byDefault,
    name: 'orders',
    numPartitions: 3,
    replicationFactor: 1,
    configs: [
      { name: 'retention.ms', value: '3600000' },
      { name: 'cleanup.policy', value: 'compact,delete' },
    ],
  }),
  topicsMade({
    ...byDefault,
    name: 'by.hand',
    assignments: [
      { partitionIndex: 0, brokerIds: [1] },
      { partitionIndex: 1, brokerIds: [1] },
    ],
  }),
  topicsMade({ ...byDefault, name: 'one' }, { ...byDefault, name: 'two' }, { ...byDefault, name: 'bad name' }),
  topicsMade({ ...byDefault, name: 'one' }, { ...byDefault, name: 'wide', replicationFactor: 3 }),
  call(createTopicsApi, 7, { topics: [{ ...byDefault, name: 'only.validated' }], timeoutMs, validateOnly: true }),
  call(metadataApi, 12, { topics: [{ name: 'made.by.asking' }], allowAutoTopicCreation: true }),
  partitionsMade('orders', 5),
  partitionsMade('orders', 9, true),
  partitionsMade('orders', 2),
  topicsGone('two', 'not.there'),
];

const CONFIGS = [
  configs(
    TOPIC,
    'orders',
    [SET, 'retention.ms', '7200000'],
    [APPEND, 'cleanup.policy', 'compact'],
    [SET, 'segment.bytes', '1048576'],
  ),
  configs(TOPIC, 'orders', [SUBTRACT, 'cleanup.policy', 'compact'], [DELETE, 'retention.ms', null]),
  configs(TOPIC, 'orders', [SET, 'retention.ms', 'many']),
  configs(TOPIC, 'orders', [SET, 'segment.bytes', '1048576']),
  configs(TOPIC, 'orders', [DELETE, 'flush.ms', null]),
  configs(TOPIC, 'not.there', [SET, 'retention.ms', '1']),
  configs(TOPIC, 'one', [APPEND, 'follower.replication.throttled.replicas', '0:1']),
  configs(TOPIC, 'one', [SET, 'min.insync.replicas', '1']),
  allConfigs(TOPIC, 'by.hand', { 'retention.ms': '5', 'max.message.bytes': '2000' }),
  allConfigs(TOPIC, 'by.hand', { 'retention.ms': '6' }),
  configs(BROKER, '1', [SET, 'log.cleaner.threads', '2'], [SET, 'max.connections', '500']),
  configs(BROKER, '1', [DELETE, 'log.cleaner.threads', null]),
  configs(BROKER, '1', [SET, 'log.dirs', '/nowhere']),
  configs(BROKER, '', [SET, 'log.retention.ms', '86400000'], [SET, 'message.max.bytes', '2000000']),
  configs(BROKER, '', [SET, 'min.insync.replicas', '1']),
  configs(BROKER, '', [SET, 'unclean.leader.election.enable', 'true'], [SET, 'min.insync.replicas', '1']),
  configs(BROKER, '', [DELETE, 'min.insync.replicas', null]),
  configs(BROKER, '', [DELETE, 'unclean.leader.election.enable', null]),
  allConfigs(BROKER, '', { 'message.max.bytes': '3000000' }),
  configs(
    GROUP,
    'readers',
    [SET, 'consumer.session.timeout.ms', '50000'],
    [SET, 'consumer.heartbeat.interval.ms', '6000'],
  ),
  configs(GROUP, 'readers', [SET, 'consumer.session.timeout.ms', '1']),
  configs(GROUP, 'readers', [DELETE, 'consumer.session.timeout.ms', null]),
  configs(
    CLIENT_METRICS,
    'latency',
    [SET, 'metrics', 'a,b'],
    [SET, 'interval.ms', '60000'],
    [SET, 'match', 'client_id=x'],
  ),
  configs(CLIENT_METRICS, 'latency', [DELETE, 'metrics', null], [DELETE, 'interval.ms', null], [DELETE, 'match', null]),
];

const CLIENTS = [
  quota({ user: 'alice' }, 'producer_byte_rate', 1000),
  quota({ user: 'alice', 'client-id': null }, 'consumer_byte_rate', 2000.5),
  quota({ user: 'alice', 'client-id': null }, 'request_percentage', 12.5),
  quota({ user: 'alice' }, 'producer_byte_rate', null),
  quota({ user: 'nobody' }, 'producer_byte_rate', null),
  quota({ ip: '127.0.0.1' }, 'connection_creation_rate', 10),
  quota({ user: 'alice' }, 'connection_creation_rate', 10),
  password('alice', 1, 4096),
  password('bob', 2, 5000),
  password('alice', 1, 8192),
  password('carol', 1, 1),
  noPassword('alice', 1),
  noPassword('alice', 1),
  producerId(null),
  producerId(null),
];

const PLACES = [
  reassign('orders', 0, [1]),
  reassign('orders', 0, [1, 2]),
  reassign('orders', 1, null),
  elect(0, 'orders', 0, 1),
  elect(1, 'orders', 0, 7),
  call(unregisterBrokerApi, 0, { brokerId: 9 }),
];

const LEVELS = [
  features(SAFE_DOWNGRADE, { 'transaction.version': 1, 'group.version': 0 }),
  features(UPGRADE, { 'transaction.version': 2, 'group.version': 1 }),
  features(SAFE_DOWNGRADE, { 'eligible.leader.replicas.version': 0 }),
  features(UPGRADE, { 'eligible.leader.replicas.version': 1 }, true),
  configs(TOPIC, 'orders', [SET, 'min.insync.replicas', '1']),
  configs(BROKER, '', [SET, 'min.insync.replicas', '1']),
  configs(BROKER, '', [DELETE, 'log.flush.interval.ms', null]),
  configs(BROKER, '1', [SET, 'min.insync.replicas', '1']),
  configs(BROKER, '', [DELETE, 'min.insync.replicas', null]),
  features(SAFE_DOWNGRADE, { 'metadata.version': 29 }),
  features(UNSAFE_DOWNGRADE, { 'metadata.version': 20 }),
  features(UPGRADE, { 'metadata.version': 30 }),
];

const ELIGIBLE_AND_VOTERS = [
  features(UPGRADE, { 'eligible.leader.replicas.version': 1 }),
  features(UPGRADE, { 'kraft.version': 1 }, true),
  features(UPGRADE, { 'kraft.version': 1, 'group.version': 7 }),
  features(UPGRADE, { 'kraft.version': 1 }),
  features(UPGRADE, { 'kraft.version': 1 }),
  features(SAFE_DOWNGRADE, { 'kraft.version': 0 }),
];

/** The topics of groups and transactions are made when the first asks for its coordinator. */
async function findCoordinators(bootstrap: string): Promise<void> {
  const caller = await ApiCaller.open(tcpNetwork, Number(bootstrap.split(':')[1]));
  try {
    for (const [keyType, key] of [
      [0, 'readers'],
      [1, 'writer'],
    ] as const) {
      await askUntil<{ coordinators: { errorCode: number }[] }>(
        caller,
        call(findCoordinatorApi, 4, { keyType, coordinatorKeys: [key] }),
        ({ coordinators }) => coordinators[0]?.errorCode === 0,
      );
    }
  } finally {
    caller.close();
  }
}

export const metadataHistory: readonly LifeOfNode[] = [
  { play: (bootstrap) => playAll(bootstrap, [...TOPICS, ...CONFIGS, ...CLIENTS]), end: 'stop' },
  { play: (bootstrap) => playAll(bootstrap, [...PLACES, ...LEVELS, producerId(null), topicsGone('one')]), end: 'kill' },
  {
    play: (bootstrap) => playAll(bootstrap, ELIGIBLE_AND_VOTERS),
    end: 'stop',
  },
  { play: (bootstrap) => playAll(bootstrap, [topicsGone('orders'), topicsGone('by.hand')]), end: 'stop' },
  { play: findCoordinators, end: 'stop' },
];
