/** JSON Schemas of what `kafka-configs --describe --output json` gives: each is that of one row. */

const DRAFT = 'http://json-schema.org/draft-07/schema#';
const VALUE = { type: ['string', 'null'], description: 'Null where it is not set or must not be seen.' } as const;
const SOURCE = {
  type: 'string',
  description: 'Where the value comes from: DYNAMIC_TOPIC_CONFIG, DEFAULT_CONFIG, ...',
} as const;

/** Of topics, brokers, broker-loggers, groups and client-metrics. */
export const CONFIG_SCHEMA = {
  $schema: DRAFT,
  title: 'A setting of kafka-configs --describe',
  type: 'object',
  properties: {
    entityType: { enum: ['topics', 'brokers', 'broker-loggers', 'groups', 'client-metrics'] },
    entity: { type: ['string', 'null'], description: 'Null for the default of all brokers.' },
    name: { type: 'string' },
    value: VALUE,
    source: SOURCE,
    isSensitive: { type: 'boolean' },
    isReadOnly: { type: 'boolean' },
    synonyms: {
      type: 'array',
      description: 'All that could give the value, the one that does first.',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, value: VALUE, source: SOURCE },
        required: ['name', 'value', 'source'],
        additionalProperties: false,
      },
    },
  },
  required: ['entityType', 'entity', 'name', 'value', 'source', 'isSensitive', 'isReadOnly', 'synonyms'],
  additionalProperties: false,
} as const;

const NAME_OR_DEFAULT = { type: ['string', 'null'], description: 'Null for the default.' } as const;

/** Of users, clients and ips: their quotas. */
export const QUOTA_SCHEMA = {
  $schema: DRAFT,
  title: 'The quotas of an entity, of kafka-configs --describe',
  type: 'object',
  properties: {
    kind: { const: 'quota' },
    entity: {
      type: 'object',
      description: 'Names by type.',
      properties: { user: NAME_OR_DEFAULT, 'client-id': NAME_OR_DEFAULT, ip: NAME_OR_DEFAULT },
      additionalProperties: false,
    },
    quotas: { type: 'object', additionalProperties: { type: ['number', 'null'] } },
  },
  required: ['kind', 'entity', 'quotas'],
  additionalProperties: false,
} as const;

/** Of users: their credentials for SCRAM. */
export const SCRAM_SCHEMA = {
  $schema: DRAFT,
  title: 'The SCRAM credentials of a user, of kafka-configs --describe',
  type: 'object',
  properties: {
    kind: { const: 'scram' },
    user: { type: 'string' },
    credentials: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          mechanism: { enum: ['SCRAM-SHA-256', 'SCRAM-SHA-512', 'UNKNOWN'] },
          iterations: { type: 'integer' },
        },
        required: ['mechanism', 'iterations'],
        additionalProperties: false,
      },
    },
    error: { type: ['string', 'null'], description: 'Why they could not be described.' },
  },
  required: ['kind', 'user', 'credentials', 'error'],
  additionalProperties: false,
} as const;

export { PLAN_SCHEMA } from './plan/report.js';
