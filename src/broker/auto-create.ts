import type { Logger } from '../base/host.js';
import type { BrokerConfig } from '../config/broker-config.js';
import { type ErrorName, KafkaError } from '../protocol/errors.js';
import { createTopics } from '../state/controller/create-topics.js';
import { checkTopicName } from '../state/controller/topic-name.js';
import type { Controller } from './controller.js';
import { OFFSETS_TOPIC, SHARE_STATE_TOPIC, TRANSACTIONS_TOPIC } from './internal-topics.js';

/** Makes topics that a client or a coordinator asked for and that are not there. */
export class AutoCreate {
  private readonly controller: Controller;
  private readonly config: BrokerConfig;
  private readonly logger: Logger;
  private readonly pending = new Set<string>();

  constructor(controller: Controller, config: BrokerConfig, logger: Logger) {
    this.controller = controller;
    this.config = config;
    this.logger = logger;
  }

  /** Begins; the topics appear in the metadata later. @returns names that cannot be made, with their error */
  create(names: readonly string[]): Map<string, ErrorName> {
    const refused = new Map<string, ErrorName>();
    for (const name of names) {
      try {
        checkTopicName(name);
        this.begin(name);
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        refused.set(name, error.error);
      }
    }
    return refused;
  }

  private begin(name: string): void {
    if (this.pending.has(name)) return;
    this.pending.add(name);
    const request = { topics: [{ name, assignments: [], ...this.shapeOf(name) }], timeoutMs: 0, validateOnly: false };
    this.controller
      .run((call, context) => createTopics(call, request, context))
      .catch((error: unknown) => this.logger.error(`Cannot create topic ${name}`, error))
      .finally(() => this.pending.delete(name));
  }

  /** Internal topics have a shape of their own (measured on 4.3.1). */
  private shapeOf(name: string) {
    const { config } = this;
    switch (name) {
      case OFFSETS_TOPIC:
        return {
          numPartitions: config.get('offsets.topic.num.partitions'),
          replicationFactor: config.get('offsets.topic.replication.factor'),
          configs: configsOf({
            'cleanup.policy': 'compact',
            'compression.type': 'producer',
            'segment.bytes': config.get('offsets.topic.segment.bytes'),
          }),
        };
      case TRANSACTIONS_TOPIC:
        return {
          numPartitions: config.get('transaction.state.log.num.partitions'),
          replicationFactor: config.get('transaction.state.log.replication.factor'),
          configs: configsOf({
            'cleanup.policy': 'compact',
            'compression.type': 'uncompressed',
            'segment.bytes': config.get('transaction.state.log.segment.bytes'),
            'min.insync.replicas': config.get('transaction.state.log.min.isr'),
            'unclean.leader.election.enable': false,
          }),
        };
      case SHARE_STATE_TOPIC:
        return {
          numPartitions: config.get('share.coordinator.state.topic.num.partitions'),
          replicationFactor: config.get('share.coordinator.state.topic.replication.factor'),
          configs: configsOf({
            'cleanup.policy': 'delete',
            'retention.ms': -1,
            'compression.type': 'producer',
            'segment.bytes': config.get('share.coordinator.state.topic.segment.bytes'),
            'min.insync.replicas': config.get('share.coordinator.state.topic.min.isr'),
          }),
        };
      default:
        return { numPartitions: -1, replicationFactor: -1, configs: [] };
    }
  }
}

const configsOf = (values: Record<string, unknown>) =>
  Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
