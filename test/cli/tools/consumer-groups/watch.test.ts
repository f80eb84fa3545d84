import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { LAG_ROUND_SCHEMA } from '../../../../src/cli/tools/consumer-groups/schemas.js';
import * as consumerGroups from '../../../../src/cli/tools/consumer-groups.js';
import { consumerGroupDescribeApi } from '../../../../src/protocol/generated/consumer-group-describe.js';
import { findCoordinatorApi } from '../../../../src/protocol/generated/find-coordinator.js';
import { listOffsetsApi } from '../../../../src/protocol/generated/list-offsets.js';
import { offsetFetchApi } from '../../../../src/protocol/generated/offset-fetch.js';
import { testClientHost } from '../../../support/client-host.js';
import { FakeBroker } from '../../../support/fake-broker.js';
import type { VirtualClock } from '../../../support/virtual-clock.js';
import { TestIo } from '../../test-io.js';

const isRound = new Ajv({ allowUnionTypes: true }).compile(LAG_ROUND_SCHEMA);

/** A group that reads a topic at 20 records a round, of which 10 come in. */
class Bed {
  readonly io: TestIo;
  readonly clock: VirtualClock;
  readonly broker: FakeBroker;
  committed = 20;
  end = 90;
  outcome: Promise<number> = Promise.resolve(-1);

  constructor(io: TestIo) {
    const { clock, network } = testClientHost();
    this.io = Object.assign(io, { host: { ...io.host, clock, network } });
    this.clock = clock;
    this.broker = new FakeBroker(network);
    this.broker.topics = [{ name: 'orders', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: [{ leader: 1, epoch: 1 }] }];
  }

  async start(words: string): Promise<this> {
    const { broker } = await this.answering();
    const argv = ['--bootstrap-server', `localhost:${broker.port}`, '--describe', '--group', 'g', ...words.split(' ')];
    this.outcome = Promise.resolve(consumerGroups.run(argv, this.io));
    return this;
  }

  private async answering(): Promise<this> {
    const { broker } = this;
    await broker.start();
    broker.on(findCoordinatorApi, ({ request }) => ({
      coordinators: request.coordinatorKeys.map((key) => ({ key, nodeId: 1, host: 'localhost', port: broker.port })),
    }));
    broker.on(consumerGroupDescribeApi, ({ request }) => ({
      groups: request.groupIds.map((groupId) => ({ groupId, groupState: 'Stable', groupEpoch: 3 })),
    }));
    broker.on(offsetFetchApi, ({ request }) => {
      this.committed += 20;
      const partitions = [{ partitionIndex: 0, committedOffset: this.committed }];
      return { groups: request.groups.map(({ groupId }) => ({ groupId, topics: [{ name: 'orders', partitions }] })) };
    });
    broker.on(listOffsetsApi, () => {
      this.end += 10;
      return { topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, offset: this.end }] }] };
    });
    return this;
  }

  /** Lets things happen until the output says so. */
  async until(isSeen: (text: string) => boolean): Promise<void> {
    for (let turn = 0; !isSeen(this.io.stdout.text); turn++) {
      if (turn > 20_000) assert.fail(`never seen, but: ${this.io.stdout.text}${this.io.stderr.text}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits for a round that ends with `text` coming once more, then lets the interval pass. */
  async rounds(count: number, text: string, intervalMs: number): Promise<void> {
    for (let seen = 1; seen <= count; seen++) {
      await this.until((out) => out.split(text).length > seen);
      if (seen < count) this.clock.advance(intervalMs);
    }
  }

  async stop(): Promise<number> {
    this.io.tellToStop();
    return this.outcome;
  }
}

test('every round is an object a line, with rates and the time to catch up', async () => {
  const bed = await new Bed(new TestIo()).start('--watch 2 --output ndjson');
  await bed.rounds(3, '}\n', 2000);
  assert.equal(await bed.stop(), 0);
  const rows = bed.io.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(rows.length, 3);
  for (const row of rows) assert.ok(isRound(row), JSON.stringify(isRound.errors));
  assert.deepEqual(rows[0].total.consumedPerSecond, null);
  assert.deepEqual(rows[2], {
    timeMs: rows[0].timeMs + 4000,
    group: 'g',
    state: 'Stable',
    total: {
      currentOffset: 80,
      logEndOffset: 120,
      lag: 40,
      consumedPerSecond: 10,
      producedPerSecond: 5,
      catchUpSeconds: 8,
    },
    partitions: [
      {
        topic: 'orders',
        partition: 0,
        currentOffset: 80,
        logEndOffset: 120,
        lag: 40,
        consumedPerSecond: 10,
        producedPerSecond: 5,
        catchUpSeconds: 8,
      },
    ],
  });
});

test('off a terminal a round is a block of lines', async () => {
  const bed = await new Bed(new TestIo()).start('--watch 2');
  await bed.rounds(2, '\n\n', 2000);
  assert.equal(await bed.stop(), 0);
  const [, second] = bed.io.stdout.text.split('\n\n');
  assert.equal(
    second,
    [
      '2023-11-14T22:13:22.000Z Group g: Stable, 0 members',
      'TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMED/S      PRODUCED/S      CATCH-UP',
      'orders          0          60              110             50              10              5               10 s',
      'total           -          60              110             50              10              5               10 s',
    ].join('\n'),
  );
});

test('json is one array, which is whole when the watch ends', async () => {
  const bed = await new Bed(new TestIo()).start('--watch 1 --output json');
  await bed.rounds(2, '"partitions"', 1000);
  assert.equal(await bed.stop(), 0);
  const rows = JSON.parse(bed.io.stdout.text);
  assert.equal(rows.length, 2);
});

test('on a terminal the rounds are drawn in the same place, and the terminal is given back', async () => {
  const bed = await new Bed(new TestIo({ NO_COLOR: '1' }).onTerminal(100, 20)).start('--watch 1');
  await bed.rounds(2, 'Ctrl-C ends.', 1000);
  const { stdout } = bed.io;
  assert.ok(stdout.text.startsWith('\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H2023-11-14T'), stdout.text);
  assert.equal(stdout.text.split('\u001b[?1049h').length, 2, 'opened once');
  assert.equal(stdout.text.split('\u001b[H').length, 3, 'drawn twice from the top');
  stdout.text = '';
  stdout.resize(30, 20);
  await bed.until((text) => text.includes('Ctrl-C ends.'));
  assert.match(stdout.text, /Topic {7}orders/, 'a table would not fit any more');
  stdout.text = '';
  assert.equal(await bed.stop(), 0);
  assert.ok(stdout.text.startsWith('\u001b[?7h\u001b[?25h\u001b[?1049l2023-'), 'what was seen last stays');
  assert.equal(bed.clock.timerCount, 0);
});

test('a broker that goes away for a while is told of, and the watch goes on', async () => {
  const bed = await new Bed(new TestIo()).start('--watch 1 --output ndjson --timeout 5000');
  await bed.rounds(1, '}\n', 1000);
  bed.broker.on(consumerGroupDescribeApi, ({ request }) => ({
    groups: request.groupIds.map((groupId) => ({ groupId, errorCode: 30 })),
  }));
  bed.clock.advance(1000);
  while (bed.io.stderr.text === '') await new Promise((resolve) => setImmediate(resolve));
  assert.match(bed.io.stderr.text, /^Group authorization failed\.\n$/);
  bed.broker.on(consumerGroupDescribeApi, ({ request }) => ({
    groups: request.groupIds.map((groupId) => ({ groupId, groupState: 'Stable' })),
  }));
  bed.clock.advance(1000);
  await bed.until((text) => text.split('}\n').length > 2);
  assert.equal(await bed.stop(), 0);
});

test('what is wrong from the beginning ends it', async () => {
  const bed = new Bed(new TestIo());
  await bed.start('--watch 1 --output ndjson');
  bed.broker.on(consumerGroupDescribeApi, ({ request }) => ({
    groups: request.groupIds.map((groupId) => ({ groupId, errorCode: 30 })),
  }));
  assert.equal(await bed.outcome, 1);
  assert.match(bed.io.stderr.text, /^Group authorization failed\.\n$/);
});
