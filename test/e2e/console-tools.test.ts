import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { prepareNode } from '../support/prepared-node.js';
import { StartedNode } from '../support/started-node.js';

const BIN = fileURLToPath(new URL('../../../bin/', import.meta.url));
const LIMIT = { timeout: 120_000 };
const PARTITIONS = 3;
const root = mkdtempSync(join(tmpdir(), 'kafkalite-console-'));

let file = '';
let at = '';
let node: StartedNode;
const living = new Set<ChildProcessWithoutNullStreams>();

before(async () => {
  const prepared = await prepareNode(root);
  file = prepared.file;
  at = `localhost:${prepared.port}`;
  node = new StartedNode([file]);
  await node.ready();
}, LIMIT);

after(async () => {
  for (const child of living) child.kill('SIGKILL');
  await node.stop('SIGTERM');
  rmSync(root, { recursive: true, force: true });
}, LIMIT);

/** A tool that runs beside the test, and what it said so far. */
class RunningTool {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<{ status: number | null; stderr: string }>;
  private stderr = '';

  constructor(tool: string, ...args: string[]) {
    const child = spawn(`${BIN}kafka-${tool}.sh`, ['--bootstrap-server', at, ...args]);
    this.process = child;
    living.add(child);
    child.stderr.on('data', (chunk) => {
      this.stderr += String(chunk);
    });
    child.stdin.on('error', () => undefined);
    this.ended = once(child, 'close').then(([status]) => {
      living.delete(child);
      return { status, stderr: this.stderr };
    });
  }

  /** Its lines, as they come. */
  lines(): AsyncIterable<string> {
    return createInterface({ input: this.process.stdout });
  }
}

async function run(tool: string, args: readonly string[], input = ''): Promise<string[]> {
  const running = new RunningTool(tool, ...args);
  running.process.stdin.end(input);
  const lines: string[] = [];
  for await (const line of running.lines()) lines.push(line);
  const { status, stderr } = await running.ended;
  assert.equal(status, 0, `${tool} ${args.join(' ')}: ${stderr}`);
  return lines;
}

const createTopic = (topic: string) =>
  run('topics', ['--create', '--topic', topic, '--partitions', String(PARTITIONS)]);

/** Numbered lines, the larger the number of bytes the longer. */
const numbered = (first: number, count: number, filling = ''): string =>
  Array.from({ length: count }, (_, index) => `${first + index}${filling}\n`).join('');

/** Writes and waits while the reader is slow. */
async function feed(tool: RunningTool, text: string): Promise<void> {
  if (!tool.process.stdin.write(text)) await once(tool.process.stdin, 'drain');
}

test('a reader that goes away ends the consumer quietly', LIMIT, async () => {
  await createTopic('piped');
  await run('console-producer', ['--topic', 'piped'], numbered(0, 20_000));
  const command = `"${BIN}kafka-console-consumer.sh" --bootstrap-server ${at} --topic piped --from-beginning --command-property group.protocol=consumer`;
  const shell = spawn('bash', ['-c', `${command} | head -n 3; echo "\${PIPESTATUS[0]}"`]);
  let [out, err] = ['', ''];
  shell.stdout.on('data', (chunk) => {
    out += chunk;
  });
  shell.stderr.on('data', (chunk) => {
    err += chunk;
  });
  await once(shell, 'close');
  const lines = out.trimEnd().split('\n');
  assert.equal(lines.length, 4);
  assert.match(lines.at(-1) as string, /^(?:0|141)$/);
  assert.doesNotMatch(err, /EPIPE|Error|at .*\.js/);
});

test('a slow reader gets everything, and the consumer does not read ahead without end', LIMIT, async () => {
  await createTopic('slow');
  const count = 300_000;
  await run('console-producer', ['--topic', 'slow'], numbered(0, count, '.'.repeat(200)));
  const limits = ['--from-beginning', '--max-messages', String(count)];
  const consumer = new RunningTool('console-consumer', '--topic', 'slow', ...limits);
  // Sixty megabytes wait behind a pipe that nobody empties until the process has stopped to work.
  await untilIdle(consumer.process.pid as number);
  const residentMb = memoryMb(consumer.process.pid as number);
  const seen = new Set<string>();
  for await (const line of consumer.lines()) seen.add(line.slice(0, line.indexOf('.')));
  assert.equal((await consumer.ended).status, 0);
  assert.equal(seen.size, count);
  assert.ok(residentMb < 250, `${residentMb} MB while nobody read`);
});

/** Until a process takes no more processor time and holds memory that shows it has begun. */
async function untilIdle(pid: number): Promise<void> {
  let before = -1;
  for (let quiet = 0; quiet < 5; ) {
    const ticks = processorTicks(pid);
    quiet = ticks === before && ticks > 0 ? quiet + 1 : 0;
    before = ticks;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

const memoryMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('a producer that is told to stop sends what it has read', LIMIT, async () => {
  await createTopic('stopped');
  const producer = new RunningTool('console-producer', '--topic', 'stopped', '--timeout', '60000');
  await feed(producer, numbered(0, 1000));
  await untilIdle(producer.process.pid as number);
  producer.process.kill('SIGTERM');
  assert.equal((await producer.ended).status, 143);
  const lines = await run('console-consumer', ['--topic', 'stopped', '--from-beginning', '--max-messages', '1000']);
  assert.equal(new Set(lines).size, 1000);
});

test('a line without its end is a record too', LIMIT, async () => {
  await createTopic('unended');
  await run('console-producer', ['--topic', 'unended'], 'first\nlast');
  const lines = await run('console-consumer', ['--topic', 'unended', '--from-beginning', '--max-messages', '2']);
  assert.deepEqual(lines.sort(), ['first', 'last']);
});

test('a broker that is killed and comes back loses no line and doubles none', LIMIT, async () => {
  await createTopic('killed');
  const shown = ['--formatter-property', 'print.partition=true', '--group', 'killed-readers'];
  const consumer = new RunningTool('console-consumer', '--topic', 'killed', '--from-beginning', ...shown);
  const read: string[] = [];
  let onLine: () => void = () => undefined;
  const reading = (async () => {
    for await (const line of consumer.lines()) {
      read.push(line);
      onLine();
    }
  })();
  const readAtLeast = (count: number) =>
    new Promise<void>((resolve) => {
      onLine = () => {
        if (read.length >= count) resolve();
      };
      onLine();
    });
  const producer = new RunningTool('console-producer', '--topic', 'killed', '--message-send-max-retries', '1000');
  const sent: number[] = [];
  const send = (first: number): Promise<void> => {
    for (let index = 0; index < linesOfRound; index++) sent.push(first + index);
    return feed(producer, numbered(first, linesOfRound));
  };
  const rounds = 3;
  const linesOfRound = 5000;
  for (let round = 0; round < rounds; round++) {
    await send(2 * round * linesOfRound);
    await readAtLeast(2 * round * linesOfRound + 1);
    await send((2 * round + 1) * linesOfRound);
    assert.equal((await node.stop('SIGKILL')).signal, 'SIGKILL');
    node = new StartedNode([file]);
    await node.ready();
  }
  producer.process.stdin.end();
  const produced = await producer.ended;
  assert.equal(produced.status, 0, produced.stderr);
  const total = 2 * rounds * linesOfRound;
  await readAtLeast(total);
  consumer.process.kill('SIGINT');
  await reading;
  const last = new Map<string, number>();
  for (const line of read) {
    const [partition = '', number = ''] = line.split('\t');
    assert.ok(Number(number) > (last.get(partition) ?? -1), `${line} comes after ${last.get(partition)}`);
    last.set(partition, Number(number));
  }
  assert.deepEqual(
    read.map((line) => Number(line.split('\t')[1])).toSorted((a, b) => a - b),
    sent,
  );
});
