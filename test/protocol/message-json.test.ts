import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTROL_LAYOUTS } from '../../src/protocol/generated/control-layouts.js';
import { GROUP_COORDINATOR_LAYOUTS } from '../../src/protocol/generated/group-coordinator-layouts.js';
import { METADATA_LAYOUTS } from '../../src/protocol/generated/metadata-layouts.js';
import { SHARE_COORDINATOR_LAYOUTS } from '../../src/protocol/generated/share-coordinator-layouts.js';
import { TRANSACTION_COORDINATOR_LAYOUTS } from '../../src/protocol/generated/transaction-coordinator-layouts.js';
import { jsonString, messageJson, UnreadableMessageError } from '../../src/protocol/message-json.js';
import type { MessageLayout } from '../../src/protocol/message-layout.js';
import { readVectors, vectorFile } from '../support/codec/vector-file.js';

interface RecordVector {
  readonly api: string;
  readonly version: number;
  readonly sample: string;
  readonly json: unknown;
  readonly hex: string;
}

function layoutsByName(): Map<string, MessageLayout> {
  const layouts = new Map([...Object.entries(METADATA_LAYOUTS), ...Object.entries(CONTROL_LAYOUTS)]);
  for (const records of [GROUP_COORDINATOR_LAYOUTS, TRANSACTION_COORDINATOR_LAYOUTS, SHARE_COORDINATOR_LAYOUTS]) {
    for (const { name, key, value } of Object.values(records))
      layouts.set(`${name}Key`, key).set(`${name}Value`, value);
  }
  return layouts;
}

test('the records of logs have the JSON of the golden vectors, fields in their order', () => {
  const layouts = layoutsByName();
  let count = 0;
  for (const { api, version, sample, json, hex } of readVectors<RecordVector>(vectorFile('records.jsonl.gz'))) {
    const layout = layouts.get(api);
    if (layout === undefined) continue;
    count++;
    const text = messageJson(layout, version, Buffer.from(hex, 'hex'));
    assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(json), `${api} v${version} ${sample}`);
  }
  assert.ok(count > 500);
});

test('an int64 is written in full', () => {
  const layout: MessageLayout = { versions: [0, 0], fields: [{ key: 'a', type: 'int64', versions: [0, 0] }] };
  assert.equal(messageJson(layout, 0, Buffer.from('8000000000000000', 'hex')), '{"a":-9223372036854775808}');
  assert.equal(messageJson(layout, 0, Buffer.from('0020000000000001', 'hex')), '{"a":9007199254740993}');
});

test('a tagged field with its default is left out though it is there', () => {
  const field = { key: 'a', type: 'int8', versions: [0, 0], tagged: [0, 0], tag: 3, default: '-1' } as const;
  const layout: MessageLayout = { versions: [0, 0], flexible: [0, 0], fields: [field] };
  assert.equal(messageJson(layout, 0, Buffer.from('010301ff', 'hex')), '{}');
  assert.equal(messageJson(layout, 0, Buffer.from('01030105', 'hex')), '{"a":5}');
  assert.equal(messageJson(layout, 0, Buffer.from('01040105', 'hex')), '{}');
});

test('a varint of more than five bytes is refused in the words of Kafka', () => {
  const layout: MessageLayout = {
    versions: [0, 0],
    flexible: [0, 0],
    fields: [{ key: 'a', type: 'string', versions: [0, 0] }],
  };
  assert.throws(() => messageJson(layout, 0, Buffer.from('ffffffffff01', 'hex')), UnreadableMessageError);
});

test('escapes are those of Jackson, and what only looks like one stays', () => {
  assert.equal(jsonString('\u001f"\\\n/é\u2028'), '"\\u001F\\"\\\\\\n/é\u2028"');
  assert.equal(jsonString('\\u001f'), '"\\\\u001f"');
});
