import assert from 'node:assert/strict';
import { Reader } from '../../../src/base/bytes.js';
import { Writer } from '../../../src/base/writer.js';
import { catalog } from '../../../src/protocol/generated/catalog.js';
import { readMetadataFrame, writeMetadataFrame } from '../../../src/protocol/metadata-frame.js';
import { messageJson } from './message-json.js';

interface TagAt {
  readonly path: string;
  readonly tag: number;
  readonly data: string;
}

/** A golden encoding of a request, response, header or record. */
export interface MessageVector {
  readonly api: string;
  readonly type: string;
  readonly key?: number;
  readonly version: number;
  readonly sample: string;
  readonly json: never;
  readonly hex: string;
  readonly prefixHex?: string;
  readonly unknownTags?: readonly TagAt[];
  readonly headerVersion?: number;
  readonly header?: never;
  readonly headerUnknownTags?: readonly TagAt[];
}

/** Throws unless the bytes decode to the JSON and the JSON encodes to the bytes, with header or prefix. */
export async function checkMessageVector(vector: MessageVector): Promise<void> {
  const suffix = vector.type === 'request' ? 'Request' : vector.type === 'response' ? 'Response' : '';
  await checkMessage(vector.api + suffix, vector.version, vector.hex, vector.json, vector.unknownTags ?? []);
  if (vector.prefixHex === undefined) return;
  if (vector.headerVersion !== undefined) {
    const header = vector.type === 'request' ? 'RequestHeader' : 'ResponseHeader';
    await checkMessage(
      header,
      vector.headerVersion,
      vector.prefixHex,
      vector.header as never,
      vector.headerUnknownTags ?? [],
    );
    return;
  }
  checkPrefix(vector, vector.prefixHex);
}

async function checkMessage(
  name: string,
  version: number,
  hex: string,
  json: never,
  tags: readonly TagAt[],
): Promise<void> {
  const load = catalog[name];
  assert.ok(load, `no message ${name}`);
  const codec = await load();
  const converter = messageJson(name);
  const reader = new Reader(Buffer.from(hex, 'hex'));
  const message = codec.read(reader, version);
  assert.equal(reader.remaining, 0, 'bytes left over');
  assert.deepEqual(converter.toJson(message, version), json);
  const fromJson = new Writer();
  codec.write(fromJson, version, converter.fromJson(json, tags));
  assert.equal(fromJson.toBuffer().toString('hex'), hex);
  const again = new Writer();
  codec.write(again, version, message);
  assert.equal(again.toBuffer().toString('hex'), hex, 'what was read is written otherwise');
}

function checkPrefix(vector: MessageVector, prefixHex: string): void {
  if (vector.type === 'metadata') {
    const apiKey = vector.key as number;
    const frame = readMetadataFrame(new Reader(Buffer.from(prefixHex, 'hex')));
    assert.deepEqual(frame, { apiKey, version: vector.version });
    const writer = new Writer();
    writeMetadataFrame(writer, apiKey, vector.version);
    assert.equal(writer.toBuffer().toString('hex'), prefixHex);
    return;
  }
  const writer = new Writer();
  writer.int16(vector.type === 'coordinator-key' ? (vector.key as number) : vector.version);
  assert.equal(writer.toBuffer().toString('hex'), prefixHex);
}
