import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { reportFailure } from '../../src/cli/main.js';
import { OptionError } from '../../src/cli/options/option-set.js';
import { AnswerInstead, UsageError } from '../../src/cli/options/usage-error.js';
import { illegalArgument, ToolError } from '../../src/cli/tool-error.js';
import { ConfigException } from '../../src/config/config-exception.js';
import { TestIo } from './test-io.js';

const BIN = fileURLToPath(new URL('../../../bin/', import.meta.url));
const SOURCE = new URL('../../src/', import.meta.url).href;
const root = mkdtempSync(join(tmpdir(), 'kafkalite-main-'));
after(() => rmSync(root, { recursive: true }));

function outcomeOf(error: unknown, onTerminal = false, env = {}): [status: number, out: string, err: string] {
  const io = new TestIo(env);
  io.stderr.isTerminal = onTerminal;
  const status = reportFailure(error, io);
  return [status, io.stdout.text, io.stderr.text];
}

test('what ends a tool becomes a text and an exit status', () => {
  assert.deepEqual(outcomeOf(new AnswerInstead('help\n')), [0, 'help\n', '']);
  assert.deepEqual(outcomeOf(new UsageError('m', 'm\nusage\n')), [1, '', 'm\nusage\n']);
  assert.deepEqual(outcomeOf(new ToolError('no', 3)), [3, '', 'no\n']);
  assert.deepEqual(outcomeOf(new OptionError('wrong')), [1, '', 'wrong\n']);
  const thrown = 'Exception in thread "main" java.lang.IllegalArgumentException: no\n';
  assert.deepEqual(outcomeOf(illegalArgument('no')), [1, '', thrown]);
  assert.deepEqual(outcomeOf(illegalArgument('no'), true), [1, '', 'no\n']);
  const config = 'Exception in thread "main" org.apache.kafka.common.config.ConfigException: bad\n';
  assert.deepEqual(outcomeOf(new ConfigException('bad')), [1, '', config]);
});

test('a mistake of ours is told from an error of the user, without its stack unless asked for', () => {
  const mistake = new TypeError('x is not a function');
  assert.deepEqual(outcomeOf(mistake), [1, '', 'Unexpected error: TypeError: x is not a function\n']);
  assert.match(outcomeOf(mistake, false, { KAFKALITE_DEBUG: '1' })[2], /\n {4}at .*main\.test/);
});

test('every launcher names its own tool, and every .sh is the same', () => {
  const names = readdirSync(BIN);
  const stubs = names.filter((name) => name.endsWith('.sh'));
  assert.ok(stubs.length >= 10);
  assert.equal(new Set(stubs.map((name) => readFileSync(join(BIN, name), 'utf8'))).size, 1);
  for (const stub of stubs) {
    const tool = stub.replace(/\.sh$/, '');
    const launcher = readFileSync(join(BIN, tool), 'utf8');
    const name = tool.replace(/^kafka-/, '');
    assert.equal(launcher, `#!/usr/bin/env node\nrequire('../dist/src/cli/start.cjs')('${name}');\n`);
  }
});

test('a tool runs by its name of Kafka, through links, from anywhere', () => {
  mkdirSync(join(root, 'links'));
  symlinkSync(join(BIN, 'kafka-storage.sh'), join(root, 'first'));
  symlinkSync('../first', join(root, 'links/second'));
  symlinkSync(join(BIN, 'kafka-storage'), join(root, 'links/plain'));
  const runs: [command: string, args: string[], directory: string][] = [
    [join(BIN, 'kafka-storage.sh'), ['random-uuid'], root],
    [join(root, 'links/second'), ['random-uuid'], root],
    [join(root, 'links/plain'), ['random-uuid'], root],
    ['sh', ['kafka-storage.sh', 'random-uuid'], BIN],
  ];
  for (const [command, args, cwd] of runs) {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, ''], command);
    assert.match(stdout, /^[\w-]{22}\n$/, command);
  }
});

test('exit status and streams of a process', () => {
  const wrong = spawnSync(join(BIN, 'kafka-storage'), [], { encoding: 'utf8' });
  assert.equal(wrong.status, 1);
  assert.equal(wrong.stdout, '');
  assert.match(wrong.stderr, /\nkafka-storage: error: too few arguments\n$/);
  const help = spawnSync(join(BIN, 'kafka-storage'), ['--help'], { encoding: 'utf8' });
  assert.deepEqual([help.status, help.stderr], [0, '']);
});

test('a reader that goes away is no error', () => {
  const piped = spawnSync('bash', ['-c', `"${BIN}kafka-storage" format --help | true; echo "\${PIPESTATUS[0]}"`], {
    encoding: 'utf8',
  });
  assert.deepEqual([piped.stdout, piped.stderr], ['0\n', '']);
});

function startScript(code: string): ChildProcess {
  const script = join(root, `script-${readdirSync(root).length}.mjs`);
  writeFileSync(script, code);
  return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

const WAITING = `
  import { ProcessIo, exitStatusOf } from '${SOURCE}cli/process-io.js';
  const io = new ProcessIo();
  const keepAlive = setInterval(() => undefined, 1000);
  io.onStop((signal) => { io.print('stopping by ' + signal); finish(); });
  async function finish() { clearInterval(keepAlive); await io.stdout.drained(); process.exit(exitStatusOf(io.stoppedBy)); }
  io.print('up');
`;

test('a tool that listens is told of the signal, ends by itself, and with the status of the signal', async () => {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const child = startScript(WAITING);
    let out = '';
    child.stdout?.on('data', (chunk) => {
      if (out === '') child.kill(signal);
      out += chunk;
    });
    const [code] = await once(child, 'close');
    assert.deepEqual([code, out], [status, `up\nstopping by ${signal}\n`]);
  }
});

test('a second signal ends it at once', async () => {
  const child = startScript(WAITING.replace('finish(); });', '});'));
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
    child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  assert.deepEqual([code, out], [130, 'up\nstopping by SIGINT\n']);
});
