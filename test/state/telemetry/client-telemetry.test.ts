import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ZERO_UUID } from '../../../src/base/bytes.js';
import { METADATA_TOPIC_ID } from '../../../src/base/uuid.js';
import { CompressionType, compress } from '../../../src/protocol/compression/codec.js';
import { errorCode } from '../../../src/protocol/errors.js';
import type { PushTelemetryRequest } from '../../../src/protocol/generated/push-telemetry.js';
import { ClientTelemetry } from '../../../src/state/telemetry/client-telemetry.js';

const MAX_BYTES = 1000;
const INTERVAL_MS = 300_000;
const START_MS = 1_800_000_000_000;

/** Such ids stand in the measurements: the same text with a number. */
const id = (number: number): string =>
  Buffer.from(`0123456789abcd${String(number).padStart(2, '0')}`).toString('base64url');

/** A broker's telemetry, a client on one connection, and a clock that is set by hand. */
class Bed {
  readonly telemetry = new ClientTelemetry(MAX_BYTES);
  nowMs = START_MS;

  configure(name: string, overrides: Readonly<Record<string, string>>): void {
    this.telemetry.subscriptions.configure(name, new Map(Object.entries(overrides)));
  }

  get(number: number, clientId: string | null = 'probe-1', connectionId = 'one') {
    return this.telemetry.getSubscription(id(number), this.client(clientId, connectionId), this.nowMs);
  }

  push(number: number, more: Partial<PushTelemetryRequest> = {}) {
    const request = {
      clientInstanceId: id(number),
      subscriptionId: this.idOf(number),
      terminating: false,
      compressionType: 0,
      metrics: Buffer.from('x'),
      ...more,
    };
    return this.telemetry.push(request, this.client('probe-1', 'one'), this.nowMs);
  }

  /** Of a client without a subscription: the hash of nothing, and of its id. */
  idOf(number: number): number {
    return new ClientTelemetry(MAX_BYTES).getSubscription(id(number), this.client('', 'x'), 1e12).subscriptionId ?? 0;
  }

  private client(clientId: string | null, connectionId: string) {
    return {
      connectionId,
      attributes: {
        client_id: clientId,
        client_software_name: 'probe-lib',
        client_software_version: '1.2.3',
        client_source_address: '127.0.0.1',
        client_source_port: '5000',
      },
    };
  }
}

let bed: Bed;
beforeEach(() => {
  bed = new Bed();
});

const THROTTLED = { errorCode: errorCode('THROTTLING_QUOTA_EXCEEDED') };

describe('what a client is asked for', () => {
  it('is nothing, every five minutes, without subscriptions', () => {
    assert.deepEqual(bed.get(1), {
      clientInstanceId: id(1),
      subscriptionId: -1952575863,
      acceptedCompressionTypes: [4, 3, 1, 2],
      pushIntervalMs: INTERVAL_MS,
      telemetryMaxBytes: MAX_BYTES,
      deltaTemporality: true,
      requestedMetrics: [],
    });
  });

  it('is what all subscriptions that match ask for, in the order and with the id that Kafka gives', () => {
    bed.configure('s1', {
      metrics: 'org.apache.kafka.producer.,org.apache.kafka.consumer.fetch,aaa',
      'interval.ms': '60000',
      match: 'client_id=probe.*',
    });
    const first = bed.get(20);
    assert.deepEqual(first.requestedMetrics, ['org.apache.kafka.producer.', 'aaa', 'org.apache.kafka.consumer.fetch']);
    assert.equal(first.subscriptionId, -1171234335);
    assert.equal(first.pushIntervalMs, 60_000);
    bed.configure('s2', {
      metrics: 'm1,m2,m3,m4,m5,m6,m7,m8,m9,m10,m11,m12,m13,org.apache.kafka.x.y',
      'interval.ms': '30000',
      match: 'client_software_name=probe-lib,client_software_version=1\\.2\\..*',
    });
    const both = bed.get(23);
    assert.equal(
      both.requestedMetrics?.join(),
      'aaa,m1,m2,m3,m4,org.apache.kafka.consumer.fetch,m5,m6,m7,m8,m9,m11,m10,m13,m12,org.apache.kafka.producer.,org.apache.kafka.x.y',
    );
    assert.equal(both.subscriptionId, -1686862127);
    assert.equal(both.pushIntervalMs, 30_000);
  });

  it('is everything where one of them asks for it', () => {
    bed.configure('some', { metrics: 'a,b' });
    bed.configure('all', { metrics: '*' });
    const asked = bed.get(30);
    assert.deepEqual(asked.requestedMetrics, ['*']);
    assert.equal(asked.subscriptionId, 1661753717);
  });

  it('leaves out what does not match all that a subscription names, and a client without an id', () => {
    bed.configure('other', { metrics: 'a', match: 'client_id=oth.*' });
    bed.configure('any', { metrics: 'b', match: 'client_id=.*' });
    bed.configure('two', { metrics: 'c', match: 'client_id=other,client_source_port=1' });
    bed.configure('own', { metrics: 'd', match: `client_instance_id=${id(3)}` });
    assert.deepEqual(bed.get(1).requestedMetrics, ['b']);
    assert.deepEqual(bed.get(2, null).requestedMetrics, []);
    assert.deepEqual(bed.get(3, 'other').requestedMetrics, ['a', 'b', 'd']);
  });

  it('changes with the subscriptions, and may then be asked for at once', () => {
    bed.get(1);
    assert.deepEqual(bed.get(1), THROTTLED);
    bed.configure('all', { metrics: 'm' });
    assert.deepEqual(bed.get(1).requestedMetrics, ['m']);
    assert.deepEqual(bed.get(1), THROTTLED);
    bed.configure('all', {});
    assert.deepEqual(bed.get(1).requestedMetrics, []);
    bed.configure('never there', {});
    assert.deepEqual(bed.get(1), THROTTLED);
  });
});

describe('a client that comes too early', () => {
  it('has to wait for the interval since it last came', () => {
    bed.get(1);
    bed.nowMs += INTERVAL_MS - 1;
    assert.deepEqual(bed.get(1), THROTTLED);
    bed.nowMs += 1;
    assert.equal(bed.get(1).errorCode, undefined);
    assert.equal(bed.push(1), 'NONE', 'the first push after it may come at any time');
    assert.equal(bed.push(1), 'THROTTLING_QUOTA_EXCEEDED');
    bed.nowMs += INTERVAL_MS;
    assert.equal(bed.push(1), 'NONE');
    assert.deepEqual(bed.get(1), THROTTLED);
  });

  it('may ask at once after an unknown subscription or compression', () => {
    assert.equal(bed.push(1, { subscriptionId: 5 }), 'UNKNOWN_SUBSCRIPTION_ID');
    assert.equal(bed.get(1).errorCode, undefined);
    assert.deepEqual(bed.get(1), THROTTLED);
    bed.get(2);
    assert.equal(bed.push(2, { compressionType: 9 }), 'UNSUPPORTED_COMPRESSION_TYPE');
    assert.equal(bed.get(2).errorCode, undefined);
  });

  it('begins anew on a new connection, and after a long silence', () => {
    bed.get(1);
    bed.telemetry.disconnected('another');
    assert.deepEqual(bed.get(1), THROTTLED);
    bed.telemetry.disconnected('one');
    assert.equal(bed.get(1).errorCode, undefined);
    assert.equal(bed.push(1, { terminating: true }), 'NONE');
    bed.nowMs += 3 * INTERVAL_MS;
    assert.equal(bed.push(1), 'NONE');
  });
});

describe('a push', () => {
  it('may come at any time when it is the last, and none may follow', () => {
    bed.get(1);
    bed.push(1);
    assert.equal(bed.push(1, { terminating: true }), 'NONE');
    assert.equal(bed.push(1), 'INVALID_REQUEST');
    assert.equal(bed.push(1), 'THROTTLING_QUOTA_EXCEEDED');
  });

  it('must not be larger than the broker takes, packed or unpacked', () => {
    const gzip = (bytes: number) => ({
      compressionType: CompressionType.gzip,
      metrics: compress(CompressionType.gzip, Buffer.alloc(bytes)),
    });
    assert.deepEqual(
      [
        { metrics: Buffer.alloc(MAX_BYTES) },
        { metrics: Buffer.alloc(MAX_BYTES + 1) },
        gzip(MAX_BYTES),
        gzip(MAX_BYTES + 1),
      ].map((more, number) => bed.push(number, more)),
      ['NONE', 'TELEMETRY_TOO_LARGE', 'NONE', 'INVALID_RECORD'],
    );
  });

  it('must be readable, unless it is empty', () => {
    assert.equal(bed.push(1, { compressionType: CompressionType.gzip }), 'INVALID_RECORD');
    assert.equal(bed.push(2, { compressionType: CompressionType.gzip, metrics: Buffer.alloc(0) }), 'NONE');
  });

  it('is not taken of a client with an id that nobody can have', () => {
    for (const clientInstanceId of [ZERO_UUID, METADATA_TOPIC_ID]) {
      assert.equal(bed.push(1, { clientInstanceId }), 'INVALID_REQUEST');
    }
  });
});
