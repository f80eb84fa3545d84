/** Quotas of users, clients and addresses (KIP-546). */
import { KafkaError } from '../../protocol/errors.js';
import { alterClientQuotasApi } from '../../protocol/generated/alter-client-quotas.js';
import { describeClientQuotasApi } from '../../protocol/generated/describe-client-quotas.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';

export type QuotaEntityType = 'user' | 'client-id' | 'ip';

/** Names by type; null is the default of the type. */
export type QuotaEntity = ReadonlyMap<QuotaEntityType, string | null>;

/** Which entities are asked for: of a type, those of a name, the default (null), or any (undefined). */
export interface QuotaFilter {
  readonly type: QuotaEntityType;
  readonly name: string | null | undefined;
}

export interface EntityQuotas {
  readonly entity: QuotaEntity;
  readonly quotas: ReadonlyMap<string, number>;
}

const MATCH_NAME = 0;
const MATCH_DEFAULT = 1;
const MATCH_ANY = 2;

/** Quotas of entities that have just the types of the filters. In the order of the answer. @throws KafkaError */
export async function describeClientQuotas(
  cluster: Cluster,
  filters: readonly QuotaFilter[],
  options: RetryOptions = {},
): Promise<EntityQuotas[]> {
  const response = await cluster.call(
    'any',
    describeClientQuotasApi,
    {
      components: filters.map(({ type, name }) => ({
        entityType: type,
        matchType: name === undefined ? MATCH_ANY : name === null ? MATCH_DEFAULT : MATCH_NAME,
        match: name ?? null,
      })),
      strict: true,
    },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
  return (response.entries ?? []).map(({ entity, values }) => ({
    entity: new Map(entity.map(({ entityType, entityName }) => [entityType as QuotaEntityType, entityName])),
    quotas: new Map(values.map(({ key, value }) => [key, value])),
  }));
}

export interface QuotaChange {
  readonly name: string;
  /** Null takes the quota away. */
  readonly value: number | null;
}

/** @throws KafkaError */
export async function alterClientQuotas(
  cluster: Cluster,
  entity: QuotaEntity,
  changes: readonly QuotaChange[],
  options: RetryOptions & { readonly validateOnly?: boolean } = {},
): Promise<void> {
  const response = await cluster.call(
    'any',
    alterClientQuotasApi,
    {
      entries: [
        {
          entity: [...entity].map(([entityType, entityName]) => ({ entityType, entityName })),
          ops: changes.map(({ name, value }) => ({ key: name, value: value ?? 0, remove: value === null })),
        },
      ],
      validateOnly: options.validateOnly ?? false,
    },
    {
      ...options,
      errorOf: ({ entries }) => entries.map(({ errorCode }) => kafkaErrorOf(errorCode)).find(isNotController) ?? null,
    },
  );
  const [entry] = response.entries;
  if (entry === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR', 'the broker did not answer for the entity');
  const error = kafkaErrorOf(entry.errorCode, entry.errorMessage);
  if (error !== null) throw error;
}

const isNotController = (error: KafkaError | null): boolean => error?.error === 'NOT_CONTROLLER';
