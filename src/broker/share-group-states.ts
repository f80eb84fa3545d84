/** What a group coordinator has share coordinators do for its share groups (KIP-932). */
import { uuidHash } from '../base/java-hash.js';
import { errorNamed, KafkaError } from '../protocol/errors.js';
import { JavaHashMap } from '../state/group/assignment/java-hash-map.js';
import type { PartitionSet } from '../state/group/assignment/partition-sets.js';
import {
  finishInitialization,
  giveUpInitialization,
  type ShareInitialization,
} from '../state/group/share/share-initialization.js';
import type { BrokerServices } from './services.js';
import type { SharePartitionKey, ShareStateRefusal } from './share-persister.js';

type Services = Pick<BrokerServices, 'groups' | 'sharePersister' | 'logger'>;

interface Refused {
  readonly key: SharePartitionKey;
  readonly refusal: ShareStateRefusal;
}

/**
 * Has a state made for each partition, and then lets the group assign them. When one is refused none of them counts: a
 * later heartbeat begins again.
 */
export async function initializeAfterHeartbeat(
  services: Services,
  groupId: string,
  initialization: ShareInitialization,
): Promise<void> {
  const refused = await askForStates(services, groupId, initialization);
  const [first] = refused;
  if (first !== undefined) {
    const { error, message } = first.refusal;
    services.logger.error(`Cannot begin with partitions of share group ${groupId}: ${message ?? error}`);
  }
  await noteStates(services, groupId, initialization, first === undefined);
}

/** The same for the states that an administrator sets; what is refused is left as it is. @returns what was refused */
export async function initializeForAdministrator(
  services: Services,
  groupId: string,
  initialization: ShareInitialization,
): Promise<readonly Refused[]> {
  const refused = await askForStates(services, groupId, initialization);
  if (refused.length > 0) return refused;
  await noteStates(services, groupId, initialization, true);
  return [];
}

async function askForStates(
  { sharePersister }: Services,
  groupId: string,
  { stateEpoch, partitions }: ShareInitialization,
): Promise<Refused[]> {
  const asked = partitions.map(({ topicId, partition, startOffset }) => {
    const key = { groupId, topicId, partition };
    return refusedOne(key, () => sharePersister.initialize(key, stateEpoch, startOffset));
  });
  return (await Promise.all(asked)).flat();
}

/** Writes down that the states are there, or that they are not. */
async function noteStates(
  { groups, logger }: Services,
  groupId: string,
  { partitions }: ShareInitialization,
  areThere: boolean,
): Promise<void> {
  const set = new Map<string, number[]>();
  for (const { topicId, partition } of partitions) set.set(topicId, [...(set.get(topicId) ?? []), partition]);
  const note = areThere ? finishInitialization : giveUpInitialization;
  try {
    await groups.call<null>(groupId, (machine, call, context) =>
      note(machine, groupId, set, context).reply(call, null),
    );
  } catch (error) {
    // Whoever coordinates the group now begins again when its time has come.
    if (error instanceof KafkaError) return;
    logger.error(`Cannot write down the share partitions of group ${groupId}`, error);
  }
}

/** @returns what was refused, in the order of the partitions */
export async function deleteStates(
  { sharePersister }: Services,
  groupId: string,
  partitions: PartitionSet,
): Promise<readonly Refused[]> {
  const asked = inAnswerOrder(partitions).flatMap(([topicId, indexes]) =>
    indexes.map((partition) => {
      const key = { groupId, topicId, partition };
      return refusedOne(key, () => sharePersister.delete(key));
    }),
  );
  return (await Promise.all(asked)).flat();
}

/** In the order in which Kafka's share coordinators' answers come out of the hash maps that they are kept in. */
export function inAnswerOrder(partitions: Iterable<readonly [string, readonly number[]]>): [string, number[]][] {
  const topics = new JavaHashMap<string, JavaHashMap<number, true>>(uuidHash);
  for (const [topicId, indexes] of partitions) {
    const ofTopic = topics.getOrSet(topicId, () => new JavaHashMap<number, true>((index) => index));
    for (const index of indexes) ofTopic.getOrSet(index, () => true);
  }
  return topics.entries().map(([topicId, ofTopic]) => [topicId, ofTopic.keys()]);
}

async function refusedOne(
  key: SharePartitionKey,
  ask: () => Promise<ShareStateRefusal | null>,
): Promise<readonly Refused[]> {
  try {
    const refusal = await ask();
    return refusal === null ? [] : [{ key, refusal }];
  } catch (error) {
    const { error: name } = error instanceof KafkaError ? error : new KafkaError('UNKNOWN_SERVER_ERROR');
    return [{ key, refusal: { error: name, message: errorNamed(name).message } }];
  }
}

/** Whether the cluster's share.version has share groups. */
export const hasShareGroups = ({ metadata }: Pick<BrokerServices, 'metadata'>): boolean =>
  metadata.image.featureLevel('share.version') > 0;
