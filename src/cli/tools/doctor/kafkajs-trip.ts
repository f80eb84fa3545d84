import type { EachMessagePayload, SASLOptions } from 'kafkajs';
import type { ClientSettings } from '../../../client/client-config.js';
import { asError } from '../../../client/client-errors.js';
import { parseJaasConfig } from '../../../client/sasl/jaas.js';
import { hostPortText } from '../../../config/host-port.js';
import type { TripContext } from './round-trip.js';

const LOG_NOTHING = 0;

/**
 * The same trip by another client, which tells whether what is wrong is the cluster or the client.
 * @param groupId of nobody else: the group is deleted afterwards
 */
export async function checkKafkajs(
  topic: string,
  groupId: string,
  settings: ClientSettings,
  context: TripContext,
): Promise<void> {
  const { findings, host } = context;
  const sasl = saslOf(context.properties, settings);
  if (sasl === 'unknown') {
    findings.skipped('kafkajs', topic, 'it does not know this way to log in');
    return;
  }
  const startMs = host.clock.monotonicMs();
  try {
    await roundTrip(topic, groupId, settings, sasl, context);
    const tookMs = Math.round(host.clock.monotonicMs() - startMs);
    findings.ok('kafkajs', topic, `it wrote a record and read it back in a group in ${tookMs} ms`);
  } catch (error) {
    const advice = 'Look at the log of the broker, and whether kafkajs knows what the cluster asks of clients.';
    findings.failed('kafkajs', topic, asError(error).message, advice);
  }
}

async function roundTrip(
  topic: string,
  groupId: string,
  settings: ClientSettings,
  sasl: SASLOptions | null,
  { host, timeoutMs }: TripContext,
): Promise<void> {
  const { Kafka } = await import('kafkajs');
  const tls = await tlsOf(settings, host);
  const kafka = new Kafka({
    clientId: 'kafka-doctor',
    brokers: settings.bootstrap.map((address) => hostPortText(address.host, address.port)),
    logLevel: LOG_NOTHING,
    connectionTimeout: timeoutMs,
    retry: { retries: 2 },
    ...(tls === null ? {} : { ssl: tls }),
    ...(sasl === null ? {} : { sasl }),
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: Math.max(6000, timeoutMs),
  });
  const admin = kafka.admin();
  try {
    await producer.connect();
    const [sent] = await producer.send({ topic, acks: -1, messages: [{ value: groupId, partition: 0 }] });
    await consumer.connect();
    await consumer.subscribe({ topic });
    await received(consumer, { topic, partition: 0, offset: sent?.baseOffset ?? '0' }, timeoutMs, host);
  } finally {
    await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
    await admin.connect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

type KafkajsConsumer = ReturnType<InstanceType<typeof import('kafkajs').Kafka>['consumer']>;

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

async function received(
  consumer: KafkajsConsumer,
  place: Place,
  timeoutMs: number,
  { clock }: TripContext['host'],
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const late = `what it wrote did not come back within ${timeoutMs} ms`;
    const timer = clock.setTimer(timeoutMs, () => reject(new Error(late)));
    const settle = (end: () => void) => {
      timer.cancel();
      end();
    };
    const eachMessage = async ({ partition, message }: EachMessagePayload) => {
      if (partition === place.partition && message.offset === place.offset) settle(resolve);
    };
    consumer.run({ autoCommit: false, eachMessage }).catch((error: unknown) => settle(() => reject(error)));
    // Whatever else is in the topic is not looked at.
    consumer.seek(place);
  });
}

async function tlsOf(settings: ClientSettings, host: TripContext['host']): Promise<object | null> {
  const channel = await settings.security.channel(host);
  const [first] = settings.bootstrap;
  const tls = first === undefined ? undefined : channel?.tlsTo(first)?.settings;
  if (tls === undefined) return null;
  const { trusted, identity, checksName } = tls;
  return {
    ...(trusted === null ? {} : { ca: [...trusted] }),
    ...(identity === null ? {} : { key: identity.key, cert: identity.chain }),
    ...(checksName ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** Null without a login; `unknown` for one that kafkajs cannot do with what the properties say. */
function saslOf(properties: ReadonlyMap<string, string>, settings: ClientSettings): SASLOptions | null | 'unknown' {
  if (!settings.security.protocol.startsWith('SASL')) return null;
  const mechanism = (properties.get('sasl.mechanism') ?? 'GSSAPI').toLowerCase();
  if (mechanism !== 'plain' && mechanism !== 'scram-sha-256' && mechanism !== 'scram-sha-512') return 'unknown';
  const { options } = parseJaasConfig(properties.get('sasl.jaas.config') ?? '');
  const [username, password] = [options.get('username'), options.get('password')];
  if (username === undefined || password === undefined || options.get('tokenauth') === 'true') return 'unknown';
  return { mechanism, username, password } as SASLOptions;
}
