import type { Io } from '../../io.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { illegalArgument } from '../../tool-error.js';
import {
  DEFAULT_OPTIONS,
  ENTITY_TYPES,
  type Entities,
  type EntityType,
  givenNames,
  givenTypes,
  isInteger,
  NAMING_OPTIONS,
} from './entities.js';
import { type ConfigsOptions, TOOL } from './options.js';

/**
 * The checks of Kafka's tool, in its order; gives what the command is about.
 *
 * @throws UsageError, ToolError, OptionError
 */
export async function checkedEntities(options: ConfigsOptions, argv: readonly string[], io: Io): Promise<Entities> {
  const checks = new JoptChecks(TOOL, options);
  if (options.has('alter') === options.has('describe')) {
    checks.fail('Command must include exactly one action: --describe, --alter');
  }
  checks.forbidWith('describe', ['alter', 'add-config', 'delete-config']);
  const types = checkedTypes(options);
  checkSpelling(options);
  const names = givenNames(options, argv);
  if (options.has('bootstrap-server') && options.has('bootstrap-controller')) {
    throw illegalArgument('Only one of --bootstrap-server or --bootstrap-controller can be specified');
  }
  await checkNames(options, types, names, io);
  if (options.has('describe')) checkDescribe(options, types, names);
  else checkAlter(options, types, names);
  return { types, names };
}

function checkedTypes(options: ConfigsOptions): EntityType[] {
  const types = givenTypes(options);
  const twice = types.filter((type, index) => types.indexOf(type) !== index);
  if (twice.length > 0) throw illegalArgument(`Duplicate entity type(s) specified: ${twice.join(',')}`);
  if (!options.has('bootstrap-server') && !options.has('bootstrap-controller')) {
    throw illegalArgument('Either --bootstrap-server or --bootstrap-controller must be specified.');
  }
  const unknown = types.find((type) => !ENTITY_TYPES.some((known) => known === type));
  if (unknown !== undefined) {
    throw illegalArgument(
      `Invalid entity type ${unknown}, the entity type must be one of ${ENTITY_TYPES.join(', ')} with a --bootstrap-server or --bootstrap-controller argument`,
    );
  }
  if (types.length === 0) throw illegalArgument('At least one entity type must be specified');
  if (types.length > 1 && !(types.length === 2 && types.includes('users') && types.includes('clients'))) {
    throw illegalArgument("Only 'users' and 'clients' entity types may be specified together");
  }
  return types as EntityType[];
}

function checkSpelling(options: ConfigsOptions): void {
  const specific = Object.keys({ ...NAMING_OPTIONS, ...DEFAULT_OPTIONS }) as (keyof typeof TOOL.options)[];
  const isGeneral = options.has('entity-name') || options.has('entity-type') || options.has('entity-default');
  if (isGeneral && specific.some((name) => options.has(name))) {
    throw illegalArgument('--entity-{type,name,default} should not be used in conjunction with specific entity flags');
  }
}

async function checkNames(
  options: ConfigsOptions,
  types: readonly EntityType[],
  names: readonly string[],
  io: Io,
): Promise<void> {
  if (!names.some((name) => name !== '')) return;
  const given = (...from: ('entity-name' | 'broker' | 'broker-logger' | 'ip')[]): string[] =>
    from.filter((name) => options.has(name)).map((name) => onlyValue(options, name));
  if (types.includes('brokers') || types.includes('broker-loggers')) {
    for (const name of given('entity-name', 'broker', 'broker-logger')) {
      if (isInteger(name)) continue;
      throw illegalArgument(`The entity name for ${types[0]} must be a valid integer broker id, but it is: ${name}`);
    }
  }
  if (!types.includes('ips')) return;
  for (const name of given('entity-name', 'ip')) {
    if (await isAddress(name, io)) continue;
    throw illegalArgument(`The entity name for ${types[0]} must be a valid IP or resolvable host, but it is: ${name}`);
  }
}

/** Several are as many types' names elsewhere; where just one may be, several are too many. */
function onlyValue(options: ConfigsOptions, name: 'entity-name' | 'broker' | 'broker-logger' | 'ip'): string {
  const values = options.values(name);
  if (values.length === 1) return values[0] as string;
  throw illegalArgument(`Found multiple arguments for option ${name}, but you asked for only one`);
}

async function isAddress(name: string, io: Io): Promise<boolean> {
  const { canonicalNames } = io.host.network;
  if (name === '' || isNumericAddress(name) || canonicalNames === undefined) return true;
  try {
    await canonicalNames(name);
    return true;
  } catch {
    return false;
  }
}

/** What nobody need be asked for: `1.2.3.4`, shorter forms as `127.1`, and addresses of IPv6, in brackets or not. */
function isNumericAddress(name: string): boolean {
  if (/^\d+(?:\.\d+){0,3}$/.test(name)) {
    const parts = name.split('.').map(Number);
    const last = parts.pop() as number;
    return parts.every((part) => part < 256) && last < 256 ** (4 - parts.length);
  }
  const [, bare = name] = /^\[(.*)\]$/.exec(name) ?? [];
  return bare.includes(':') && URL.canParse(`http://[${bare.replace(/%.*$/, '')}]`);
}

const hasDefaults = (types: readonly EntityType[]): boolean =>
  types.some((type) => type === 'users' || type === 'clients' || type === 'brokers' || type === 'ips');

function checkDescribe(options: ConfigsOptions, types: readonly EntityType[], names: readonly string[]): void {
  if (!hasDefaults(types) && options.has('entity-default')) {
    throw illegalArgument(`--entity-default must not be specified with --describe of ${types.join(',')}`);
  }
  if (types.includes('broker-loggers') && !names.some((name) => name !== '')) {
    throw illegalArgument(`An entity name must be specified with --describe of ${types.join(',')}`);
  }
}

function checkAlter(options: ConfigsOptions, types: readonly EntityType[], names: readonly string[]): void {
  if (hasDefaults(types)) {
    if (names.length === 0) {
      throw illegalArgument(
        'An entity-name or default entity must be specified with --alter of users, clients, brokers or ips',
      );
    }
  } else if (!names.some((name) => name !== '')) {
    throw illegalArgument(`An entity name must be specified with --alter of ${types.join(',')}`);
  }
  if (options.has('add-config') && options.has('add-config-file')) {
    throw illegalArgument('Only one of --add-config or --add-config-file must be specified');
  }
  if (!options.has('add-config') && !options.has('add-config-file') && !options.has('delete-config')) {
    throw illegalArgument(
      'At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter',
    );
  }
}
