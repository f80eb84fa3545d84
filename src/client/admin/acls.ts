/** Rules of access (KIP-11), kept by the cluster's authorizer. */
import {
  ACL_OPERATIONS,
  ACL_PATTERN_TYPES,
  ACL_PERMISSIONS,
  ACL_RESOURCE_TYPES,
  type AclOperation,
  type AclPatternType,
  type AclPermission,
  type AclResourceType,
  aclCode,
  aclName,
} from '../../protocol/acl-codes.js';
import { createAclsApi } from '../../protocol/generated/create-acls.js';
import { deleteAclsApi } from '../../protocol/generated/delete-acls.js';
import { describeAclsApi } from '../../protocol/generated/describe-acls.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';

/** What a rule is about: a resource, or all whose names begin alike. */
export interface AclPattern {
  readonly resourceType: AclResourceType;
  readonly name: string;
  readonly patternType: AclPatternType;
}

/** Who may, or may not, do what from where. */
export interface AclEntry {
  /** `User:alice` */
  readonly principal: string;
  /** An address, or `*`. */
  readonly host: string;
  readonly operation: AclOperation;
  readonly permission: AclPermission;
}

export interface AclBinding {
  readonly pattern: AclPattern;
  readonly entry: AclEntry;
}

/** Without a name, or an entry, any is meant. */
export interface AclFilter {
  readonly pattern: Omit<AclPattern, 'name'> & { readonly name: string | null };
  readonly entry: AclEntry | null;
}

/** All rules there are. */
export const ANY_ACL: AclFilter = {
  pattern: { resourceType: 'ANY', name: null, patternType: 'ANY' },
  entry: null,
};

const codesOf = ({ pattern, entry }: AclFilter) => ({
  resourceTypeFilter: aclCode(ACL_RESOURCE_TYPES, pattern.resourceType),
  resourceNameFilter: pattern.name,
  patternTypeFilter: aclCode(ACL_PATTERN_TYPES, pattern.patternType),
  principalFilter: entry?.principal ?? null,
  hostFilter: entry?.host ?? null,
  operation: aclCode(ACL_OPERATIONS, entry?.operation ?? 'ANY'),
  permissionType: aclCode(ACL_PERMISSIONS, entry?.permission ?? 'ANY'),
});

/** @throws KafkaError SECURITY_DISABLED where the cluster has no authorizer */
export async function describeAcls(
  cluster: Cluster,
  filter: AclFilter,
  options: RetryOptions = {},
): Promise<AclBinding[]> {
  const response = await cluster.call('any', describeAclsApi, codesOf(filter), {
    ...options,
    errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage),
  });
  return response.resources.flatMap(({ resourceType, resourceName, patternType, acls }) => {
    const pattern: AclPattern = {
      resourceType: aclName(ACL_RESOURCE_TYPES, resourceType),
      name: resourceName,
      patternType: aclName(ACL_PATTERN_TYPES, patternType),
    };
    return acls.map(({ principal, host, operation, permissionType }) => ({
      pattern,
      entry: {
        principal,
        host,
        operation: aclName(ACL_OPERATIONS, operation),
        permission: aclName(ACL_PERMISSIONS, permissionType),
      },
    }));
  });
}

/** @throws KafkaError the first that one of them met with; the others may be there then */
export async function createAcls(
  cluster: Cluster,
  bindings: readonly AclBinding[],
  options: RetryOptions = {},
): Promise<void> {
  const creations = bindings.map(({ pattern, entry }) => ({
    resourceType: aclCode(ACL_RESOURCE_TYPES, pattern.resourceType),
    resourceName: pattern.name,
    resourcePatternType: aclCode(ACL_PATTERN_TYPES, pattern.patternType),
    principal: entry.principal,
    host: entry.host,
    operation: aclCode(ACL_OPERATIONS, entry.operation),
    permissionType: aclCode(ACL_PERMISSIONS, entry.permission),
  }));
  const { results } = await cluster.call('controller', createAclsApi, { creations }, options);
  throwFirst(results);
}

/** Takes away all rules that the filters match. @throws KafkaError like {@link createAcls} */
export async function deleteAcls(
  cluster: Cluster,
  filters: readonly AclFilter[],
  options: RetryOptions = {},
): Promise<void> {
  const { filterResults } = await cluster.call('controller', deleteAclsApi, { filters: filters.map(codesOf) }, options);
  throwFirst(filterResults);
  for (const { matchingAcls } of filterResults) throwFirst(matchingAcls);
}

function throwFirst(results: readonly { readonly errorCode: number; readonly errorMessage: string | null }[]): void {
  for (const { errorCode, errorMessage } of results) {
    const error = kafkaErrorOf(errorCode, errorMessage);
    if (error !== null) throw error;
  }
}
