/**
 * A fetch session with one broker (KIP-227), as the client keeps it: after a full request only what changed is sent.
 * Pure: a request is made from what is wanted now, and each answer says how to go on.
 */
import { ZERO_UUID } from '../../base/bytes.js';
import type { ErrorName } from '../../protocol/errors.js';
import { byTopic, type TopicPartition } from '../topic-partition.js';

export interface WantedPartition extends TopicPartition {
  readonly key: string;
  readonly topicId: string;
  readonly fetchOffset: number;
  readonly currentLeaderEpoch: number;
  readonly maxBytes: number;
}

const NO_SESSION = 0;
const FIRST_EPOCH = 0;
const FINAL_EPOCH = -1;
const LAST_EPOCH = 0x7fff_ffff;

export class FetchSession {
  private sessionId = NO_SESSION;
  private epoch = FIRST_EPOCH;
  private known = new Map<string, WantedPartition>();
  private asked = new Map<string, WantedPartition>();

  /** The parts of the next request that depend on the session. */
  request(wanted: readonly WantedPartition[]) {
    const asked = new Map(wanted.map((one) => [one.key, one]));
    this.asked = asked;
    if (this.epoch === FIRST_EPOCH) return { ...this.ids(), topics: topicsOf(wanted), forgottenTopicsData: [] };
    const isKnown = (one: WantedPartition) => {
      const before = this.known.get(one.key);
      return before !== undefined && isSame(before, one);
    };
    const isReplaced = (one: WantedPartition) => asked.get(one.key)?.topicId !== one.topicId;
    const forgotten = [...this.known.values()].filter((one) => !asked.has(one.key) || isReplaced(one));
    return {
      ...this.ids(),
      topics: topicsOf(wanted.filter((one) => !isKnown(one))),
      forgottenTopicsData: forgottenOf(forgotten),
    };
  }

  /** Ends the session at the broker; null when there is none. */
  closingRequest(): { readonly sessionId: number; readonly sessionEpoch: number } | null {
    return this.sessionId === NO_SESSION ? null : { sessionId: this.sessionId, sessionEpoch: FINAL_EPOCH };
  }

  /** An answer with or without an error of the session as a whole. */
  onResponse(error: ErrorName | null, sessionId: number): void {
    if (error !== null) {
      this.onFailure();
      return;
    }
    this.known = this.asked;
    if (sessionId === NO_SESSION) {
      this.sessionId = NO_SESSION;
      this.epoch = FIRST_EPOCH;
      return;
    }
    this.epoch = sessionId !== this.sessionId ? FIRST_EPOCH + 1 : nextEpoch(this.epoch);
    this.sessionId = sessionId;
  }

  /** Whether the broker took the request is not known, so the next one begins anew. */
  onFailure(): void {
    this.sessionId = NO_SESSION;
    this.epoch = FIRST_EPOCH;
    this.known = new Map();
  }

  private ids() {
    return { sessionId: this.epoch === FIRST_EPOCH ? NO_SESSION : this.sessionId, sessionEpoch: this.epoch };
  }
}

const nextEpoch = (epoch: number): number => (epoch === LAST_EPOCH ? 1 : epoch + 1);

function isSame(a: WantedPartition, b: WantedPartition): boolean {
  return (
    a.fetchOffset === b.fetchOffset &&
    a.currentLeaderEpoch === b.currentLeaderEpoch &&
    a.topicId === b.topicId &&
    a.maxBytes === b.maxBytes
  );
}

function topicsOf(wanted: readonly WantedPartition[]) {
  return [...byTopic(wanted)].map(([topic, partitions]) => ({
    topic,
    topicId: partitions[0]?.topicId ?? ZERO_UUID,
    partitions: partitions.map(({ partition, fetchOffset, currentLeaderEpoch, maxBytes }) => {
      return { partition, fetchOffset, currentLeaderEpoch, partitionMaxBytes: maxBytes };
    }),
  }));
}

function forgottenOf(forgotten: readonly WantedPartition[]) {
  return [...byTopic(forgotten)].map(([topic, partitions]) => ({
    topic,
    topicId: partitions[0]?.topicId ?? ZERO_UUID,
    partitions: partitions.map(({ partition }) => partition),
  }));
}
