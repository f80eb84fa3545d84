import { illegalArgument } from '../../tool-error.js';
import { type ConfigsOptions, TOOL } from './options.js';

/** In the order in which Kafka names them. */
export const ENTITY_TYPES = [
  'topics',
  'clients',
  'users',
  'brokers',
  'ips',
  'client-metrics',
  'groups',
  'broker-loggers',
] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** What a command is about. */
export interface Entities {
  /** One, or users and clients, in the order given. */
  readonly types: readonly EntityType[];
  /** Of the types with the same index, as far as they are named; empty for the default. */
  readonly names: readonly string[];
}

/** Options that are a type and a name in one, in the order in which Kafka reads them. */
export const NAMING_OPTIONS = {
  topic: 'topics',
  client: 'clients',
  user: 'users',
  broker: 'brokers',
  'broker-logger': 'broker-loggers',
  ip: 'ips',
  'client-metrics': 'client-metrics',
  group: 'groups',
} as const satisfies Record<string, EntityType>;

export const DEFAULT_OPTIONS = {
  'client-defaults': 'clients',
  'user-defaults': 'users',
  'broker-defaults': 'brokers',
  'ip-defaults': 'ips',
} as const satisfies Record<string, EntityType>;

const entriesOf = <K extends string>(table: Readonly<Record<K, EntityType>>): [K, EntityType][] =>
  Object.entries(table) as [K, EntityType][];

/** The types as they are given, whether they exist or not. */
export function givenTypes(options: ConfigsOptions): string[] {
  const ofOptions = [...entriesOf(NAMING_OPTIONS), ...entriesOf(DEFAULT_OPTIONS)]
    .filter(([name]) => options.has(name))
    .map(([, type]) => type);
  return [...options.values('entity-type'), ...ofOptions];
}

/** The names as they are given; empty for a default. @throws OptionError */
export function givenNames(options: ConfigsOptions, argv: readonly string[]): string[] {
  const named = entriesOf(NAMING_OPTIONS).filter(([name]) => options.has(name));
  const defaults = entriesOf(DEFAULT_OPTIONS).filter(([name]) => options.has(name));
  return [
    ...namesInOrder(options, argv),
    ...named.map(([name]) => options.value(name) as string),
    ...defaults.map(() => ''),
  ];
}

/** `--entity-name` and `--entity-default` as they follow each other, each for the type at its place. */
function namesInOrder(options: ConfigsOptions, argv: readonly string[]): string[] {
  const names = options.values('entity-name');
  if (!options.has('entity-default')) return names;
  const inOrder: string[] = [];
  for (let index = 0; index < argv.length && argv[index] !== '--'; index++) {
    const [, option = '', attached] = /^--?([^=]+)(=.*)?$/s.exec(argv[index] as string) ?? [];
    if (option === 'entity-default') inOrder.push('');
    if (option === 'entity-name') inOrder.push(names.shift() as string);
    if (attached === undefined && takesArgument(option)) index++;
  }
  return inOrder;
}

const takesArgument = (option: string): boolean =>
  Object.hasOwn(TOOL.options, option) && TOOL.options[option as keyof typeof TOOL.options].argument === 'required';

/** Of a broker's name. Java reads a sign as well. */
export function isInteger(text: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = Number(text);
  return value <= 0x7fff_ffff && value >= -0x8000_0000;
}

const LONGEST_TOPIC = 249;

/** @throws ToolError */
export function checkTopicName(name: string): void {
  const problem =
    name === ''
      ? 'the empty string is not allowed'
      : name === '.' || name === '..'
        ? `'${name}' is not allowed`
        : name.length > LONGEST_TOPIC
          ? `the length of '${name}' is longer than the max allowed length ${LONGEST_TOPIC}`
          : /^[a-zA-Z0-9._-]+$/.test(name)
            ? null
            : `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  if (problem !== null) throw illegalArgument(`Topic name is invalid: ${problem}`);
}

/** `topic` of `topics`, as Kafka's messages have it. */
export const singular = (type: EntityType): string => type.slice(0, -1);
