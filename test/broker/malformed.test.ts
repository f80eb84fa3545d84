import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Reader } from '../../src/base/bytes.js';
import { BROKER_HANDLERS } from '../../src/broker/handlers/index.js';
import { type RunningBroker, startBroker } from '../../src/index.js';
import { responseHeaderVersion } from '../../src/protocol/api.js';
import { errorOfCode } from '../../src/protocol/errors.js';
import { readVectors, vectorFile } from '../support/codec/vector-file.js';

/** Broken input, and what Apache Kafka 4.3.1 did with it. */
interface MalformedVector {
  readonly group: string;
  readonly name: string;
  readonly listener: 'broker' | 'controller';
  readonly hex: string;
  readonly hexCutFrom?: number;
  readonly thenHalfClosed?: boolean;
  readonly outcome: 'closed' | 'reply' | 'silence';
  readonly api?: string;
  readonly version?: number;
  /** The distinct errors of the reply, by name. */
  readonly errors?: readonly string[];
}

const offered = new Set(BROKER_HANDLERS.map(({ api }) => api.name));
const vectors = readVectors<MalformedVector>(vectorFile('malformed.jsonl.gz')).filter(
  ({ listener, hexCutFrom, outcome, api }) =>
    listener === 'broker' && hexCutFrom === undefined && (outcome !== 'reply' || offered.has(api ?? '')),
);
/** How long nothing has to come before it counts as silence. */
const SILENCE_MS = 400;

describe('broken input ends as with Apache Kafka', () => {
  let broker: RunningBroker;
  let port: number;

  before(async () => {
    broker = await startBroker();
    port = Number(broker.bootstrapServers.split(':')[1]);
    const admin = broker.kafkajs().admin();
    await admin.connect();
    const topics = [
      { topic: 'plain', configEntries: [] },
      { topic: 'compacted', configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
      { topic: 'append-time', configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] },
      { topic: 'small', configEntries: [{ name: 'max.message.bytes', value: '1000' }] },
    ];
    await admin.createTopics({ topics: topics.map((topic) => ({ ...topic, numPartitions: 1 })) });
    // Makes the offsets topic, which was there when Kafka was measured.
    await admin.fetchOffsets({ groupId: 'some', topics: ['plain'] });
    await admin.disconnect();
    // So does this for the topic of transactions.
    const producer = broker.kafkajs().producer({ transactionalId: 'some', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await (await producer.transaction()).abort();
    await producer.disconnect();
  });

  after(() => broker.close());

  for (const group of new Set(vectors.map((vector) => vector.group))) {
    it(`${group}`, async () => {
      const failures: string[] = [];
      for (const vector of vectors.filter((candidate) => candidate.group === group)) {
        const got = await outcomeOf(vector, port);
        const expected = vector.outcome === 'reply' ? names(vector.errors ?? []) : vector.outcome;
        if (got !== expected && !isKinder(vector, got))
          failures.push(`${vector.name}: ${expected} expected, got ${got}`);
      }
      assert.deepEqual(failures, []);
    });
  }

  it('answers everybody else as before', async () => {
    const admin = broker.kafkajs().admin();
    await admin.connect();
    assert.ok((await admin.listTopics()).includes('plain'));
    await admin.disconnect();
  });
});

/** Where Kafka keeps silent (records that are null) an answer, or the end without acks, is better. */
const isKinder = ({ outcome, group }: MalformedVector, got: string): boolean =>
  outcome === 'silence' && group === 'produce' && (got === 'INVALID_RECORD' || got === 'closed');

/** 'closed', 'silence', or the names of the reply's errors. */
function outcomeOf({ hex, thenHalfClosed, outcome, api, version }: MalformedVector, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: 'localhost', allowHalfOpen: true });
    let received = Buffer.alloc(0);
    const done = (got: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(got);
    };
    const timer = setTimeout(() => done('silence'), outcome === 'silence' ? SILENCE_MS : 5000);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      errorsOf(received, api ?? outcome, version ?? 0).then(done, reject);
    });
    socket.on('end', () => done('closed'));
    socket.on('error', () => done('closed'));
    socket.on('close', () => done('closed'));
    socket.write(Buffer.from(hex, 'hex'));
    if (thenHalfClosed) socket.end();
  });
}

async function errorsOf(frame: Buffer, name: string, version: number): Promise<string> {
  const api = BROKER_HANDLERS.find((handler) => handler.api.name === name)?.api;
  if (api === undefined) return `a reply of ${name}`;
  // Versions that are not known are answered in version 0 (KIP-511).
  const readable = version >= api.minVersion && version <= api.maxVersion ? version : 0;
  const reader = new Reader(frame, 8);
  if (responseHeaderVersion(api, readable) === 1) reader.uvarint();
  const found = new Set<string>();
  collectErrors(api.readResponse(reader, readable), found);
  return names([...found]);
}

/** Successes beside the errors do not count; nothing but successes is NONE. */
const names = (errors: readonly string[]): string =>
  errors
    .filter((name) => name !== 'NONE')
    .toSorted()
    .join() || 'NONE';

function collectErrors(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const element of value) collectErrors(element, found);
  else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'errorCode') found.add(errorOfCode(inner as number).name);
      else collectErrors(inner, found);
    }
  }
}
