/**
 * Programs that read, process and write in transactions, killed again and again, and their broker too. In the end each
 * input is in the output once, in its partition's order, and no reader ever saw what Kafka promises to hide.
 *
 * `KAFKALITE_FAULT_ROUNDS=100` kills 100 times.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openAdmin } from '../../src/client/admin/admin-client.js';
import { createTopics } from '../../src/client/admin/topics.js';
import { prepareNode } from '../support/prepared-node.js';
import { clientHost } from '../support/real-client-host.js';
import { SeededRandom } from '../support/seeded-random.js';
import { StartedNode } from '../support/started-node.js';
import { roundsOf, seedOr, withSeed } from './fault-options.js';
import type { Operation, Outcome } from './history.js';
import { checkHistory } from './history-checker.js';
import { InputLoad } from './input-load.js';
import { allDecided, OutputReader } from './output-reader.js';
import { Processor } from './processor.js';
import { inputOf, type ProcessorOptions } from './processor-report.js';

const QUICK_ROUNDS = 8;
const LIMIT_MS_PER_ROUND = 10_000;
const PROCESSORS = 2;
const PARTITIONS = [0, 1, 2, 3];
const INPUT = PARTITIONS.map((partition) => ({ topic: 'input', partition }));
const OUTPUT = PARTITIONS.map((partition) => ({ topic: 'output', partition }));
/** Inputs that no committed transaction has yet. */
const MOST_AHEAD = 150;
const MOST_TRANSACTIONS_A_ROUND = 12;
const LONGEST_PAUSE_MS = 40;
const LONGEST_COMMIT_MS = 6;

/** Why a processor may end by itself: it was too slow for its transaction, its calls or its group. */
const MAY_GIVE_UP = [
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  // The coordinator has aborted what it wants to commit.
  'INVALID_TXN_STATE',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_MEMBER_ID',
];

type GroupProtocol = ProcessorOptions['groupProtocol'];

const BROKER_SETTINGS = [
  'offsets.topic.num.partitions=3',
  'transaction.state.log.num.partitions=3',
  'transaction.state.log.replication.factor=1',
  'transaction.state.log.min.isr=1',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms=200',
  'group.initial.rebalance.delay.ms=0',
  'group.min.session.timeout.ms=500',
  'group.consumer.min.session.timeout.ms=500',
  'group.consumer.session.timeout.ms=1000',
  'group.consumer.min.heartbeat.interval.ms=50',
  'group.consumer.heartbeat.interval.ms=100',
];

async function makeTopics(bootstrap: string): Promise<void> {
  const admin = openAdmin(new Map([['bootstrap.servers', bootstrap]]), clientHost());
  const topics = ['input', 'output'].map((name) => ({ name, partitions: PARTITIONS.length }));
  for (const [name, result] of await createTopics(admin, topics)) {
    assert.ok(!(result instanceof Error), `${name}: ${String(result)}`);
  }
  admin.close();
}

class ExactlyOnceRun {
  private readonly groupProtocol: GroupProtocol;
  private readonly random: SeededRandom;
  private readonly root: string;
  private file = '';
  private port = 0;
  private node: StartedNode | null = null;
  private readonly slots: (Processor | null)[] = new Array(PROCESSORS).fill(null);
  private readonly processors: Processor[] = [];
  private readonly seen = new Set<string>();
  private processed = 0;
  private settled = 0;
  private commits = 0;
  private isOver = false;
  private input: InputLoad | null = null;
  private follower: OutputReader | null = null;
  private readonly looks = new Set<() => void>();
  private fail: (error: Error) => void = () => undefined;
  private readonly failed = new Promise<never>((_, reject) => {
    this.fail = reject;
  });
  private readonly kills = { broker: 0, processor: 0 };
  private readonly gaveUp = new Map<string, number>();

  constructor(groupProtocol: GroupProtocol, seed: number, root: string) {
    this.groupProtocol = groupProtocol;
    this.random = new SeededRandom(seed);
    this.root = root;
    this.failed.catch(() => undefined);
  }

  async run(rounds: number): Promise<string> {
    ({ file: this.file, port: this.port } = await prepareNode(this.root));
    appendFileSync(this.file, `${BROKER_SETTINGS.join('\n')}\n`);
    await this.startBroker();
    await makeTopics(this.bootstrap);
    const input = new InputLoad(
      this.bootstrap,
      INPUT,
      this.ownRandom(),
      () => input.sent - this.processed < MOST_AHEAD,
    );
    this.input = input;
    const follower = new OutputReader('follower', this.bootstrap, OUTPUT);
    this.follower = follower;
    const work = [input.run(), follower.run((values) => this.saw(values))];
    for (const one of work) one.catch(this.fail);
    for (let slot = 0; slot < PROCESSORS; slot++) this.startProcessor(slot);
    for (let round = 0; round < rounds; round++) await Promise.race([this.crash(), this.failed]);
    input.end();
    await Promise.race([work[0], this.failed]);
    await this.until(() => this.seen.size >= input.sent);
    this.isOver = true;
    await this.killProcessors();
    await Promise.race([allDecided(this.bootstrap, OUTPUT), this.failed]);
    follower.end();
    await work[1];
    const last = new OutputReader('last reader', this.bootstrap, OUTPUT);
    await last.readToEnd();
    return this.check(input, follower, last);
  }

  private get bootstrap(): string {
    return `localhost:${this.port}`;
  }

  private ownRandom(): SeededRandom {
    return new SeededRandom(this.random.below(1 << 30));
  }

  private async startBroker(): Promise<void> {
    this.node = new StartedNode([this.file]);
    await this.node.ready();
  }

  private startProcessor(slot: number): void {
    const name = `p${slot}-${this.processors.length}`;
    const isStatic = this.random.below(3) === 0;
    const options = {
      name,
      transactionalId: `tx-${slot}`,
      bootstrap: this.bootstrap,
      group: 'processors',
      groupProtocol: this.groupProtocol,
      groupInstanceId: isStatic ? `instance-${slot}` : null,
      from: 'input',
      to: 'output',
      seed: this.random.below(1 << 30),
    } as const;
    const processor = new Processor(options, this);
    this.slots[slot] = processor;
    this.processors.push(processor);
    processor.ended.then(() => this.onEnd(slot, processor), this.fail);
  }

  onCommitting(): void {
    this.commits++;
    this.changed();
  }

  onOperation({ outcome, sends }: Operation): void {
    this.settled++;
    if (outcome === 'done') this.processed += sends.length;
    this.changed();
  }

  /** One that gave up is started again, as an operator's supervisor would. */
  private onEnd(slot: number, { gaveUp }: Processor): void {
    if (gaveUp === null || this.isOver) return;
    if (gaveUp.error === null || !MAY_GIVE_UP.includes(gaveUp.error)) {
      this.fail(new Error(gaveUp.message));
      return;
    }
    this.gaveUp.set(gaveUp.error, (this.gaveUp.get(gaveUp.error) ?? 0) + 1);
    this.startProcessor(slot);
  }

  private saw(values: readonly string[]): void {
    for (const value of values) this.seen.add(inputOf(value));
    // What was committed without its processor living to tell of it counts too.
    this.processed = Math.max(this.processed, this.seen.size);
    this.changed();
  }

  private changed(): void {
    this.input?.changed();
    for (const look of this.looks) look();
  }

  private async until(isReady: () => boolean): Promise<void> {
    let look = () => {};
    const ready = new Promise<void>((resolve) => {
      look = () => {
        if (isReady()) resolve();
      };
    });
    this.looks.add(look);
    look();
    await Promise.race([ready, this.failed]);
    this.looks.delete(look);
  }

  private async crash(): Promise<void> {
    const wanted = this.settled + this.random.below(MOST_TRANSACTIONS_A_ROUND);
    await this.until(() => this.settled >= wanted);
    // At any moment of a transaction; half of the times while its end is asked for, as that is where most can go wrong.
    const isAtCommit = this.random.below(2) === 0;
    const commits = this.commits;
    if (isAtCommit) await this.until(() => this.commits > commits);
    const pauseMs = this.random.below(isAtCommit ? LONGEST_COMMIT_MS : LONGEST_PAUSE_MS);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const victims = this.random.below(6);
    const slot = this.random.below(PROCESSORS);
    if (victims < 3) await this.crashProcessor(slot);
    if (victims >= 2) await this.crashBroker(victims === 5 ? slot : null);
  }

  private async crashProcessor(slot: number): Promise<void> {
    this.kills.processor++;
    await this.slots[slot]?.kill();
    this.startProcessor(slot);
  }

  /** @param slot of a processor that dies while the broker is away; null for none */
  private async crashBroker(slot: number | null): Promise<void> {
    this.kills.broker++;
    await this.node?.stop('SIGKILL');
    if (slot !== null) await this.crashProcessor(slot);
    await this.startBroker();
  }

  private async killProcessors(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.slots.map((processor) => processor?.kill()));
  }

  private check(input: InputLoad, follower: OutputReader, last: OutputReader): string {
    const processed = this.processors.flatMap(({ operations }) => operations);
    const history = [...input.operations(), ...processed, ...follower.operations, ...last.operations];
    assert.deepEqual(checkHistory(history, { isReadToEnd: true }), []);
    for (const partition of PARTITIONS) {
      const wanted = Array.from({ length: input.counts[partition] ?? 0 }, (_, number) => `${partition}:${number}`);
      assert.deepEqual(last.valuesOf(partition).map(inputOf), wanted, `partition ${partition} of the output`);
      assert.deepEqual(follower.valuesOf(partition), last.valuesOf(partition), `partition ${partition} as followed`);
    }
    return this.figures(input, processed);
  }

  private figures(input: InputLoad, processed: readonly Operation[]): string {
    const count = (wanted: Outcome) => processed.filter(({ outcome }) => outcome === wanted).length;
    const gaveUp = [...this.gaveUp].map(([error, times]) => `${error} ${times}`).join(', ');
    return [
      `${this.kills.broker} kills of the broker, ${this.kills.processor} of processors`,
      `${input.sent} inputs`,
      `transactions: ${count('done')} committed, ${count('failed')} aborted, ${count('unknown')} unknown`,
      `processors that gave up: ${gaveUp || 'none'}`,
    ].join('; ');
  }

  async end(): Promise<void> {
    this.input?.end();
    this.follower?.end();
    await this.killProcessors();
    await this.node?.stop('SIGKILL');
  }
}

const rounds = roundsOf(QUICK_ROUNDS);
const seed = seedOr(1);

async function run(groupProtocol: GroupProtocol, t: TestContext): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'kafkalite-exactly-once-'));
  const exactlyOnce = new ExactlyOnceRun(groupProtocol, seed, root);
  try {
    t.diagnostic(await exactlyOnce.run(rounds));
  } finally {
    await exactlyOnce.end();
    rmSync(root, { recursive: true, force: true });
  }
}

for (const groupProtocol of ['classic', 'consumer'] as const) {
  const timeout = 60_000 + rounds * LIMIT_MS_PER_ROUND;
  test(`exactly once in a ${groupProtocol} group through ${rounds} rounds of kills`, { timeout }, (t) =>
    withSeed(seed, 'exactly-once.test.js', () => run(groupProtocol, t)),
  );
}
