import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { reportFailure } from '../../../src/cli/main.js';
import { STORAGE_DIRECTORY_SCHEMA } from '../../../src/cli/tools/storage/info.js';
import { run } from '../../../src/cli/tools/storage.js';
import { decodeMetadataRecord } from '../../../src/protocol/metadata-frame.js';
import * as header from '../../../src/protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../../src/protocol/records/batch-reader.js';
import { TestIo } from '../test-io.js';

const CLUSTER = 'MkU3OEVBNTcwNTJENDM2Qg';
const isDirectory = new Ajv({ allowUnionTypes: true }).compile(STORAGE_DIRECTORY_SCHEMA);
const FEATURES = [
  'metadata.version=30',
  'eligible.leader.replicas.version=1',
  'group.version=1',
  'share.version=1',
  'streams.version=1',
  'transaction.version=2',
];

describe('kafka-storage', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kafkalite-storage-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function configFile(changes: Record<string, string | null> = {}): string {
    const properties: Record<string, string | null> = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': '1@localhost:19093',
      listeners: 'PLAINTEXT://localhost:19092,CONTROLLER://localhost:19093',
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': join(root, 'data'),
      ...changes,
    };
    const path = join(root, 'server.properties');
    const lines = Object.entries(properties).filter(([, value]) => value !== null);
    writeFileSync(path, lines.map(([key, value]) => `${key}=${value}\n`).join(''));
    return path;
  }

  async function storage(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
    return storageIn({}, ...argv);
  }

  async function storageIn(
    env: Record<string, string>,
    ...argv: string[]
  ): Promise<{ status: number; out: string; err: string }> {
    const io = new TestIo(env);
    let status: number;
    try {
      status = await run(argv, io);
    } catch (error) {
      status = reportFailure(error, io);
    }
    const hideRoot = (text: string): string => text.replaceAll(root, '$W');
    return { status, out: hideRoot(io.stdout.text), err: hideRoot(io.stderr.text) };
  }

  function bootstrapOf(directory: string): string[] {
    const file = readFileSync(join(root, directory, 'bootstrap.checkpoint'));
    const data = [...batchStarts(file)].filter((at) => !header.isControl(header.attributes(file, at)));
    return data.flatMap((at) =>
      readRecords(file, at).map(({ value }) => {
        const record = decodeMetadataRecord(value as Buffer);
        if (record.type === 'FeatureLevelRecord') return `${record.value.name}=${record.value.featureLevel}`;
        return record.type === 'UserScramCredentialRecord' ? `scram ${record.value.name}` : record.type;
      }),
    );
  }

  it('formats with a static quorum, and only once', async () => {
    const config = configFile();
    const first = await storage('format', '-t', CLUSTER, '-c', config);
    assert.equal(first.status, 0);
    const [bootstrap, formatting] = first.out.split('\n');
    assert.match(bootstrap as string, /^Bootstrap metadata: BootstrapMetadata\(records=\[ApiMessageAndVersion\(Featur/);
    assert.match(bootstrap as string, /\], metadataVersionLevel=30, source=format command\)$/);
    assert.equal(formatting, 'Formatting metadata directory $W/data with metadata.version 4.3-IV0.');
    assert.deepEqual(bootstrapOf('data'), FEATURES);
    assert.ok(!existsSync(join(root, 'data/__cluster_metadata-0')));
    const again = await storage('format', '-t', CLUSTER, '-c', config);
    assert.deepEqual(
      [again.status, again.err],
      [
        1,
        'Log directory $W/data is already formatted. Use --ignore-formatted to ignore this directory and format the others.\n',
      ],
    );
    const ignoring = await storage('format', '-t', CLUSTER, '-c', config, '-g');
    assert.deepEqual([ignoring.status, ignoring.out], [0, 'All of the log directories are already formatted.\n']);
  });

  it('formats a controller that is a quorum of its own', async () => {
    const config = configFile({
      'controller.quorum.voters': null,
      'controller.quorum.bootstrap.servers': 'localhost:19093',
      listeners: 'PLAINTEXT://localhost:19092,CONTROLLER://:19093',
    });
    const undecided = await storage('format', '-t', CLUSTER, '-c', config);
    assert.match(undecided.err, /you must specify one of the following: --standalone, --initial-controllers/);
    const { status, out } = await storage('format', '-t', CLUSTER, '-c', config, '--standalone');
    assert.equal(status, 0);
    assert.match(out, /\nFormatting dynamic metadata voter directory \$W\/data with/);
    const checkpoint = readFileSync(
      join(root, 'data/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint'),
      'latin1',
    );
    assert.ok(checkpoint.includes('\nlocalhost\x4a\x95'));
    const directoryId = /directory\.id=(.*)\n/.exec(readFileSync(join(root, 'data/meta.properties'), 'utf8'))?.[1];
    const idBytes = Buffer.from(directoryId ?? '', 'base64url').toString('latin1');
    assert.ok(idBytes.length === 16 && checkpoint.includes(idBytes));
  });

  it('formats a node of a quorum that is named', async () => {
    const config = configFile({
      'controller.quorum.voters': null,
      'controller.quorum.bootstrap.servers': 'localhost:19093',
    });
    const others = '2@example.com:8083:MvDxzVmcRsaTz33bUuRU6A,1@[::1]:19093:JEXY6aqzQY-32P5TStzaFg';
    const voter = await storage('format', '-t', CLUSTER, '-c', config, '-I', others);
    assert.match(voter.out, /\nFormatting dynamic metadata voter directory/);
    assert.match(readFileSync(join(root, 'data/meta.properties'), 'utf8'), /\ndirectory\.id=JEXY6aqzQY-32P5TStzaFg\n/);
    rmSync(join(root, 'data'), { recursive: true });
    const observer = await storage('format', '-t', CLUSTER, '-c', config, '-I', others.split(',')[0] as string);
    assert.match(observer.out, /\nFormatting dynamic metadata directory/);
    rmSync(join(root, 'data'), { recursive: true });
    const later = await storage('format', '-t', CLUSTER, '-c', config, '-N');
    assert.match(later.out, /\nFormatting metadata directory/);
    const wrong = await storage('format', '-t', CLUSTER, '-c', config, '-g', '-I', '1@h:1:short');
    assert.equal(
      wrong.err,
      'Exception in thread "main" java.lang.IllegalArgumentException: Failed to parse directory ID in dynamic voter string.\n',
    );
  });

  it('formats a broker with several directories, those that need it', async () => {
    const config = configFile({
      'process.roles': 'broker',
      'node.id': '7',
      'controller.quorum.voters': null,
      'controller.quorum.bootstrap.servers': 'localhost:19093',
      listeners: 'PLAINTEXT://localhost:19092',
      'log.dirs': `${join(root, 'a')},${join(root, 'b')}`,
      'metadata.log.dir': join(root, 'b'),
    });
    const first = await storage('format', '-t', CLUSTER, '-c', config);
    assert.deepEqual(first.out.split('\n').slice(1, 3), [
      'Formatting data directory $W/a with metadata.version 4.3-IV0.',
      'Formatting metadata directory $W/b with metadata.version 4.3-IV0.',
    ]);
    rmSync(join(root, 'a'), { recursive: true });
    const second = await storage('format', '-t', CLUSTER, '-c', config, '--ignore-formatted');
    assert.equal(second.status, 0);
    assert.deepEqual(bootstrapOf('a'), FEATURES);
    const third = await storage('format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', config, '-g');
    assert.equal(
      third.err,
      'Exception in thread "main" java.lang.RuntimeException: Invalid cluster.id in: $W/a/meta.properties. ' +
        'Expected AAAAAAAAAAAAAAAAAAAAAQ, but read MkU3OEVBNTcwNTJENDM2Qg\n',
    );
  });

  it('begins with the features that are asked for', async () => {
    const config = configFile();
    const format = ['format', '-t', CLUSTER, '-c', config];
    await storage(...format, '-r', '4.0.1', '-f', 'group.version=0');
    assert.deepEqual(bootstrapOf('data'), ['metadata.version=25', 'transaction.version=2']);
    const wrong: [argv: string[], message: RegExp][] = [
      [['-r', '9.9'], /^Unknown metadata\.version '9\.9'\. Supported metadata\.version are: 3\.3-IV3, .*, 4\.3-IV0$/m],
      [['-f', 'nope=1'], /^Unsupported feature: nope\. Supported features are: eligible\.leader\.replicas\.version, /],
      [['-f', 'transaction.version'], /RuntimeException: Can't parse feature=level string .*: equals sign not found\./],
      [
        ['-f', 'transaction.version=99'],
        /IllegalArgumentException: No feature:transaction\.version with feature level/,
      ],
      [['-f', 'metadata.version=20', '-r', '4.0'], /^Use --release-version instead of --feature metadata\.version=X/],
      [['-f', 'metadata.version=31'], /^metadata\.version 4\.4-IV0 is not yet stable\./],
      [['-f', 'kraft.version=1'], /^Cannot set kraft\.version to 1 unless controller\.quorum\.voters is empty/],
      [
        ['-r', '3.9', '-f', 'eligible.leader.replicas.version=1'],
        /could not be set to 1 because it depends on metadata\.version level 23$/m,
      ],
    ];
    for (const [argv, message] of wrong) {
      const { status, err } = await storage(...format, '-g', ...argv);
      assert.equal(status, 1);
      assert.match(err, message);
    }
  });

  it('adds the credentials of users', async () => {
    const config = configFile();
    const format = ['format', '-t', CLUSTER, '-c', config];
    const credential = 'SCRAM-SHA-256=[name=alice,password=alice-secret,salt=c2FsdA==]';
    const { out } = await storage(...format, '-S', credential, '-S', 'SCRAM-SHA-512=[name="bob",password=b]');
    assert.match(
      out,
      /ApiMessageAndVersion\(UserScramCredentialRecord\(name='alice', mechanism=1, salt=\[115, 97, 108, 116\], storedKey=\[/,
    );
    assert.deepEqual(bootstrapOf('data'), [...FEATURES, 'scram alice', 'scram bob']);
    const wrong: [argument: string, message: string][] = [
      ['x', "Failed to find equals sign in SCRAM argument 'x'"],
      ['SCRAM-SHA-1=[name=a]', 'The add-scram mechanism SCRAM-SHA-1 is not supported.'],
      ['SCRAM-SHA-256=name', 'Expected configuration string to start with ['],
      ['SCRAM-SHA-256=[name', 'Expected configuration string to end with ]'],
      ['SCRAM-SHA-256=[name]', 'No equals sign found in SCRAM component: name'],
      ['SCRAM-SHA-256=[password=b]', "You must supply 'name' to add-scram"],
      ['SCRAM-SHA-256=[name=a]', "You must supply one of 'password' or 'saltedpassword' to add-scram"],
      ['SCRAM-SHA-256=[name=a,saltedpassword=YCE=]', "You must supply 'salt' with 'saltedpassword' to add-scram"],
      ['SCRAM-SHA-256=[name=a,password=b,salt=?]', 'Failed to decode given salt: ?'],
      ['SCRAM-SHA-256=[name=a,password=b,iterations=x]', 'Failed to parse iterations count: x'],
      [
        'SCRAM-SHA-512=[name=a,password=b,iterations=1]',
        "The 'iterations' value must be >= 4096 for add-scram using SCRAM_SHA_512",
      ],
      ['SCRAM-SHA-256=[name=a,password=b,foo=1,bar=2]', 'Unknown SCRAM configurations: bar, foo'],
    ];
    for (const [argument, message] of wrong) {
      const { err } = await storage(...format, '-g', '-S', argument);
      assert.equal(err, `${message}\n`, argument);
    }
  });

  it('info tells programs of each directory', async () => {
    const config = configFile({ 'log.dirs': `${join(root, 'one')},${join(root, 'two')}` });
    mkdirSync(join(root, 'two'));
    const rowsOf = async (): Promise<Record<string, unknown>[]> => {
      const { out } = await storage('info', '-c', config, '--output', 'json');
      const rows = JSON.parse(out) as Record<string, unknown>[];
      for (const row of rows) assert.ok(isDirectory(row), JSON.stringify(isDirectory.errors));
      return rows;
    };
    const fresh = await rowsOf();
    assert.deepEqual(
      fresh.map(({ formatted, problem }) => [formatted, problem]),
      [
        [false, '$W/one does not exist'],
        [false, '$W/two is not formatted.'],
      ],
    );
    await storage('format', '-t', CLUSTER, '-c', config);
    const formatted = await rowsOf();
    assert.deepEqual(
      formatted.map(({ clusterId, nodeId, problem }) => [clusterId, nodeId, problem]),
      [
        [CLUSTER, 1, null],
        [CLUSTER, 1, null],
      ],
    );
  });

  it('tells what directories hold and what is wrong with them', async () => {
    const config = configFile({ 'log.dirs': ['a', 'b', 'c'].map((name) => join(root, name)).join(',') });
    mkdirSync(join(root, 'a'));
    mkdirSync(join(root, 'b'));
    writeFileSync(join(root, 'c'), '');
    writeFileSync(join(root, 'a/meta.properties'), `version=1\nnode.id=1\ncluster.id=${CLUSTER}\n`);
    const first = await storage('info', '-c', config);
    assert.equal(first.status, 1);
    assert.equal(
      first.out,
      `Found log directories:
  $W/a
  $W/b

Found metadata: {cluster.id=MkU3OEVBNTcwNTJENDM2Qg, node.id=1, version=1}

Found problems:
  $W/b is not formatted.
  $W/c is not a directory

`,
    );
    writeFileSync(join(root, 'b/meta.properties'), `version=1\nnode.id=2\ncluster.id=${CLUSTER}\n`);
    rmSync(join(root, 'c'));
    const second = await storage('info', '-c', config);
    assert.match(
      second.out,
      /problems:\n {2}Mismatched node IDs between storage directories\.\n {2}\$W\/c does not exist/,
    );
  });

  it('reads its words from a file, and the cluster id from the environment', async () => {
    const words = join(root, 'words');
    writeFileSync(words, `-c\n${configFile()}\n`);
    const { status } = await storageIn({ CLUSTER_ID: CLUSTER }, 'format', `@${words}`);
    assert.equal(status, 0);
    assert.match(readFileSync(join(root, 'data/meta.properties'), 'utf8'), new RegExp(`cluster.id=${CLUSTER}\n`));
    const missing = await storage('format', '@none');
    assert.match(
      missing.err,
      /^usage: kafka-storage format .*\nkafka-storage: error: Could not read arguments from file 'none'\n$/s,
    );
  });

  it('lets the environment stand over the file', async () => {
    const other = join(root, 'elsewhere');
    const { out } = await storageIn({ KAFKA_LOG_DIRS: other }, 'format', '-t', CLUSTER, '-c', configFile());
    assert.match(out, /\nFormatting metadata directory \$W\/elsewhere with/);
  });

  it('says on a terminal what happened, without the words of Java', async () => {
    const io = new TestIo();
    io.stderr.isTerminal = true;
    await run(['info', '-c', join(root, 'none')], io).catch((error) => reportFailure(error, io));
    assert.equal(io.stderr.text, `Cannot read the configuration file ${root}/none: there is no such file\n`);
    const piped = await storage('info', '-c', join(root, 'none'));
    assert.equal(piped.err, 'Exception in thread "main" java.nio.file.NoSuchFileException: $W/none\n');
  });

  it('maps releases to features, and tells what they need', async () => {
    const { out } = await storage('version-mapping', '-r', '4.0');
    assert.equal(
      out,
      'metadata.version=25 (4.0)\nkraft.version=1\ntransaction.version=2\ngroup.version=1\n' +
        'eligible.leader.replicas.version=0\nshare.version=0\nstreams.version=0\n',
    );
    const needs = await storage(
      'feature-dependencies',
      '-f',
      'eligible.leader.replicas.version=1',
      '-f',
      'group.version= 1',
    );
    assert.equal(
      needs.out,
      'eligible.leader.replicas.version=1 requires:\n    metadata.version=23 (4.0-IV1)\ngroup.version=1 has no dependencies.\n',
    );
    const wrong: [argument: string, message: string][] = [
      ['metadata.version=5', 'Unknown metadata.version 5'],
      ['kraft.version=2', 'Feature level 2 is not supported for feature kraft.version'],
      ['nope=1', 'Unknown feature: nope'],
      ['group.version=99999', 'Invalid version format: 99999 for feature group.version'],
    ];
    for (const [argument, message] of wrong) {
      assert.equal((await storage('feature-dependencies', '-f', argument)).err, `${message}\n`);
    }
  });
});
