import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import type { CallId } from '../../base/machine.js';
import type { ConfigKeys } from '../../config/config-key.js';
import { IP_QUOTA_KEYS } from '../../config/keys/ip-quota.js';
import { USER_QUOTA_KEYS } from '../../config/keys/user-quota.js';
import { KafkaError } from '../../protocol/errors.js';
import type {
  AlterClientQuotasRequest,
  AlterClientQuotasRequestEntryData,
  OpData,
} from '../../protocol/generated/alter-client-quotas.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { quotaKey } from '../metadata/quota-key.js';
import { type Decision, decide } from './decision.js';
import type { ControllerContext } from './settings.js';

/** Whom a quota is for: names by type, null for all that have none of their own. */
type Entity = ReadonlyMap<string, string | null>;

interface Result {
  readonly entity: Entity;
  readonly error: KafkaError | null;
}

const LARGEST_INT = 0x7fff_ffff;
const LARGEST_LONG = 2 ** 63;

/** Sets and removes quotas (KIP-546): each entity's as a whole, or not at all. */
export function alterClientQuotas(
  call: CallId,
  request: AlterClientQuotasRequest,
  context: ControllerContext,
): Decision {
  const records: MetadataRecord[] = [];
  const results = new Map<string, Result>();
  for (const entry of request.entries) {
    const entity = entityOf(entry);
    const name = JSON.stringify([...entity]);
    try {
      if (results.has(name) || new Set(entry.ops.map(({ key }) => key)).size < entry.ops.length) {
        throw new KafkaError('INVALID_REQUEST', `Ignoring duplicate entity ${entityText(entity)}`);
      }
      records.push(...alterEntity(entity, entry.ops, context));
      results.set(name, { entity, error: null });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      results.set(name, { entity, error });
    }
  }
  const entries = inHashOrder([...results.values()], ({ entity }) => entityHash(entity)).map(({ entity, error }) => ({
    errorCode: error?.code ?? 0,
    errorMessage: error?.message ?? null,
    entity: [...entity].map(([entityType, entityName]) => ({ entityType, entityName })),
  }));
  return decide(call, { entries }, request.validateOnly ? [] : records);
}

/** Parts in the order of Java's map, in which they are recorded and answered. */
function entityOf({ entity }: AlterClientQuotasRequestEntryData): Entity {
  const named = new Map(entity.map(({ entityType, entityName }) => [entityType, entityName]));
  return new Map(inHashOrder([...named], ([type]) => javaHash(type), named.size));
}

const entityText = (entity: Entity): string =>
  `ClientQuotaEntity(entries={${[...entity].map(([type, name]) => `${type}=${name}`).join(', ')}})`;

function entityHash(entity: Entity): number {
  const parts = [...entity].map(([type, name]) => javaHash(type) ^ (name === null ? 0 : javaHash(name)));
  return (31 + parts.reduce((sum, part) => (sum + part) | 0, 0)) | 0;
}

function alterEntity(entity: Entity, ops: readonly OpData[], context: ControllerContext): MetadataRecord[] {
  const keys = keysOf(entity, context);
  const parts = [...entity].map(([entityType, entityName]) => ({ entityType, entityName }));
  const records: MetadataRecord[] = [];
  for (const { key, value, remove } of ops) {
    const known = context.image.quotas.get(quotaKey(parts, key));
    if (!remove) checkValue(keys, key, value);
    const isSame = remove ? known === undefined : known !== undefined && Object.is(known.value, value);
    if (isSame) continue;
    records.push({
      type: 'ClientQuotaRecord',
      version: 0,
      value: { entity: parts, key, value: remove ? 0 : value, remove },
    });
  }
  return records;
}

const ENTITY_TYPES = ['user', 'client-id', 'ip'];

/** @throws KafkaError INVALID_REQUEST for an entity that no quota can be for */
function keysOf(entity: Entity, context: ControllerContext): ConfigKeys {
  const refuse = (text: string): never => {
    throw new KafkaError('INVALID_REQUEST', text);
  };
  if (entity.size === 0) refuse('Invalid empty client quota entity');
  for (const [type, name] of entity) {
    if (!ENTITY_TYPES.includes(type)) refuse(`Unhandled client quota entity type: ${type}`);
    if (name === '') refuse(`Empty ${type} not supported`);
  }
  if (!entity.has('ip')) return USER_QUOTA_KEYS;
  if (entity.size > 1) {
    refuse('Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId');
  }
  const address = entity.get('ip') ?? null;
  if (address !== null && !context.settings.isAddress(address)) {
    refuse(`${address} is not a valid IP or resolvable host.`);
  }
  return IP_QUOTA_KEYS;
}

/** What is no number passes, as every comparison with it is false (measured). */
function checkValue(keys: ConfigKeys, name: string, value: number): void {
  const refuse = (text: string): never => {
    throw new KafkaError('INVALID_REQUEST', text);
  };
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key === undefined) throw new KafkaError('INVALID_REQUEST', `Invalid configuration key ${name}`);
  if (value <= 0) refuse(`Quota ${name} must be greater than 0`);
  const type = key.type.name;
  if (type === 'DOUBLE') return;
  if (type === 'INT' && value > LARGEST_INT) refuse(`Proposed value for ${name} is too large for an INT.`);
  if (type === 'LONG' && value > LARGEST_LONG) refuse(`Proposed value for ${name} is too large for a LONG.`);
  if (Math.abs(value - Math.trunc(value)) > 1e-6) refuse(`${name} cannot be a fractional value.`);
}
