/** JSON Schemas of what `kafka-consumer-groups --output json` gives: each is that of one row. */

const DRAFT = 'http://json-schema.org/draft-07/schema#';
const NAME = { type: 'string' } as const;
const NAME_OR_NONE = { type: ['string', 'null'] } as const;
const WHOLE = { type: 'integer', minimum: 0 } as const;
const WHOLE_OR_NONE = { type: ['integer', 'null'], minimum: 0 } as const;
const RATE = { type: ['number', 'null'], minimum: 0 } as const;

/** All properties are there in every row. */
function row<Properties extends object>(title: string, properties: Properties) {
  return { $schema: DRAFT, title, ...closed(properties) } as const;
}

function closed<Properties extends object>(properties: Properties) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false } as const;
}

export const GROUP_LISTING_SCHEMA = row('A group of --list', {
  group: NAME,
  type: { enum: ['classic', 'consumer'], description: 'The protocol of its members.' },
  state: { ...NAME, description: 'Stable, Empty, PreparingRebalance ...; empty where the broker does not tell.' },
});

export const GROUP_OFFSET_SCHEMA = row('A partition of --describe', {
  group: NAME,
  topic: NAME,
  partition: WHOLE,
  leaderEpoch: { ...WHOLE_OR_NONE, description: 'Of the committed offset.' },
  currentOffset: { ...WHOLE_OR_NONE, description: 'Null where nothing is committed.' },
  logEndOffset: { ...WHOLE_OR_NONE, description: 'Null where it cannot be told.' },
  lag: { type: ['integer', 'null'], description: 'Records that the group has still to read.' },
  consumerId: { ...NAME_OR_NONE, description: 'The member that reads the partition.' },
  host: NAME_OR_NONE,
  clientId: NAME_OR_NONE,
});

const ASSIGNMENT = {
  items: closed({ topic: NAME, partitions: { type: 'array', items: WHOLE } }),
} as const;

export const GROUP_MEMBER_SCHEMA = row('A member of --describe --members', {
  group: NAME,
  consumerId: NAME,
  groupInstanceId: { ...NAME_OR_NONE, description: 'Of a static member.' },
  host: NAME,
  clientId: NAME,
  partitionCount: WHOLE,
  currentEpoch: { type: ['integer', 'null'], description: 'Null in a classic group.' },
  currentAssignment: { type: 'array', ...ASSIGNMENT },
  targetEpoch: { type: ['integer', 'null'] },
  targetAssignment: { type: ['array', 'null'], ...ASSIGNMENT },
  isUpgraded: { type: ['boolean', 'null'], description: 'Whether the member speaks the consumer protocol.' },
});

export const GROUP_STATE_SCHEMA = row('A group of --describe --state', {
  group: NAME,
  coordinator: closed({ id: { type: 'integer' }, host: NAME, port: WHOLE }),
  assignmentStrategy: NAME_OR_NONE,
  state: NAME,
  groupEpoch: { type: ['integer', 'null'], description: 'Null in a classic group.' },
  targetAssignmentEpoch: { type: ['integer', 'null'] },
  memberCount: WHOLE,
});

export const GROUP_RESET_SCHEMA = row('A partition of --reset-offsets', {
  group: NAME,
  topic: NAME,
  partition: WHOLE,
  newOffset: { ...WHOLE, description: 'Where the group is put, or would be without --execute.' },
});

export const GROUP_DELETION_SCHEMA = row('A group of --delete', {
  group: NAME,
  isDeleted: { type: 'boolean' },
  error: NAME_OR_NONE,
});

export const OFFSET_DELETION_SCHEMA = row('A partition of --delete-offsets', {
  group: NAME,
  topic: NAME,
  partition: { ...WHOLE_OR_NONE, description: 'Null for a topic whose partitions are not known.' },
  isDeleted: { type: 'boolean' },
  error: NAME_OR_NONE,
});

const LAG = {
  currentOffset: WHOLE_OR_NONE,
  logEndOffset: WHOLE_OR_NONE,
  lag: { type: ['integer', 'null'] },
  consumedPerSecond: RATE,
  producedPerSecond: RATE,
  catchUpSeconds: { ...RATE, description: 'Null where the group does not catch up, or that is not known yet.' },
} as const;

export const LAG_ROUND_SCHEMA = row('A round of --describe --watch', {
  timeMs: { ...WHOLE, description: 'Milliseconds since 1970.' },
  group: NAME,
  state: NAME,
  total: closed(LAG),
  partitions: { type: 'array', items: closed({ topic: NAME, partition: WHOLE, ...LAG }) },
});
