/**
 * A share session with one broker (KIP-932), as the client keeps it: after a full request only what changed is sent,
 * and the broker keeps the records that it gave out for as long as the session lasts. Pure: a request is made from what
 * is wanted now, and each answer says how to go on.
 */
import type { AcknowledgementBatch } from '../../protocol/generated/share-fetch.js';
import type { TopicPartition } from '../topic-partition.js';

/** A partition that the coordinator assigned. */
export interface SharePartition extends TopicPartition {
  /** Of this topic alone, even where it was made anew under the same name. */
  readonly key: string;
  readonly topicId: string;
}

/** The session that records came by. */
export interface ShareOrigin {
  readonly node: number;
  /** Grows with each session with the node. */
  readonly generation: number;
  readonly partition: SharePartition;
}

export interface AcknowledgedPartition {
  readonly partition: SharePartition;
  readonly batches: readonly AcknowledgementBatch[];
}

const FIRST_EPOCH = 0;
const FINAL_EPOCH = -1;
const LAST_EPOCH = 0x7fff_ffff;

export class ShareSession {
  /** Of the records that come now. */
  generation = 0;
  private epoch = FIRST_EPOCH;
  private known = new Map<string, SharePartition>();
  private asked = new Map<string, SharePartition>();

  /** Whether the broker has it: records can be acknowledged within a session alone. */
  get isOpen(): boolean {
    return this.epoch !== FIRST_EPOCH;
  }

  /** The parts of a ShareFetch that depend on the session. */
  fetch(wanted: readonly SharePartition[], acknowledged: readonly AcknowledgedPartition[]) {
    this.asked = new Map(wanted.map((one) => [one.key, one]));
    const added = wanted.filter(({ key }) => !this.known.has(key));
    const forgotten = [...this.known.values()].filter(({ key }) => !this.asked.has(key));
    return {
      shareSessionEpoch: this.epoch,
      topics: topicsOf(added, acknowledged),
      forgottenTopicsData: byTopicId(forgotten).map(([topicId, ofTopic]) => ({
        topicId,
        partitions: ofTopic.map(({ partition }) => partition),
      })),
    };
  }

  /** The same of a ShareAcknowledge. */
  acknowledge(acknowledged: readonly AcknowledgedPartition[]) {
    return { shareSessionEpoch: this.epoch, topics: topicsOf([], acknowledged) };
  }

  /** The same of the ShareAcknowledge that ends it: what was not acknowledged goes to others. */
  close(acknowledged: readonly AcknowledgedPartition[]) {
    return { shareSessionEpoch: FINAL_EPOCH, topics: topicsOf([], acknowledged) };
  }

  onFetched(): void {
    this.known = this.asked;
    this.onAcknowledged();
  }

  onAcknowledged(): void {
    this.epoch = this.epoch === LAST_EPOCH ? FIRST_EPOCH + 1 : this.epoch + 1;
  }

  /** Whether the broker took the request is not known, or it has no such session: the next one begins anew. */
  onFailure(): void {
    this.epoch = FIRST_EPOCH;
    this.known = new Map();
    this.generation++;
  }
}

function topicsOf(added: readonly SharePartition[], acknowledged: readonly AcknowledgedPartition[]) {
  const batches = new Map(acknowledged.map((one) => [one.partition.key, one.batches]));
  const addedKeys = new Set(added.map(({ key }) => key));
  const known = acknowledged.map(({ partition }) => partition).filter(({ key }) => !addedKeys.has(key));
  return byTopicId([...added, ...known]).map(([topicId, ofTopic]) => ({
    topicId,
    partitions: ofTopic.map(({ key, partition }) => ({
      partitionIndex: partition,
      acknowledgementBatches: [...(batches.get(key) ?? [])],
    })),
  }));
}

function byTopicId(partitions: readonly SharePartition[]): [string, SharePartition[]][] {
  const topics = new Map<string, SharePartition[]>();
  for (const one of partitions) {
    const known = topics.get(one.topicId);
    if (known === undefined) topics.set(one.topicId, [one]);
    else known.push(one);
  }
  return [...topics];
}
