import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import * as schemas from '../../../src/cli/tools/configs/schemas.js';
import * as configs from '../../../src/cli/tools/configs.js';
import { tcpNetwork } from '../../../src/host/tcp-network.js';
import { alterClientQuotasApi } from '../../../src/protocol/generated/alter-client-quotas.js';
import { alterUserScramCredentialsApi } from '../../../src/protocol/generated/alter-user-scram-credentials.js';
import { describeClientQuotasApi } from '../../../src/protocol/generated/describe-client-quotas.js';
import { describeClusterApi } from '../../../src/protocol/generated/describe-cluster.js';
import { describeConfigsApi } from '../../../src/protocol/generated/describe-configs.js';
import { describeUserScramCredentialsApi } from '../../../src/protocol/generated/describe-user-scram-credentials.js';
import { incrementalAlterConfigsApi } from '../../../src/protocol/generated/incremental-alter-configs.js';
import { saltedPassword, scramMechanismNamed } from '../../../src/protocol/scram-keys.js';
import { FakeBroker } from '../../support/fake-broker.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const ajv = new Ajv({ allowUnionTypes: true });
const isConfig = ajv.compile(schemas.CONFIG_SCHEMA);
const isQuota = ajv.compile(schemas.QUOTA_SCHEMA);
const isScram = ajv.compile(schemas.SCRAM_SCHEMA);

const POLICY = {
  name: 'cleanup.policy',
  value: 'compact',
  configSource: 1,
  synonyms: [
    { name: 'cleanup.policy', value: 'compact', source: 1 },
    { name: 'log.cleanup.policy', value: 'delete', source: 5 },
  ],
};
const SEGMENT = { name: 'segment.ms', value: '604800000', configSource: 5 };
const SECRET = { name: 'a.secret', value: null, configSource: 1, isSensitive: true };

const QUOTAS = [
  { entity: [{ entityType: 'user', entityName: 'alice' }], values: [{ key: 'producer_byte_rate', value: 1024 }] },
  {
    entity: [{ entityType: 'user', entityName: null }],
    values: [
      { key: 'request_percentage', value: 1.5 },
      { key: 'consumer_byte_rate', value: 123456789 },
    ],
  },
];

describe('kafka-configs', () => {
  const broker = new FakeBroker(tcpNetwork);
  const run = (words: string | readonly string[], io?: TestIo): Promise<Outcome> => {
    const given = typeof words === 'string' ? words.split(' ') : words;
    return runTool(configs, ['--bootstrap-server', `localhost:${broker.port}`, ...given], io);
  };
  const refused = async (words: string | readonly string[], message: string): Promise<void> => {
    const { status, out, err } = await run(words);
    assert.deepEqual([status, out, err], [1, '', `${message}\n`]);
  };

  before(async () => {
    await broker.start();
    const node = { brokerId: 1, host: 'localhost', port: broker.port };
    broker.topics = [{ name: 'foo', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: [{ leader: 1, epoch: 0 }] }];
    broker.on(describeClusterApi, () => ({ clusterId: 'fake', controllerId: 1, brokers: [node] }));
    broker.on(describeConfigsApi, ({ request }) => ({
      results: request.resources.map(({ resourceType, resourceName }) => {
        if (resourceName === 'gone') return { resourceType, resourceName, errorCode: 3, errorMessage: '' };
        return { resourceType, resourceName, configs: [SEGMENT, POLICY, SECRET] };
      }),
    }));
    broker.on(incrementalAlterConfigsApi, ({ request }) => ({
      responses: request.resources.map(({ resourceType, resourceName, configs: changed }) => {
        const isBad = changed.some(({ value }) => value === 'bad');
        return { resourceType, resourceName, ...(isBad ? { errorCode: 40, errorMessage: 'Not so' } : {}) };
      }),
    }));
    broker.on(describeClientQuotasApi, ({ request: { components } }) => ({
      entries: QUOTAS.filter(({ entity }) =>
        components.every(({ entityType, matchType, match }) =>
          entity.some((one) => one.entityType === entityType && (matchType === 2 || one.entityName === match)),
        ),
      ),
    }));
    broker.on(alterClientQuotasApi, ({ request }) => ({
      entries: request.entries.map(({ entity, ops }) => ({
        entity,
        ...(ops.some(({ value }) => value < 0) ? { errorCode: 42, errorMessage: 'must be greater than 0' } : {}),
      })),
    }));
    broker.on(describeUserScramCredentialsApi, ({ request }) => ({
      results: (request.users ?? [{ name: 'bob' }]).map(({ name }) =>
        name === 'bob'
          ? { user: name, credentialInfos: [{ mechanism: 1, iterations: 8192 }] }
          : { user: name, errorCode: 91, errorMessage: 'none' },
      ),
    }));
    broker.on(alterUserScramCredentialsApi, () => ({ results: [{ user: 'bob' }] }));
  });
  after(() => broker.stop());

  it('describes what was set for a topic, or all', async () => {
    const own = [
      '  a.secret=null sensitive=true synonyms={}',
      '  cleanup.policy=compact sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact, DEFAULT_CONFIG:log.cleanup.policy=delete}',
    ];
    const described = `Dynamic configs for topic foo are:\n${own.join('\n')}\n`;
    assert.deepEqual(await run('--describe --topic foo'), { status: 0, out: described, err: '' });
    assert.equal((await run('--describe --entity-type topics')).out, described);
    const { out } = await run('--describe --entity-type topics --entity-name foo --all');
    assert.match(out, /^All configs for topic foo are:\n/);
    assert.match(out, /\n {2}segment\.ms=604800000 sensitive=false synonyms=\{\}\n$/);
  });

  it('shows rows and tables of settings', async () => {
    const rows = rowsOf(await run('--describe --topic foo --all --output ndjson'));
    for (const row of rows) assert.ok(isConfig(row), JSON.stringify(isConfig.errors));
    assert.deepEqual(
      rows.map((row) => (row as { name: string }).name),
      ['a.secret', 'cleanup.policy', 'segment.ms'],
    );
    const { out } = await run('--describe --topic foo', onTerminal());
    assert.match(out, /Dynamic configs for topic foo\n/);
    assert.match(out, /│ a\.secret +│ \(not shown\) +│ topic/);
  });

  it('says what is not there, and prints the head of what it cannot describe', async () => {
    const message = "The topic 'none' doesn't exist and doesn't have dynamic config.\n";
    assert.deepEqual(await run('--describe --topic none'), { status: 0, out: message, err: '' });
    assert.deepEqual(await run('--describe --topic none --output json'), { status: 1, out: '[]\n', err: message });
    const brokerless = await run('--describe --broker 77');
    assert.equal(brokerless.out, "The broker '77' doesn't exist and doesn't have dynamic config.\n");
    const { status, out, err } = await run('--describe --topic gone --all');
    assert.deepEqual([status, out], [1, 'All configs for topic gone are:\n']);
    assert.match(
      err,
      /^Error while executing config command with args '--bootstrap-server \S+ --describe --topic gone --all'\njava\.util\.concurrent\.ExecutionException: org\.apache\.kafka\.common\.errors\.UnknownTopicOrPartitionException: \n$/,
    );
  });

  it('changes settings: what goes first, then what comes', async () => {
    const { out } = await run('--alter --topic foo --add-config cleanup.policy=[a,b],x=1 --delete-config y,z');
    assert.equal(out, 'Completed updating config for topic foo.\n');
    const [resource] = broker.named(incrementalAlterConfigsApi).at(-1)?.resources ?? [];
    assert.deepEqual(
      resource?.configs.map(({ name, configOperation, value }) => [name, configOperation, value]),
      [
        ['y', 1, ''],
        ['z', 1, ''],
        ['cleanup.policy', 0, 'a,b'],
        ['x', 0, '1'],
      ],
    );
    const defaults = await run('--alter --broker-defaults --add-config x=1');
    assert.equal(defaults.out, 'Completed updating default config for brokers in the cluster.\n');
    const { err } = await run('--alter --topic foo --add-config x=bad');
    assert.match(
      err,
      /\njava\.util\.concurrent\.ExecutionException: org\.[\w.]+InvalidConfigurationException: Not so\n$/,
    );
    assert.equal((await run('--alter --topic foo --add-config x=bad', onTerminal())).err, 'Not so\n');
    await refused('--alter --broker-logger 1 --add-config q=INFO --delete-config w', 'Invalid broker logger(s): w,q');
  });

  it('describes quotas and credentials', async () => {
    const { out } = await run('--describe --entity-type users');
    assert.equal(
      out,
      'Quota configs for the default user-principal are consumer_byte_rate=1.23456789E8, request_percentage=1.5\n' +
        "Quota configs for user-principal 'alice' are producer_byte_rate=1024.0\n" +
        "SCRAM credential configs for user-principal 'bob' are SCRAM-SHA-256=iterations=8192\n",
    );
    assert.match((await run('--describe --user alice')).out, /^Quota configs for user-principal 'alice' are .*\n$/);
    assert.match((await run('--describe --user-defaults')).out, /^Quota configs for the default user-principal .*\n$/);
    const rows = rowsOf(await run('--describe --entity-type users --output ndjson'));
    assert.deepEqual(
      rows.map((row) => [isQuota(row), isScram(row)]),
      [
        [true, false],
        [true, false],
        [false, true],
      ],
    );
    const table = (await run('--describe --entity-type users', onTerminal(160))).out;
    assert.match(table, /│ \(default\) │ +123456789 │/);
    assert.match(table, /│ bob +│ SCRAM-SHA-256 │ +8192 │/);
  });

  it('changes quotas', async () => {
    const words = '--alter --user alice --add-config consumer_byte_rate=5 --delete-config producer_byte_rate';
    assert.equal((await run(words)).out, 'Completed updating config for user alice.\n');
    const [entry] = broker.named(alterClientQuotasApi).at(-1)?.entries ?? [];
    assert.deepEqual(
      entry?.ops.map(({ key, value, remove }) => [key, value, remove]),
      [
        ['consumer_byte_rate', 5, false],
        ['producer_byte_rate', 0, true],
      ],
    );
    await run(
      '--alter --entity-type clients --entity-default --entity-type users --entity-name u --add-config request_percentage=1',
    );
    assert.deepEqual(
      broker
        .named(alterClientQuotasApi)
        .at(-1)
        ?.entries[0]?.entity.map(({ entityType, entityName }) => [entityType, entityName]),
      [
        ['client-id', null],
        ['user', 'u'],
      ],
    );
    await refused('--alter --user nobody --delete-config producer_byte_rate', 'Invalid config(s): producer_byte_rate');
    const cannot = 'Cannot parse quota configuration value for producer_byte_rate: x';
    await refused('--alter --user alice --add-config producer_byte_rate=x', cannot);
    const { err } = await run('--alter --user alice --add-config producer_byte_rate=-1');
    assert.match(err, /ExecutionException: org\.[\w.]+InvalidRequestException: must be greater than 0\n$/);
  });

  it('sends a salted hash in place of the password', async () => {
    const { out } = await run('--alter --user bob --add-config SCRAM-SHA-256=[iterations=8192,password=secret]');
    assert.equal(out, 'Completed updating config for user bob.\n');
    const [sent] = broker.named(alterUserScramCredentialsApi).at(-1)?.upsertions ?? [];
    assert.ok(sent);
    const mechanism = scramMechanismNamed('SCRAM-SHA-256');
    assert.ok(mechanism);
    assert.deepEqual(sent.saltedPassword, saltedPassword(mechanism, 'secret', sent.salt, 8192));
    await run('--alter --user bob --delete-config SCRAM-SHA-512');
    assert.deepEqual(
      broker
        .named(alterUserScramCredentialsApi)
        .at(-1)
        ?.deletions.map(({ name, mechanism: type }) => [name, type]),
      [['bob', 2]],
    );
    await refused(
      '--alter --user bob --add-config SCRAM-SHA-256=[p=x]',
      'Invalid credential property SCRAM_SHA_256=p=x',
    );
    await refused(
      '--alter --user bob --add-config SCRAM-SHA-512=[iterations=1,password=x]',
      'Iterations 1 is less than the minimum 4096 required for SCRAM-SHA-512',
    );
    const { err } = await run('--alter --user bob --add-config SCRAM-SHA-512=[password=]');
    assert.match(err, /UnacceptableCredentialException: Password must not be empty\n$/);
  });

  it('refuses settings that such entities do not have', async () => {
    const users = "for 'users' using --bootstrap-server. Unexpected config names:";
    const added = 'Only quota and SCRAM credential configs can be added';
    await refused('--alter --user u --add-config a=1,c=1', `${added} ${users} Set(a, c)`);
    const deleted = 'Only quota and SCRAM credential configs can be deleted';
    await refused('--alter --user u --delete-config a,c', `${deleted} ${users} ArrayBuffer(a, c)`);
    await refused(
      '--alter --client u --user v --add-config a=b',
      "Only quota configs can be added for 'clients' using --bootstrap-server. Unexpected config names: Set(a)",
    );
    await refused(
      '--alter --ip 1.2.3.4 --add-config a=b --delete-config c',
      "Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config names: a,c",
    );
    await refused(
      '--alter --user u --add-config SCRAM-SHA-256=[password=x],producer_byte_rate=3',
      "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
    );
  });

  it('checks its options in the order of Kafka', async () => {
    const cases: [string | string[], string][] = [
      ['--describe --entity-type topics --entity-type topics', 'Duplicate entity type(s) specified: topics'],
      ['--describe --all', 'At least one entity type must be specified'],
      ['--describe --topic x --topic y', 'Found multiple arguments for option topic, but you asked for only one'],
      ['--describe --topic x --client c', "Only 'users' and 'clients' entity types may be specified together"],
      ['--describe --broker x', 'The entity name for brokers must be a valid integer broker id, but it is: x'],
      [['--describe', '--broker-logger', ''], 'An entity name must be specified with --describe of broker-loggers'],
      [
        '--describe --entity-type topics --entity-default',
        '--entity-default must not be specified with --describe of topics',
      ],
      [
        '--describe --entity-type users --entity-name a --entity-name b',
        'More entity names specified than entity types',
      ],
      [
        '--describe --topic a+b',
        "Topic name is invalid: 'a+b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
      ],
      [
        '--alter --entity-type users --entity-type clients --entity-name u --add-config producer_byte_rate=1',
        'An entity name must be specified for every entity type',
      ],
      [
        '--alter --topic x --add-config a=b --bootstrap-controller localhost:1',
        'Only one of --bootstrap-server or --bootstrap-controller can be specified',
      ],
      ['--describe --nosuch', 'nosuch is not a recognized option'],
    ];
    for (const [words, message] of cases) await refused(words, message);
    const usage = await run('--describe --topic x --add-config a=b');
    assert.match(usage.err, /^Option "\[describe\]" can't be used with option "\[add-config\]"\nOption /);
  });

  it('knows at once that there is no such broker', async () => {
    const { status, out, err } = await run('--describe --broker 77 --all');
    assert.deepEqual([status, out], [1, 'All configs for broker 77 are:\n']);
    assert.match(err, /TimeoutException: Timed out waiting for a node assignment\. Call: describeBrokerConfigs\n$/);
    assert.match((await run('--describe --broker 77 --all', onTerminal())).err, /broker 77 is not known/);
  });

  it('tells of a cluster that it cannot reach', async () => {
    const argv = ['--bootstrap-server', '127.0.0.1:1', '--describe', '--topic', 'x'];
    const { status, err } = await runTool(configs, argv);
    assert.equal(status, 1);
    assert.match(err, /TimeoutException: Timed out waiting for a node assignment\. Call: listTopics\n$/);
  });
});
