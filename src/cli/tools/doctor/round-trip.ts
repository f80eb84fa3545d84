import { createTopics, deleteTopics } from '../../../client/admin/topics.js';
import type { ClientHost } from '../../../client/client-config.js';
import { asError } from '../../../client/client-errors.js';
import type { Cluster } from '../../../client/cluster.js';
import { Consumer } from '../../../client/consumer/consumer.js';
import { Producer } from '../../../client/producer/producer.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { Findings } from './findings.js';

/** Clocks that differ by more make records look older or younger than they are. */
const SKEW_TO_MENTION_MS = 2000;

export interface TripContext {
  readonly properties: ReadonlyMap<string, string>;
  readonly host: ClientHost;
  readonly timeoutMs: number;
  readonly findings: Findings;
}

/** A topic of the doctor's own, as long as the work lasts, in which the broker says the time; null when there is none. */
export async function withOwnTopic(
  admin: Cluster,
  name: string,
  { findings, timeoutMs }: TripContext,
  work: (topic: string) => Promise<void>,
): Promise<void> {
  const configs = new Map([['message.timestamp.type', 'LogAppendTime']]);
  const created = await createTopics(admin, [{ name, partitions: 1, configs }], { timeoutMs }).catch(asError);
  const failure = created instanceof Error ? created : created.get(name);
  if (failure instanceof Error) {
    const advice =
      failure instanceof KafkaError && failure.error === 'TOPIC_AUTHORIZATION_FAILED'
        ? 'Give --topic with a topic that this user may write and read.'
        : 'Look at the controller, or give --topic with a topic that is there.';
    findings.failed('topic', name, `cannot be created: ${failure.message}`, advice);
    return;
  }
  findings.ok('topic', name, 'created');
  try {
    await work(name);
  } finally {
    const deleted = await deleteTopics(admin, [name], { timeoutMs }).catch(asError);
    const error = deleted instanceof Error ? deleted : deleted.get(name);
    if (error instanceof Error) {
      const advice = 'Delete it with kafka-topics --delete, as a user who may.';
      findings.warning('topic', name, `cannot be deleted again: ${error.message}`, advice);
    }
  }
}

/** A record there and back, and what the broker's clock said meanwhile. */
export async function checkRoundTrip(topic: string, payload: string, context: TripContext): Promise<boolean> {
  const { findings, host } = context;
  const startMs = host.clock.monotonicMs();
  try {
    const { offset, skewMs } = await produced(topic, payload, context);
    await consumed(topic, offset, payload, context);
    const tookMs = Math.round(host.clock.monotonicMs() - startMs);
    findings.ok('round trip', topic, `a record was written, acknowledged by all and read back in ${tookMs} ms`);
    checkSkew(skewMs, findings);
    return true;
  } catch (error) {
    const { message } = asError(error);
    const advice = `Look at the log of the broker that leads ${topic}-0, and at min.insync.replicas and permissions.`;
    findings.failed('round trip', topic, message, advice);
    findings.skipped('clock', null, 'there was no record to tell the time by');
    return false;
  }
}

async function produced(
  topic: string,
  payload: string,
  { properties, host, timeoutMs }: TripContext,
): Promise<{ readonly offset: number; readonly skewMs: number | null }> {
  const limits = {
    'max.block.ms': timeoutMs,
    'delivery.timeout.ms': timeoutMs,
    'request.timeout.ms': timeoutMs,
    'linger.ms': 0,
  };
  const limited = new Map([...properties, ...Object.entries(limits).map(([key, value]) => [key, `${value}`] as const)]);
  const producer = new Producer(limited.set('acks', 'all'), host);
  try {
    // The first record waits for what the producer has to learn of the cluster: the second is the one that tells the time.
    await deliveredBy(producer, topic, payload);
    const beforeMs = host.clock.nowMs();
    const delivery = await deliveredBy(producer, topic, payload);
    const afterMs = host.clock.nowMs();
    const brokerMs = delivery.partOf(0)?.logAppendTimeMs ?? -1;
    const skewMs = brokerMs < 0 ? null : Math.round(brokerMs - (beforeMs + afterMs) / 2);
    return { offset: delivery.offsetOf(0), skewMs };
  } finally {
    await producer.close(0);
  }
}

async function deliveredBy(producer: Producer, topic: string, payload: string) {
  const delivery = await producer.send(topic, 0, null, Buffer.from(payload));
  await producer.flush();
  if (delivery.error !== null) throw delivery.error;
  return delivery;
}

async function consumed(
  topic: string,
  offset: number,
  payload: string,
  { properties, host, timeoutMs }: TripContext,
): Promise<void> {
  const consumer = new Consumer(new Map(properties).set('enable.auto.commit', 'false'), host);
  const partition = { topic, partition: 0 };
  const deadlineMs = host.clock.monotonicMs() + timeoutMs;
  try {
    consumer.assign([partition]);
    consumer.seek(partition, offset);
    while (host.clock.monotonicMs() < deadlineMs) {
      for (const { cursor } of await consumer.poll(deadlineMs - host.clock.monotonicMs())) {
        while (cursor.next()) {
          if (cursor.offset !== offset) continue;
          if (cursor.value()?.toString() === payload) return;
          throw new Error(`what was read at offset ${offset} is not what was written there`);
        }
      }
    }
    throw new Error(`the record was acknowledged, and did not come back within ${timeoutMs} ms`);
  } finally {
    await consumer.close(0);
  }
}

function checkSkew(skewMs: number | null, findings: Findings): void {
  if (skewMs === null) {
    findings.skipped('clock', null, 'this topic keeps the times of producers, and not those of the broker');
    return;
  }
  const seconds = `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (Math.abs(skewMs) < SKEW_TO_MENTION_MS) {
    findings.ok('clock', null, `the broker's clock is within ${SKEW_TO_MENTION_MS / 1000} s of this machine's`);
    return;
  }
  const advice =
    'Have both keep the time of a time server: retention, time-outs of transactions and logins depend on it.';
  findings.warning('clock', null, `the broker's clock is ${seconds}`, advice);
}
