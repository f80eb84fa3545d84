import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RunningBroker, startBroker } from '../../../src/index.js';

const COMPLETION = fileURLToPath(new URL('../../../../bin/kafkalite-completion', import.meta.url));
const GROUP = 'team:one two';
const run = promisify(execFile);

let broker: RunningBroker;
let at: string;
const root = mkdtempSync(join(tmpdir(), 'kafkalite-completion-'));

before(async () => {
  broker = await startBroker();
  at = `--bootstrap-server ${broker.bootstrapServers}`;
  const admin = broker.kafkajs().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'events', numPartitions: 3 }, { topic: 'other' }] });
  await admin.setOffsets({ groupId: GROUP, topic: 'events', partitions: [{ partition: 0, offset: '0' }] });
  await admin.disconnect();
  writeFileSync(join(root, 'client.properties'), '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(root, shell), (await run(COMPLETION, [shell])).stdout);
  }
});

after(async () => {
  await broker.close();
  rmSync(root, { recursive: true });
});

const missing = (shell: string): string | false =>
  spawnSync(shell, ['-c', 'true']).status === 0 ? false : `${shell} is not installed`;

async function lines(shell: string, args: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await run(shell, args, { cwd: root });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

/** What bash is told when the line ends at the cursor; `taken` is what bash takes for the word there. */
function bash(line: string, taken: string): Promise<string[]> {
  const program = `
    source ./bash
    COMP_LINE=$1 COMP_POINT=\${#1}
    _kafkalite_complete "\${1%% *}" "$2" ''
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return lines('bash', ['--norc', '-c', program, 'bash', line, taken]);
}

describe('bash', { skip: missing('bash') }, () => {
  it('knows every tool under both names', async () => {
    const registered = await lines('bash', ['--norc', '-c', 'source ./bash; complete -p']);
    assert.ok(registered.includes('complete -F _kafkalite_complete kafka-topics'));
    assert.ok(registered.includes('complete -F _kafkalite_complete kafka-topics.sh'));
  });

  it('completes options, and values after a space or =', async () => {
    assert.deepEqual(await bash('kafka-topics --repl', '--repl'), ['--replica-assignment', '--replication-factor']);
    assert.deepEqual(await bash('bin/kafka-topics.sh --output j', 'j'), ['json']);
    assert.deepEqual(await bash('kafka-topics --output=j', 'j'), ['json']);
    assert.deepEqual(await bash('kafka-storage ra', 'ra'), ['random-uuid']);
  });

  it('completes names of the cluster', async () => {
    assert.deepEqual(await bash(`kafka-topics ${at} --topic `, ''), ['events', 'other']);
    assert.deepEqual(await bash(`kafka-console-consumer ${at} --topic events --partition `, ''), ['0', '1', '2']);
  });

  it('quotes what it adds, and adds only what follows the colon that bash cuts at', async () => {
    const line = `kafka-consumer-groups ${at} --describe --group`;
    assert.deepEqual(await bash(`${line} te`, 'te'), ['team:one\\ two']);
    assert.deepEqual(await bash(`${line} team:o`, 'o'), ['one\\ two']);
    assert.deepEqual(await bash(`${line} "te`, 'te'), [GROUP]);
  });

  it('leaves files to bash', async () => {
    assert.deepEqual(await bash('kafka-topics --command-config cl', 'cl'), ['client.properties']);
  });

  it('says nothing of a cluster that is not there or not named', async () => {
    assert.deepEqual(await bash('kafka-topics --bootstrap-server 127.0.0.1:1 --topic ', ''), []);
    assert.deepEqual(await bash('kafka-topics --topic ', ''), []);
    assert.deepEqual(await bash(`kafka-topics ${at} --command-config missing --topic `, ''), []);
  });
});

/** The functions of zsh's own completion only tell what they were given. */
function zsh(...words: string[]): Promise<string[]> {
  const program = `
    compdef() { :; }
    _describe() { print -rl -- "\${(@P)2}" "\${@:3}" }
    compset() { :; }
    _files() { print -r FILES }
    source ./zsh
    words=("$@"); CURRENT=$#; PREFIX=\${words[-1]}
    _kafkalite_complete`;
  return lines('zsh', ['-f', '-c', program, 'zsh', ...words]);
}

describe('zsh', { skip: missing('zsh') }, () => {
  it('completes options with what they are for, values and files', async () => {
    assert.deepEqual(await zsh('kafka-topics', '--lis'), ['--list:List the names of topics.']);
    assert.deepEqual(await zsh('kafka-topics.sh', '--output=j'), ['--output=json']);
    assert.deepEqual(await zsh('kafka-topics', '--config', 'segment.by'), ['segment.bytes=:topic-setting', '-S']);
    assert.deepEqual(await zsh('kafka-topics', '--command-config', ''), ['FILES']);
  });

  it('completes names of the cluster', async () => {
    const words = ['kafka-consumer-groups', '--bootstrap-server', broker.bootstrapServers];
    assert.deepEqual(await zsh(...words, '--group', 'te'), ['team\\:one two:group']);
    assert.deepEqual(await zsh(...words, '--topic', ''), ['events:topic', 'other:topic']);
  });
});

function fish(line: string): Promise<string[]> {
  return lines('fish', ['--no-config', '-c', `source ./fish; complete -C "${line}"`]);
}

describe('fish', { skip: missing('fish') }, () => {
  it('completes options with what they are for, values and files', async () => {
    assert.deepEqual(await fish('kafka-topics --lis'), ['--list\tList the names of topics.']);
    assert.deepEqual(await fish('kafka-topics.sh --output=j'), ['--output=json']);
    assert.deepEqual(await fish('kafka-topics --command-config cli'), ['client.properties']);
    assert.deepEqual(await fish('kafka-topics --command-config=cli'), ['--command-config=client.properties']);
  });

  it('completes names of the cluster', async () => {
    assert.deepEqual(await fish(`kafka-topics ${at} --topic 'ev`), ['events\ttopic']);
    assert.deepEqual(await fish(`kafka-consumer-groups ${at} --group te`), [`${GROUP}\tgroup`]);
  });
});
