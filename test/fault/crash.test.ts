/**
 * The broker as a process of its own, killed again and again while idempotent producers write. After each restart every
 * acknowledged record is there, once, in its producer's order, and nothing is there twice.
 *
 * `KAFKALITE_FAULT_ROUNDS=200` kills it 200 times.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAdmin } from '../../src/client/admin/admin-client.js';
import { createTopics } from '../../src/client/admin/topics.js';
import type { TopicPartition } from '../../src/client/topic-partition.js';
import { prepareNode } from '../support/prepared-node.js';
import { clientHost } from '../support/real-client-host.js';
import { SeededRandom } from '../support/seeded-random.js';
import { StartedNode } from '../support/started-node.js';
import { CrashLoad, StreamReader } from './crash-load.js';
import { roundsOf, seedOr, withSeed } from './fault-options.js';

const QUICK_ROUNDS = 12;
const LIMIT_MS_PER_ROUND = 5000;
const TOPICS = ['a', 'b'];
const PARTITIONS_PER_TOPIC = 3;
const PRODUCERS = ['p1', 'p2'];
/** Small ones, so that logs roll every few rounds. */
const SEGMENT_BYTES = '40000';
const MOST_RECORDS_A_ROUND = 300;
const LONGEST_PAUSE_MS = 30;
/** What the recovery after a kill begins from differs with these. */
const FLUSHES = [
  [],
  ['log.flush.interval.messages=1'],
  ['log.flush.interval.messages=50'],
  ['log.flush.interval.ms=20'],
];

const PARTITIONS: readonly TopicPartition[] = TOPICS.flatMap((topic) =>
  Array.from({ length: PARTITIONS_PER_TOPIC }, (_, partition) => ({ topic, partition })),
);

async function makeTopics(bootstrap: string): Promise<void> {
  const admin = openAdmin(new Map([['bootstrap.servers', bootstrap]]), clientHost());
  const configs = new Map([
    ['internal.segment.bytes', SEGMENT_BYTES],
    ['index.interval.bytes', '1000'],
  ]);
  const results = await createTopics(
    admin,
    TOPICS.map((name) => ({ name, partitions: PARTITIONS_PER_TOPIC, configs })),
  );
  for (const [name, result] of results) assert.ok(!(result instanceof Error), `${name}: ${String(result)}`);
  admin.close();
}

class CrashRun {
  private readonly random: SeededRandom;
  private readonly root: string;
  private file = '';
  private port = 0;
  private settings = '';
  private node: StartedNode | null = null;

  constructor(seed: number, root: string) {
    this.random = new SeededRandom(seed);
    this.root = root;
  }

  async run(rounds: number): Promise<void> {
    ({ file: this.file, port: this.port } = await prepareNode(this.root));
    appendFileSync(
      this.file,
      'log.flush.offset.checkpoint.interval.ms=50\nlog.flush.start.offset.checkpoint.interval.ms=50\n',
    );
    this.settings = readFileSync(this.file, 'utf8');
    await this.start();
    await makeTopics(this.bootstrap);
    const loads = PRODUCERS.map(
      (name) => new CrashLoad(name, this.bootstrap, PARTITIONS, new SeededRandom(this.random.below(1 << 30))),
    );
    const running = Promise.all(loads.map((load) => load.run()));
    running.catch(() => undefined);
    const reader = new StreamReader(PARTITIONS);
    for (let round = 0; round < rounds; round++) await Promise.race([this.crash(loads, reader), fails(running)]);
    for (const load of loads) load.end();
    await running;
    await this.check(new StreamReader(PARTITIONS), loads);
  }

  private get bootstrap(): string {
    return `localhost:${this.port}`;
  }

  private async start(): Promise<void> {
    const flushes = FLUSHES[this.random.below(FLUSHES.length)] ?? [];
    writeFileSync(this.file, `${this.settings}${flushes.join('\n')}\n`);
    this.node = new StartedNode([this.file]);
    await this.node.ready();
  }

  private async crash(loads: readonly CrashLoad[], reader: StreamReader): Promise<void> {
    const load = loads[this.random.below(loads.length)] as CrashLoad;
    await load.acknowledgedMore(this.random.below(MOST_RECORDS_A_ROUND));
    // At any moment between two answers, too.
    await new Promise((resolve) => setTimeout(resolve, this.random.below(LONGEST_PAUSE_MS)));
    await this.kill();
    await this.start();
    await this.check(reader, loads);
  }

  private async check(reader: StreamReader, loads: readonly CrashLoad[]): Promise<void> {
    const promises = loads.flatMap(({ streams }) => streams.map((stream) => ({ ...stream })));
    await reader.readOn(this.bootstrap, promises);
  }

  async kill(): Promise<void> {
    await this.node?.stop('SIGKILL');
  }
}

/** Rejects when the work does, and never ends otherwise. */
const fails = (work: Promise<unknown>): Promise<never> => new Promise((_, reject) => work.catch(reject));

const rounds = roundsOf(QUICK_ROUNDS);
const seed = seedOr(1);

test(`${rounds} kills under load`, { timeout: 60_000 + rounds * LIMIT_MS_PER_ROUND }, () =>
  withSeed(seed, 'crash.test.js', async () => {
    const root = mkdtempSync(join(tmpdir(), 'kafkalite-crash-'));
    const run = new CrashRun(seed, root);
    try {
      await run.run(rounds);
    } finally {
      await run.kill();
      rmSync(root, { recursive: true, force: true });
    }
  }),
);
