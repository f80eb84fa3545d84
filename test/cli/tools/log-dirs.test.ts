import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import * as logDirs from '../../../src/cli/tools/log-dirs.js';
import { tcpNetwork } from '../../../src/host/tcp-network.js';
import { describeClusterApi } from '../../../src/protocol/generated/describe-cluster.js';
import { describeLogDirsApi } from '../../../src/protocol/generated/describe-log-dirs.js';
import { FakeBroker } from '../../support/fake-broker.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const isRow = new Ajv().compile(logDirs.LOG_DIR_SCHEMA);
const replica = (partitionIndex: number, partitionSize = 0, offsetLag = 0, isFutureKey = false) => {
  return { partitionIndex, partitionSize, offsetLag, isFutureKey };
};

/** What Apache Kafka 4.3.1 answers for two directories, one of which it cannot read. */
const RESULTS = [
  { errorCode: 56, logDir: '/broken', topics: [] },
  {
    logDir: '/data',
    totalBytes: 1000,
    usableBytes: 400,
    topics: [
      { name: 'dra', partitions: [0, 1, 2, 3, 4].map((partition) => replica(partition, 70)) },
      { name: 'drc', partitions: [replica(0), replica(1, 5, 2, true), replica(2)] },
    ],
  },
];

describe('kafka-log-dirs', () => {
  const broker = new FakeBroker(tcpNetwork);
  let isAllowed = true;
  const run = (words: readonly string[], io?: TestIo): Promise<Outcome> =>
    runTool(logDirs, ['--bootstrap-server', `localhost:${broker.port}`, '--describe', ...words], io);

  before(async () => {
    await broker.start();
    broker.on(describeClusterApi, () => ({
      clusterId: 'fake',
      controllerId: 1,
      brokers: [{ brokerId: 1, host: 'localhost', port: broker.port }],
    }));
    broker.on(describeLogDirsApi, () => ({ results: isAllowed ? RESULTS : [] }));
  });
  after(() => broker.stop());

  it('prints one line of JSON in the order of hash tables', async () => {
    const { status, out, err } = await run(['--topic-list', 'drc,']);
    const partition = (name: string, size: number, lag: number, isFuture: boolean): string =>
      `{"partition":"${name}","size":${size},"offsetLag":${lag},"isFuture":${isFuture}}`;
    const partitions = [
      partition('drc-1', 5, 2, true),
      partition('drc-2', 0, 0, false),
      partition('drc-0', 0, 0, false),
    ];
    const dirs = [
      `{"partitions":[${partitions}],"error":null,"logDir":"/data"}`,
      '{"partitions":[],"error":"org.apache.kafka.common.errors.KafkaStorageException","logDir":"/broken"}',
    ];
    assert.equal(
      out,
      'Querying brokers for log directories information\nReceived log directory information from brokers 1\n' +
        `{"brokers":[{"broker":1,"logDirs":[${dirs}]}],"version":1}\n`,
    );
    assert.deepEqual([status, err], [0, '']);
    const all = (await run([])).out.match(/dr[ac]-\d/g);
    assert.deepEqual(all, ['dra-3', 'dra-4', 'dra-1', 'dra-2', 'drc-1', 'dra-0', 'drc-2', 'drc-0']);
  });

  it('shows rows and tables', async () => {
    const rows = rowsOf(await run(['--output', 'ndjson', '--topic-list', 'none']));
    for (const row of rows) assert.ok(isRow(row), JSON.stringify(isRow.errors));
    assert.deepEqual(rows, [
      { broker: 1, logDir: '/data', error: null, totalBytes: 1000, usableBytes: 400, isCordoned: false, replicas: [] },
      {
        broker: 1,
        logDir: '/broken',
        error: 'KAFKA_STORAGE_ERROR',
        totalBytes: null,
        usableBytes: null,
        isCordoned: false,
        replicas: [],
      },
    ]);
    const { out } = await run([], onTerminal());
    assert.match(out, /Broker 1: \/data, 400 of 1000 bytes free\n/);
    assert.match(out, /Broker 1: \/broken, Disk error/);
    assert.match(out, /│ drc +│ +1 │ +5 │ +2 │ yes /);
  });

  it('knows the brokers that there are', async () => {
    const unknown = await run(['--broker-list', '5,7,1,3,33']);
    const message = 'The given brokers do not exist from --broker-list: 33,3,5,7. Current existent brokers: 1';
    assert.deepEqual(unknown, { status: 1, out: '', err: `ERROR: ${message}\n` });
    assert.equal((await run(['--broker-list', '+1,,1'])).status, 0);
    for (const word of [' 1', 'one', '99999999999']) {
      const text = `For input string: "${word}"`;
      const { err } = await run(['--broker-list', word]);
      assert.equal(err, `${text}\njava.lang.NumberFormatException: ${text}\n`);
    }
  });

  it('says why a broker did not tell', async () => {
    isAllowed = false;
    const { status, out, err } = await run([]);
    isAllowed = true;
    const failure = 'org.apache.kafka.common.errors.ClusterAuthorizationException: Cluster authorization failed.';
    assert.equal(err, `${failure}\njava.util.concurrent.ExecutionException: ${failure}\n`);
    assert.deepEqual([status, out], [1, 'Querying brokers for log directories information\n']);
  });
});
