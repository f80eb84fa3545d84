import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import {
  describeClientQuotas,
  type EntityQuotas,
  type QuotaEntityType,
  type QuotaFilter,
} from '../../../client/admin/client-quotas.js';
import type { Cluster } from '../../../client/cluster.js';
import type { Io } from '../../io.js';
import { illegalArgument } from '../../tool-error.js';
import type { Entities } from './entities.js';
import { called } from './failure.js';

/** Types of entities by the names that quotas have for them. */
export const QUOTA_ENTITIES = { users: 'user', clients: 'client-id', ips: 'ip' } as const;

export const USER_QUOTAS: readonly string[] = [
  'producer_byte_rate',
  'consumer_byte_rate',
  'request_percentage',
  'controller_mutation_rate',
];

export const IP_QUOTAS: readonly string[] = ['connection_creation_rate'];

/** In the order of Java's hash tables. @throws CallError, ToolError */
export async function quotasOf(admin: Cluster, { types, names }: Entities, io: Io): Promise<EntityQuotas[]> {
  if (names.length > types.length) throw illegalArgument('More entity names specified than entity types');
  const filters = types.map((type, index): QuotaFilter => {
    const name = names[index];
    return { type: QUOTA_ENTITIES[type as keyof typeof QUOTA_ENTITIES], name: name === '' ? null : name };
  });
  const found = await called('describeClientQuotas', io, describeClientQuotas(admin, filters));
  return inHashOrder(found, entityHash, found.length).map(({ entity, quotas }) => ({
    entity,
    quotas: new Map(inHashOrder([...quotas], ([name]) => javaHash(name), quotas.size)),
  }));
}

/** The hash of Kafka's ClientQuotaEntity, whose names are in a map. */
function entityHash({ entity }: EntityQuotas): number {
  let ofMap = 0;
  for (const [type, name] of entity) {
    ofMap = (ofMap + (javaHash(type) ^ (name === null ? 0 : javaHash(name)))) | 0;
  }
  return (31 + ofMap) | 0;
}

const SHOWN: readonly (readonly [QuotaEntityType, string])[] = [
  ['user', 'user-principal'],
  ['client-id', 'client-id'],
  ['ip', 'ip'],
];

/** `user-principal 'alice', the default client-id` */
export function entityText(entity: EntityQuotas['entity']): string {
  return SHOWN.filter(([type]) => entity.has(type))
    .map(([type, shown]) => {
      const name = entity.get(type) ?? null;
      return name === null ? `the default ${shown}` : `${shown} '${name}'`;
    })
    .join(', ');
}
