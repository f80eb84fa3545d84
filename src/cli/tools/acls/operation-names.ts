import { ACL_OPERATIONS, type AclOperation, type AclResourceType } from '../../../protocol/acl-codes.js';

/** `DescribeConfigs`, as operations are named on a command line. */
const inCamelCase = (name: string): string =>
  name
    .split('_')
    .map((word) => `${word[0]}${word.slice(1).toLowerCase()}`)
    .join('');

const NAMED = ACL_OPERATIONS.filter((name) => name !== 'UNKNOWN' && name !== 'ANY');

export const OPERATION_NAMES = NAMED.map(inCamelCase).sort();

const BY_NAME = new Map<string, AclOperation>(NAMED.map((name) => [inCamelCase(name).toLowerCase(), name]));

/** @param name in any case; `UNKNOWN` when there is none of that name */
export const operationNamed = (name: string): AclOperation => BY_NAME.get(name.trim().toLowerCase()) ?? 'UNKNOWN';

/** What can be done with resources of each kind, besides all of it. */
const SUPPORTED: Readonly<Partial<Record<AclResourceType, readonly AclOperation[]>>> = {
  TOPIC: ['READ', 'WRITE', 'CREATE', 'DESCRIBE', 'DELETE', 'ALTER', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  GROUP: ['READ', 'DESCRIBE', 'DELETE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  CLUSTER: ['CREATE', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS', 'IDEMPOTENT_WRITE', 'ALTER', 'DESCRIBE'],
  TRANSACTIONAL_ID: ['DESCRIBE', 'WRITE', 'TWO_PHASE_COMMIT'],
  DELEGATION_TOKEN: ['DESCRIBE'],
  USER: ['CREATE_TOKENS', 'DESCRIBE_TOKENS'],
};

/** In the order of the alphabet. */
export const operationsOf = (type: AclResourceType): AclOperation[] =>
  ['ALL' as const, ...(SUPPORTED[type] ?? [])].sort();
