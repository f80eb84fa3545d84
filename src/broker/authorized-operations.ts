/** Bit fields of the operations that a client may do (KIP-430). Without an authorizer everybody may do everything. */
const NOT_ASKED = -2_147_483_648;

const READ = 3;
const WRITE = 4;
const CREATE = 5;
const DELETE = 6;
const ALTER = 7;
const DESCRIBE = 8;
const CLUSTER_ACTION = 9;
const DESCRIBE_CONFIGS = 10;
const ALTER_CONFIGS = 11;
const IDEMPOTENT_WRITE = 12;

const bits = (...operations: number[]): number => operations.reduce((field, operation) => field | (1 << operation), 0);

const OF_TOPIC = bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
const OF_CLUSTER = bits(CREATE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE, ALTER, DESCRIBE);
const OF_GROUP = bits(READ, DESCRIBE, DELETE, DESCRIBE_CONFIGS, ALTER_CONFIGS);

const asked =
  (operations: number) =>
  (wanted: boolean): number =>
    wanted ? operations : NOT_ASKED;

export const topicOperations = asked(OF_TOPIC);
export const clusterOperations = asked(OF_CLUSTER);
export const groupOperations = asked(OF_GROUP);
