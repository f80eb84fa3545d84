import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, KafkaError } from '../../protocol/errors.js';
import type { AlterConfigsRequest } from '../../protocol/generated/alter-configs.js';
import type {
  AlterConfigsResourceResponse,
  IncrementalAlterConfigsRequest,
} from '../../protocol/generated/incremental-alter-configs.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { CONFIG_BROKER, CONFIG_CLIENT_METRICS, CONFIG_GROUP, CONFIG_TOPIC } from '../metadata/config-resource.js';
import { configRecord } from '../metadata/new-records.js';
import { type Decision, decide } from './decision.js';
import { ELIGIBLE_LEADER_REPLICAS } from './partition-rules.js';
import type { ControllerContext } from './settings.js';

const SET = 0;
const DELETE = 1;
const APPEND = 2;
const SUBTRACT = 3;

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

interface Operation {
  readonly name: string;
  readonly configOperation: number;
  readonly value: string | null;
}

/** KIP-339: each operation changes one key, the others stay. */
export function incrementalAlterConfigs(
  call: CallId,
  request: IncrementalAlterConfigsRequest,
  context: ControllerContext,
): Decision {
  return alterEach(call, request.resources, request.validateOnly, context, (resource) =>
    changedConfigs(resource, context),
  );
}

/** All that a resource would be set to. @throws KafkaError */
export function changedConfigs(
  resource: Resource & { configs: readonly Operation[] },
  context: ControllerContext,
): Map<string, string> {
  const changed = new Map(context.image.configsOf(resource.resourceType, resource.resourceName));
  for (const operation of resource.configs) applyOperation(resource, operation, changed, context);
  return changed;
}

/** The older form: what is not named goes back to its default. */
export function alterConfigs(call: CallId, request: AlterConfigsRequest, context: ControllerContext): Decision {
  return alterEach(call, request.resources, request.validateOnly, context, (resource) => {
    const wanted = new Map<string, string>();
    for (const { name, value } of resource.configs) {
      if (value === null) {
        throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${name}`);
      }
      wanted.set(name, value);
    }
    return wanted;
  });
}

function alterEach<R extends Resource & { configs: readonly { name: string }[] }>(
  call: CallId,
  resources: readonly R[],
  validateOnly: boolean,
  context: ControllerContext,
  newConfigs: (resource: R) => Map<string, string>,
): Decision {
  const records: MetadataRecord[] = [];
  const responses: Init<AlterConfigsResourceResponse>[] = [];
  for (const resource of resources) {
    const { resourceType, resourceName } = resource;
    try {
      checkResource(resource, resources, context);
      const wanted = newConfigs(resource);
      checkMinInsync(resource, wanted, context);
      const problem = context.settings.configProblem(resourceType, resourceName, wanted);
      if (problem !== null) throw new KafkaError('INVALID_CONFIG', problem);
      records.push(...difference(resource, wanted, context));
      responses.push({ resourceType, resourceName, errorMessage: null });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      responses.push({ resourceType, resourceName, errorCode: error.code, errorMessage: error.message });
    }
  }
  return decide(call, { responses }, validateOnly ? [] : [...records, ...forgottenEligible(records, context)]);
}

/** Who is eligible to lead was judged by the old number of replicas in sync, so that it counts no longer (KIP-966). */
export function forgottenEligible(records: readonly MetadataRecord[], { image }: ControllerContext): MetadataRecord[] {
  if (image.featureLevel(ELIGIBLE_LEADER_REPLICAS) === 0) return [];
  return records.flatMap((record): MetadataRecord[] => {
    if (record.type !== 'ConfigRecord' || record.value.name !== MIN_INSYNC) return [];
    const { resourceType, resourceName } = record.value;
    if (resourceType !== CONFIG_TOPIC && resourceType !== CONFIG_BROKER) return [];
    const topicName = resourceType === CONFIG_TOPIC ? resourceName : '';
    return [{ type: 'ClearElrRecord', version: 0, value: { topicName } }];
  });
}

function checkResource<R extends Resource & { configs: readonly { name: string }[] }>(
  resource: R,
  all: readonly R[],
  context: ControllerContext,
): void {
  const { resourceType, resourceName } = resource;
  const fail = (error: ErrorName, text: string): never => {
    throw new KafkaError(error, text);
  };
  const same = all.filter((other) => other.resourceType === resourceType && other.resourceName === resourceName);
  if (same.length > 1) fail('INVALID_REQUEST', 'Each resource must appear at most once.');
  if (new Set(resource.configs.map((config) => config.name)).size < resource.configs.length) {
    fail('INVALID_REQUEST', 'Error due to duplicate config keys');
  }
  switch (resourceType) {
    case CONFIG_TOPIC:
      if (!context.image.topics.has(resourceName)) {
        fail('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${resourceName}' does not exist.`);
      }
      return;
    case CONFIG_BROKER:
      if (resourceName === '') return;
      if (!/^[+-]?[0-9]+$/.test(resourceName)) {
        fail('INVALID_REQUEST', 'Unable to parse broker name as a base 10 number.');
      }
      if (Number(resourceName) < 0) fail('INVALID_REQUEST', 'Invalid negative broker ID.');
      if (!context.image.brokers.has(Number(resourceName))) {
        fail('BROKER_ID_NOT_REGISTERED', `No node with id ${resourceName} found.`);
      }
      return;
    case CONFIG_GROUP:
      if (resourceName === '') fail('INVALID_REQUEST', 'Default group resources are not allowed.');
      return;
    case CONFIG_CLIENT_METRICS:
      if (resourceName === '') fail('INVALID_REQUEST', "Subscription name can't be empty");
      return;
    default:
      fail('INVALID_REQUEST', `Unexpected resource type ${resourceType}.`);
  }
}

const MIN_INSYNC = 'min.insync.replicas';

/** Eligible leader replicas need one number for the whole cluster (KIP-966). */
function checkMinInsync(
  { resourceType, resourceName, configs }: Resource & { configs: readonly { name: string }[] },
  wanted: ReadonlyMap<string, string>,
  { image }: ControllerContext,
): void {
  if (resourceType !== CONFIG_BROKER || image.featureLevel(ELIGIBLE_LEADER_REPLICAS) === 0) return;
  const isSetAnew = configs.some(({ name }) => name === MIN_INSYNC);
  if (resourceName !== '') {
    if (!isSetAnew) return;
    throw new KafkaError('INVALID_CONFIG', `Broker-level ${MIN_INSYNC} cannot be altered while ELR is enabled.`);
  }
  if (wanted.has(MIN_INSYNC) || !(isSetAnew || image.configsOf(CONFIG_BROKER, '').has(MIN_INSYNC))) return;
  throw new KafkaError('INVALID_CONFIG', `Cluster-level ${MIN_INSYNC} cannot be removed while ELR is enabled.`);
}

function applyOperation(
  resource: Resource,
  operation: Operation,
  configs: Map<string, string>,
  context: ControllerContext,
): void {
  const { name, value } = operation;
  if (operation.configOperation === DELETE) {
    configs.delete(name);
    return;
  }
  if (value === null) throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${name}`);
  switch (operation.configOperation) {
    case SET:
      configs.set(name, value);
      return;
    case APPEND:
    case SUBTRACT: {
      const byDefault = context.settings.defaultList(resource.resourceType, name);
      if (byDefault === null) {
        const what = operation.configOperation === APPEND ? 'APPEND' : 'SUBTRACT';
        throw new KafkaError('INVALID_CONFIG', `Can't ${what} to key ${name} because its type is not LIST.`);
      }
      const current = elements(configs.get(name) ?? byDefault);
      const given = javaSplit(value);
      const result =
        operation.configOperation === APPEND
          ? [...current, ...given.filter((element) => !current.includes(element))]
          : current.filter((element) => !given.includes(element));
      configs.set(name, result.join(','));
      return;
    }
    default:
      throw new KafkaError('INVALID_REQUEST', `Unknown alter config operation ${operation.configOperation}`);
  }
}

const elements = (list: string): string[] => javaSplit(list).filter((element) => element !== '');

/** As Java splits: spaces stay, and empty elements too but for those at the end, as long as there is another. */
function javaSplit(list: string): string[] {
  const parts = list.split(',');
  if (list === '') return parts;
  while (parts.at(-1) === '') parts.pop();
  return parts;
}

/**
 * What was named is recorded in the order in which a HashMap has it. A broker's settings are recorded even when they do
 * not change, as that makes the broker read anew what lies behind them: files of keys.
 */
function difference(
  { resourceType, resourceName, configs }: Resource & { configs: readonly { name: string }[] },
  wanted: ReadonlyMap<string, string>,
  context: ControllerContext,
): MetadataRecord[] {
  const old = context.image.configsOf(resourceType, resourceName);
  const records: MetadataRecord[] = [];
  const named = configs.map(({ name }) => name);
  for (const name of inHashOrder(named, javaHash)) {
    const value = wanted.get(name) ?? null;
    const isNew = (old.get(name) ?? null) !== value;
    if (isNew || resourceType === CONFIG_BROKER) records.push(configRecord(resourceType, resourceName, name, value));
  }
  for (const name of old.keys()) {
    if (!wanted.has(name) && !named.includes(name)) records.push(configRecord(resourceType, resourceName, name, null));
  }
  return records;
}
