import { TIMEOUT_OPTION } from '../../connect-to.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import type { JoptOptions } from '../../options/jopt.js';
import { flag, text } from '../../options/option-rows.js';

export const TOOL = {
  description:
    'This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, client-metrics or group',
  options: {
    'add-config': text(
      '',
      "Settings to add, separated by commas; square brackets keep together a value with commas: 'k1=v1,k2=[v1,v2,v2],k3=v3'. Users and clients have producer_byte_rate, consumer_byte_rate, request_percentage and controller_mutation_rate, users also SCRAM-SHA-256=[iterations=8192,password=...] and SCRAM-SHA-512, addresses connection_creation_rate, brokers, topics, groups and client metrics their own settings.",
      { completes: 'topic-setting' },
    ),
    'allow-delete': flag('With --apply: topics that the file calls absent are deleted with their records.', {
      own: true,
    }),
    apply: text(
      'file',
      'Make topics and configurations as a YAML file describes them: shows what would change, and with --execute changes it.',
      { completes: 'file', own: true },
    ),
    'add-config-file': text('', 'A properties file with settings to add.', { completes: 'file' }),
    all: flag('Describe all settings, and not only those that were set for the entity.'),
    alter: flag('Change the configuration of an entity.'),
    'bootstrap-controller': text(
      'controller to connect to',
      'Controllers to begin with: host:port, separated by commas.',
    ),
    'bootstrap-server': text('server to connect to', 'Brokers to begin with: host:port, separated by commas.'),
    broker: text('', 'The id of a broker.'),
    'broker-defaults': flag('The defaults of all brokers.'),
    'broker-logger': text('', 'The id of a broker, for the levels of its loggers.'),
    client: text('', 'The id of a client.'),
    'client-defaults': flag('The defaults of all clients.'),
    'client-metrics': text('', 'The name of a subscription to metrics of clients.'),
    'command-config': text('command config property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    'delete-config': text('', "Settings to take away: 'k1,k2'.", { repeats: true, completes: 'topic-setting' }),
    describe: flag('Describe the configuration of an entity, or of all of a type.'),
    diff: text(
      'file',
      'Show in what the cluster differs from a YAML file with topics and configurations; ends with 1 when it does.',
      { completes: 'file', own: true },
    ),
    'entity-default': flag('The default of clients, users, brokers or ips, in place of a name.'),
    'entity-name': text(
      '',
      'The name of an entity: topic, client id, user principal, broker id, ip, client metrics or group id.',
      { repeats: true },
    ),
    'entity-type': text(
      '',
      'The type of entity: topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups. Users and clients may be given together.',
      {
        repeats: true,
        completes: ['topics', 'clients', 'users', 'brokers', 'broker-loggers', 'ips', 'client-metrics', 'groups'],
      },
    ),
    execute: flag('With --apply: do it.', { own: true }),
    group: text('', 'The id of a group.', { completes: 'group' }),
    ip: text('', 'An IP address.'),
    'ip-defaults': flag('The defaults of all IP addresses.'),
    save: text('file', 'With --apply --execute: where the former state is kept; beside the file unless given.', {
      completes: 'file',
      own: true,
    }),
    topic: text('', 'The name of a topic.', { completes: 'topic' }),
    user: text('', 'The principal name of a user.'),
    'user-defaults': flag('The defaults of all users.'),
    ...OUTPUT_OPTIONS,
    ...TIMEOUT_OPTION,
  },
};

export type ConfigsOptions = JoptOptions<(typeof TOOL)['options']>;

/** Whether the command line is about a file that describes topics and configurations. */
export const isAboutPlan = (options: ConfigsOptions): boolean =>
  (['diff', 'apply', 'execute', 'save', 'allow-delete'] as const).some((name) => options.has(name));
