/** JSON Schemas of what `kafka-topics --output json` gives: each is that of one row. */

const BROKERS = { type: 'array', items: { type: 'integer' } } as const;
const BROKERS_OR_UNKNOWN = { type: ['array', 'null'], items: { type: 'integer' } } as const;

const LISTING = {
  topic: { type: 'string', description: 'The name.' },
  topicId: {
    type: ['string', 'null'],
    pattern: '^[A-Za-z0-9_-]{22}$',
    description: '16 bytes in base64url; null where the broker does not tell.',
  },
  isInternal: { type: 'boolean', description: 'Whether Kafka keeps its own state in it.' },
} as const;

export const TOPIC_LISTING_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A topic of kafka-topics --list',
  type: 'object',
  properties: LISTING,
  required: ['topic', 'topicId', 'isInternal'],
  additionalProperties: false,
} as const;

const PARTITION = {
  type: 'object',
  properties: {
    partition: { type: 'integer', minimum: 0 },
    leader: { type: ['integer', 'null'], description: 'Null while there is none.' },
    replicas: { ...BROKERS, description: 'The preferred leader first.' },
    isr: { ...BROKERS, description: 'Replicas in sync.' },
    elr: {
      ...BROKERS_OR_UNKNOWN,
      description: 'Eligible leader replicas (KIP-966); null where the broker does not tell.',
    },
    lastKnownElr: BROKERS_OR_UNKNOWN,
    addingReplicas: { ...BROKERS, description: 'Of a reassignment that goes on.' },
    removingReplicas: { ...BROKERS, description: 'Of a reassignment that goes on.' },
  },
  required: ['partition', 'leader', 'replicas', 'isr', 'elr', 'lastKnownElr', 'addingReplicas', 'removingReplicas'],
  additionalProperties: false,
} as const;

export const TOPIC_DESCRIPTION_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A topic of kafka-topics --describe',
  type: 'object',
  properties: {
    ...LISTING,
    partitionCount: { type: 'integer', minimum: 0 },
    replicationFactor: { type: 'integer', minimum: 0 },
    configs: {
      type: 'object',
      additionalProperties: { type: ['string', 'null'] },
      description: "Settings other than Kafka's defaults.",
    },
    partitions: {
      type: 'array',
      items: PARTITION,
      description: 'All, or those that a report asks for, such as --under-replicated-partitions.',
    },
  },
  required: ['topic', 'topicId', 'isInternal', 'partitionCount', 'replicationFactor', 'configs', 'partitions'],
  additionalProperties: false,
} as const;
