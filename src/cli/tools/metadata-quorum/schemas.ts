const ENDPOINT = {
  type: 'object',
  required: ['listener', 'host', 'port'],
  additionalProperties: false,
  properties: { listener: { type: 'string' }, host: { type: 'string' }, port: { type: 'integer' } },
} as const;

const NODES = {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'directoryId', 'endpoints'],
    additionalProperties: false,
    properties: {
      id: { type: 'integer' },
      directoryId: { type: ['string', 'null'], description: 'null where the quorum does not know directories' },
      endpoints: { type: 'array', items: ENDPOINT },
    },
  },
} as const;

/** What `describe --status --output json` says of the quorum. */
export const QUORUM_STATUS_SCHEMA = {
  title: 'kafka-metadata-quorum describe --status',
  type: 'object',
  required: [
    'clusterId',
    'leaderId',
    'leaderEpoch',
    'highWatermark',
    'maxFollowerLag',
    'maxFollowerLagTimeMs',
    'voters',
    'observers',
  ],
  additionalProperties: false,
  properties: {
    clusterId: { type: 'string' },
    leaderId: { type: 'integer' },
    leaderEpoch: { type: 'integer' },
    highWatermark: { type: 'integer' },
    maxFollowerLag: { type: 'integer', description: 'in records' },
    maxFollowerLagTimeMs: { type: ['integer', 'null'], description: 'null where the leader does not tell' },
    voters: NODES,
    observers: NODES,
  },
} as const;

/** What `describe --replication --output json` says of a replica. */
export const QUORUM_REPLICA_SCHEMA = {
  title: 'kafka-metadata-quorum describe --replication',
  type: 'object',
  required: ['nodeId', 'directoryId', 'logEndOffset', 'lag', 'lastFetchTimestamp', 'lastCaughtUpTimestamp', 'status'],
  additionalProperties: false,
  properties: {
    nodeId: { type: 'integer' },
    directoryId: { type: 'string' },
    logEndOffset: { type: 'integer' },
    lag: { type: 'integer', description: 'in records' },
    lastFetchTimestamp: {
      type: ['integer', 'null'],
      description: 'milliseconds since 1970; null where the leader does not tell',
    },
    lastCaughtUpTimestamp: { type: ['integer', 'null'] },
    status: { enum: ['Leader', 'Follower', 'Observer'] },
  },
} as const;
