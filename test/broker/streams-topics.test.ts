import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Controller } from '../../src/broker/controller.js';
import { StreamsTopics } from '../../src/broker/streams-topics.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { VirtualClock } from '../support/virtual-clock.js';

const REFUSED_MS = 10_000;
const topic = (name: string) => ({ name, partitions: 1, replicationFactor: 0, topicConfigs: [] });

interface Result {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** A controller that answers when it is told to. */
function bed() {
  const clock = new VirtualClock();
  const waiting: { resolve(response: { topics: Result[] }): void; reject(error: Error): void }[] = [];
  const controller = {
    run: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
  } as unknown as Controller;
  const topics = new StreamsTopics({ controller, clock, logger: new RecordingLogger(), timeoutMs: 1000 });
  return { clock, waiting, topics };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('topics that applications of Kafka Streams need for themselves', () => {
  it('are asked for once at a time', async () => {
    const { waiting, topics } = bed();
    topics.create([topic('a'), topic('b')], REFUSED_MS);
    topics.create([topic('a')], REFUSED_MS);
    assert.equal(waiting.length, 1);
    waiting[0]?.resolve({ topics: [{ name: 'a', errorCode: 0, errorMessage: null }] });
    await settled();
    assert.equal(topics.refusalOf('a'), null);
    topics.create([topic('a')], REFUSED_MS);
    assert.equal(waiting.length, 2);
  });

  it('are let be for a while when they cannot be made, and it is said why', async () => {
    const { clock, waiting, topics } = bed();
    topics.create([topic('a'), topic('b')], REFUSED_MS);
    waiting[0]?.resolve({
      topics: [
        { name: 'a', errorCode: 38, errorMessage: 'too many replicas' },
        { name: 'b', errorCode: 38, errorMessage: null },
      ],
    });
    await settled();
    assert.equal(topics.refusalOf('a'), 'too many replicas');
    assert.equal(
      topics.refusalOf('b'),
      'Replication factor is below 1 or larger than the number of available brokers.',
    );
    topics.create([topic('a')], REFUSED_MS);
    assert.equal(waiting.length, 1);
    clock.advance(REFUSED_MS);
    assert.equal(topics.refusalOf('a'), null);
    topics.create([topic('a')], REFUSED_MS);
    assert.equal(waiting.length, 2);
  });

  it('are refused when the controller cannot be asked', async () => {
    const { waiting, topics } = bed();
    topics.create([topic('a')], REFUSED_MS);
    waiting[0]?.reject(new KafkaError('NOT_CONTROLLER', 'somebody else is'));
    await settled();
    assert.equal(topics.refusalOf('a'), 'somebody else is');
  });

  it('are forgotten about when there are very many', async () => {
    const { waiting, topics } = bed();
    const names = Array.from({ length: 1001 }, (_, index) => `t${index}`);
    topics.create(names.map(topic), REFUSED_MS);
    waiting[0]?.resolve({ topics: names.map((name) => ({ name, errorCode: 17, errorMessage: 'no' })) });
    await settled();
    assert.deepEqual([topics.refusalOf('t0'), topics.refusalOf('t1'), topics.refusalOf('t1000')], [null, 'no', 'no']);
  });
});
