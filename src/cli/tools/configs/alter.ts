import { alterClientQuotas, type QuotaEntityType } from '../../../client/admin/client-quotas.js';
import { incrementalAlterConfigs } from '../../../client/admin/configs.js';
import { alterScramCredentials, type ScramUpsertion } from '../../../client/admin/scram-credentials.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { KafkaError } from '../../../protocol/errors.js';
import { MIN_SCRAM_ITERATIONS, type ScramMechanism, scramMechanismNamed } from '../../../protocol/scram-keys.js';
import type { Io } from '../../io.js';
import { illegalArgument } from '../../tool-error.js';
import type { Changes } from './changes.js';
import { type Entities, isInteger } from './entities.js';
import { called, causeOf } from './failure.js';
import { javaDouble } from './java-double.js';
import { IP_QUOTAS, QUOTA_ENTITIES, quotasOf, USER_QUOTAS } from './quotas.js';
import { RESOURCE_TYPES, type ResourceType, settingsOf } from './resources.js';
import { inScalaOrder } from './scala-order.js';

/** Changes what an entity has. @throws CallError, ToolError */
export function alter(admin: Cluster, entities: Entities, changes: Changes, io: Io): Promise<void> {
  const [type = 'topics'] = entities.types;
  const [name = ''] = entities.names;
  switch (type) {
    case 'users':
    case 'clients':
      return alterClients(admin, entities, changes, io);
    case 'ips':
      return alterIps(admin, entities, changes, io);
    case 'broker-loggers':
      return alterLoggers(admin, name, changes, io);
    default:
      return alterResource(admin, type, name, changes, io);
  }
}

async function alterResource(
  admin: Cluster,
  type: ResourceType,
  name: string,
  changes: Changes,
  io: Io,
): Promise<void> {
  try {
    await sendChanges(admin, type, name, changes, io);
  } catch (error) {
    const cause = causeOf(error);
    if (!(cause instanceof KafkaError) || cause.error !== 'UNSUPPORTED_VERSION') throw error;
    throw illegalArgument(
      'The INCREMENTAL_ALTER_CONFIGS API is not supported by the cluster. The API is supported starting from version 2.3.0. You may want to use an older version of this tool to interact with your cluster, or upgrade your brokers to version 2.3.0 or newer to avoid this error.',
    );
  }
}

async function alterLoggers(admin: Cluster, name: string, changes: Changes, io: Io): Promise<void> {
  const known = new Set((await settingsOf(admin, 'broker-loggers', name, false, io)).map((entry) => entry.name));
  const unknown = [...changes.deleted, ...changes.added.keys()].filter((logger) => !known.has(logger));
  if (unknown.length > 0) throw illegalArgument(`Invalid broker logger(s): ${unknown.join(',')}`);
  await sendChanges(admin, 'broker-loggers', name, changes, io);
}

const ALTER_TIMEOUT_MS = 30_000;

async function sendChanges(
  admin: Cluster,
  type: ResourceType,
  name: string,
  { added, deleted }: Changes,
  io: Io,
): Promise<void> {
  const changes = [
    ...deleted.map((key) => ({ name: key, operation: 'DELETE' as const, value: '' })),
    ...[...added].map(([key, value]) => ({ name: key, operation: 'SET' as const, value })),
  ];
  const resource = { type: RESOURCE_TYPES[type], name };
  const altered = incrementalAlterConfigs(admin, [{ resource, changes }], { timeoutMs: ALTER_TIMEOUT_MS });
  const one = altered.then(([answer]) => {
    if (answer !== undefined && isError(answer.result)) throw answer.result;
  });
  await called('incrementalAlterConfigs', io, one);
}

async function alterIps(admin: Cluster, entities: Entities, changes: Changes, io: Io): Promise<void> {
  const unknown = inScalaOrder([...changes.added.keys(), ...changes.deleted]).filter(
    (name) => !IP_QUOTAS.includes(name),
  );
  if (unknown.length > 0) {
    throw illegalArgument(
      `Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config names: ${unknown.join(',')}`,
    );
  }
  await alterQuotas(admin, entities, changes, io);
}

const isQuota = (name: string): boolean => USER_QUOTAS.includes(name);
const isScram = (name: string): boolean => scramMechanismNamed(name) !== null;

async function alterClients(admin: Cluster, entities: Entities, changes: Changes, io: Io): Promise<void> {
  const added = [...changes.added.keys()];
  const { deleted } = changes;
  const hasQuotas = added.some(isQuota) || deleted.some(isQuota);
  if (entities.types.includes('clients')) checkOfClients(added, deleted);
  else checkOfUsers(entities, added, deleted, hasQuotas);
  if (hasQuotas) await alterQuotas(admin, entities, changes, io);
  else await alterScram(admin, entities.names[0] as string, changes, io);
}

/** As Scala prints a set, and the list that joptsimple's values become. */
const setText = (names: readonly string[]): string => `Set(${inScalaOrder(names).join(', ')})`;
const listText = (names: readonly string[]): string => `ArrayBuffer(${names.join(', ')})`;

function checkOfClients(added: readonly string[], deleted: readonly string[]): void {
  const isOther = (name: string): boolean => !isQuota(name);
  const unknown = [...added.filter((name) => isOther(name) && !isScram(name)), ...added.filter(isScram)];
  if (unknown.length > 0) {
    throw illegalArgument(
      `Only quota configs can be added for 'clients' using --bootstrap-server. Unexpected config names: ${setText(unknown)}`,
    );
  }
  const unknownDeleted = [...deleted.filter((name) => isOther(name) && !isScram(name)), ...deleted.filter(isScram)];
  if (unknownDeleted.length > 0) {
    throw illegalArgument(
      `Only quota configs can be deleted for 'clients' using --bootstrap-server. Unexpected config names: ${listText(unknownDeleted)}`,
    );
  }
}

function checkOfUsers(
  { names }: Entities,
  added: readonly string[],
  deleted: readonly string[],
  hasQuotas: boolean,
): void {
  const isUnknown = (name: string): boolean => !isQuota(name) && !isScram(name);
  const start = 'Only quota and SCRAM credential configs can be';
  const end = "for 'users' using --bootstrap-server. Unexpected config names:";
  if (added.some(isUnknown)) throw illegalArgument(`${start} added ${end} ${setText(added.filter(isUnknown))}`);
  if (deleted.some(isUnknown)) throw illegalArgument(`${start} deleted ${end} ${listText(deleted.filter(isUnknown))}`);
  if (!added.some(isScram) && !deleted.some(isScram)) return;
  if (names.includes('')) {
    throw illegalArgument(
      'The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.',
    );
  }
  if (hasQuotas) {
    throw illegalArgument(
      "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
    );
  }
}

async function alterQuotas(admin: Cluster, entities: Entities, { added, deleted }: Changes, io: Io): Promise<void> {
  const [present] = await quotasOf(admin, entities, io);
  const unknown = deleted.filter((name) => !present?.quotas.has(name));
  if (unknown.length > 0) throw illegalArgument(`Invalid config(s): ${unknown.join(',')}`);
  const entity = new Map<QuotaEntityType, string | null>(
    entities.types.map((type, index) => [
      QUOTA_ENTITIES[type as keyof typeof QUOTA_ENTITIES],
      entities.names[index] || null,
    ]),
  );
  const changes = [
    ...[...added].map(([name, text]) => {
      const value = javaDouble(text);
      if (value === null) throw illegalArgument(`Cannot parse quota configuration value for ${name}: ${text}`);
      return { name, value };
    }),
    ...deleted.map((name) => ({ name, value: null })),
  ];
  await called('alterClientQuotas', io, alterClientQuotas(admin, entity, changes));
}

async function alterScram(admin: Cluster, user: string, { added, deleted }: Changes, io: Io): Promise<void> {
  const deletions = deleted.map(scramMechanismNamed).filter((mechanism) => mechanism !== null);
  const upsertions = [...added].map(([name, text]) => upsertionOf(scramMechanismNamed(name) as ScramMechanism, text));
  await called('alterUserScramCredentials', io, alterScramCredentials(admin, user, deletions, upsertions));
}

/** `iterations=8192,password=secret`, of which the iterations may be left out. @throws ToolError */
function upsertionOf(mechanism: ScramMechanism, text: string): ScramUpsertion {
  const found = /^(?:iterations=(-?[0-9]*),)?password=(.*)$/.exec(text);
  if (found === null) {
    throw illegalArgument(`Invalid credential property ${mechanism.name.replaceAll('-', '_')}=${text}`);
  }
  const [, given, password = ''] = found;
  if (given !== undefined && !isInteger(given)) throw illegalArgument(`For input string: "${given}"`);
  const iterations = given === undefined || given === '-1' ? MIN_SCRAM_ITERATIONS : Number(given);
  if (iterations < MIN_SCRAM_ITERATIONS) {
    throw illegalArgument(
      `Iterations ${iterations} is less than the minimum ${MIN_SCRAM_ITERATIONS} required for ${mechanism.name}`,
    );
  }
  return { mechanism, iterations, password };
}
