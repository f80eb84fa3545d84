import type { Clock, Logger } from '../base/host.js';
import { errorOfCode } from '../protocol/errors.js';
import type { CreateTopicsResponse } from '../protocol/generated/create-topics.js';
import { createTopics } from '../state/controller/create-topics.js';
import type { InternalTopic } from '../state/group/streams/configured-topology.js';
import type { Controller } from './controller.js';

/** Errors are kept of so many topics. */
const MOST_ERRORS = 1000;
const BROKERS_OWN = -1;

interface Refusal {
  readonly message: string;
  readonly untilMs: number;
}

export interface StreamsTopicsOptions {
  readonly controller: Controller;
  readonly clock: Clock;
  readonly logger: Logger;
  /** request.timeout.ms */
  readonly timeoutMs: number;
}

/** Makes the topics that applications of Kafka Streams need for themselves, and remembers why it could not (KIP-1071). */
export class StreamsTopics {
  private readonly options: StreamsTopicsOptions;
  private readonly pending = new Set<string>();
  /** By topic, the oldest first. */
  private readonly refusals = new Map<string, Refusal>();

  constructor(options: StreamsTopicsOptions) {
    this.options = options;
  }

  /** Begins; the topics appear in the metadata later. @param refusalMs for how long one that cannot be made is let be */
  create(topics: readonly InternalTopic[], refusalMs: number): void {
    const wanted = topics.filter(({ name }) => !this.pending.has(name) && this.refusalOf(name) === null);
    if (wanted.length === 0) return;
    for (const { name } of wanted) this.pending.add(name);
    const { controller, timeoutMs, logger } = this.options;
    const request = { topics: wanted.map(asCreatable), timeoutMs, validateOnly: false };
    const refuse = (name: string, message: string): void => this.refuse(name, message, refusalMs);
    controller
      .run<CreateTopicsResponse>((call, context) => createTopics(call, request, context))
      .then(({ topics: results }) => {
        for (const { name, errorCode = 0, errorMessage } of results) {
          if (errorCode !== 0) refuse(name, errorMessage || errorOfCode(errorCode).message);
        }
      })
      .catch((error: unknown) => {
        logger.error(`Cannot create topics ${wanted.map(({ name }) => name).join(', ')}`, error);
        for (const { name } of wanted) refuse(name, error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        for (const { name } of wanted) this.pending.delete(name);
      });
  }

  /** Why a topic could not be made lately. */
  refusalOf(name: string): string | null {
    const refusal = this.refusals.get(name);
    if (refusal === undefined) return null;
    if (this.options.clock.nowMs() < refusal.untilMs) return refusal.message;
    this.refusals.delete(name);
    return null;
  }

  private refuse(name: string, message: string, refusalMs: number): void {
    this.refusals.delete(name);
    const [oldest] = this.refusals.keys();
    if (oldest !== undefined && this.refusals.size >= MOST_ERRORS) this.refusals.delete(oldest);
    this.refusals.set(name, { message, untilMs: this.options.clock.nowMs() + refusalMs });
  }
}

const asCreatable = ({ name, partitions, replicationFactor, topicConfigs }: InternalTopic) => ({
  name,
  numPartitions: partitions,
  replicationFactor: replicationFactor === 0 ? BROKERS_OWN : replicationFactor,
  assignments: [],
  configs: topicConfigs.map(({ key, value }) => ({ name: key, value })),
});
