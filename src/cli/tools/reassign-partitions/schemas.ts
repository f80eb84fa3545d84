const BROKERS = { type: 'array', items: { type: 'integer' } } as const;
const BROKERS_OR_NULL = { type: ['array', 'null'], items: { type: 'integer' } } as const;

/** What `--list --output json` says of a move. */
export const REASSIGNMENT_SCHEMA = {
  title: 'kafka-reassign-partitions --list',
  type: 'object',
  required: ['topic', 'partition', 'replicas', 'adding', 'removing'],
  additionalProperties: false,
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    replicas: { ...BROKERS, description: 'the brokers that hold the partition now, or will' },
    adding: BROKERS,
    removing: BROKERS,
  },
} as const;

/** What `--generate --output json` says of a partition. */
export const PROPOSAL_SCHEMA = {
  title: 'kafka-reassign-partitions --generate',
  type: 'object',
  required: ['topic', 'partition', 'replicas', 'logDirs', 'proposedReplicas'],
  additionalProperties: false,
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    replicas: { ...BROKERS, description: 'the brokers that hold the partition now' },
    logDirs: {
      type: 'array',
      items: { type: ['string', 'null'] },
      description: 'in the order of the replicas; null where a broker could not tell',
    },
    proposedReplicas: BROKERS,
  },
} as const;

/** What `--verify --output json` says of a partition, or of a replica that the plan has a log directory for. */
export const REASSIGNMENT_STATE_SCHEMA = {
  title: 'kafka-reassign-partitions --verify',
  type: 'object',
  required: [
    'topic',
    'partition',
    'broker',
    'state',
    'replicas',
    'wantedReplicas',
    'logDir',
    'movingTo',
    'wantedLogDir',
  ],
  additionalProperties: false,
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    broker: { type: ['integer', 'null'], description: 'of a replica; null for the partition as a whole' },
    state: { enum: ['completed', 'in progress', 'not as planned', 'missing'] },
    replicas: { ...BROKERS_OR_NULL, description: 'null for a replica' },
    wantedReplicas: { ...BROKERS_OR_NULL, description: 'null for a replica' },
    logDir: { type: ['string', 'null'], description: 'null for a partition, or where no directory has the replica' },
    movingTo: { type: ['string', 'null'], description: 'null where it does not move' },
    wantedLogDir: { type: ['string', 'null'], description: 'null for a partition' },
  },
} as const;
