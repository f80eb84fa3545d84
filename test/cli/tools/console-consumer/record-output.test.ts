import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { DefaultFormatter, type Deserializers } from '../../../../src/cli/tools/console-consumer/default-formatter.js';
import type { Deserializer } from '../../../../src/cli/tools/console-consumer/deserializer.js';
import { deserializerNamed } from '../../../../src/cli/tools/console-consumer/deserializers.js';
import { OutputBuffer } from '../../../../src/cli/tools/console-consumer/output-buffer.js';
import { RECORD_SCHEMA, recordRow } from '../../../../src/cli/tools/console-consumer/record-rows.js';
import { RecordTable } from '../../../../src/cli/tools/console-consumer/record-table.js';
import type { ConsumedRecords } from '../../../../src/client/consumer/consumed-records.js';
import { BatchBuilder } from '../../../../src/protocol/records/batch-builder.js';
import { openRecords } from '../../../../src/protocol/records/batch-reader.js';
import type { RecordHeader } from '../../../../src/protocol/records/record.js';

const NONE: Deserializers = { key: null, value: null, headers: null };
const isRow = new Ajv({ allowUnionTypes: true }).compile(RECORD_SCHEMA);

interface Given {
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
  readonly headers?: readonly RecordHeader[];
  readonly facts?: Partial<ConsumedRecords>;
}

function recordsOf({ key = null, value = null, headers = [], facts = {} }: Given): ConsumedRecords {
  const builder = new BatchBuilder();
  builder.append(1_700_000_000_000, key, value, headers);
  const cursor = openRecords(builder.build({ baseOffset: 7 }), 0);
  assert.ok(cursor.next());
  const told = { topic: 't', partition: 1, count: 1, cursor, leaderEpoch: 3, nextOffset: 8 };
  return { ...told, timestampType: 'CreateTime', ...facts };
}

const longs = (): Deserializer =>
  deserializerNamed('org.apache.kafka.common.serialization.LongDeserializer', { properties: new Map(), isKey: false });

function rowOf(given: Given, deserializers = NONE): unknown {
  const records = recordsOf(given);
  const formatter = new DefaultFormatter(new Map(), deserializers);
  const row = JSON.parse(recordRow(records, formatter.fields(records), deserializers.headers)) as unknown;
  assert.ok(isRow(row), JSON.stringify(isRow.errors));
  return row;
}

test('a row has all of a record', () => {
  const headers = [
    { key: 'a', value: Buffer.from('1') },
    { key: 'b', value: Buffer.from([0xff]) },
    { key: 'c', value: null },
  ];
  assert.deepEqual(rowOf({ key: Buffer.from('k'), value: Buffer.from('{"a":1}'), headers }), {
    topic: 't',
    partition: 1,
    offset: 7,
    timestamp: 1_700_000_000_000,
    timestampType: 'CreateTime',
    leaderEpoch: 3,
    headers: [
      { key: 'a', value: '1' },
      { key: 'b', valueBase64: '/w==' },
      { key: 'c', value: null },
    ],
    key: 'k',
    value: '{"a":1}',
  });
});

test('bytes that are no text are base64, and say so', () => {
  const row = rowOf({ key: Buffer.from([0xff, 0xfe]), value: null }) as Record<string, unknown>;
  assert.equal(row.keyBase64, '//4=');
  assert.equal('key' in row, false);
  assert.equal(row.value, null);
});

test('what is deserialized is a number, and null stays null', () => {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(-5n);
  const deserializers = { key: longs(), value: longs(), headers: longs() };
  const headers = [{ key: 'h', value: number }];
  const row = rowOf({ key: number, headers }, deserializers) as Record<string, unknown>;
  assert.deepEqual([row.key, row.value, row.headers], [-5, null, [{ key: 'h', value: -5 }]]);
});

test('what a batch does not tell is null', () => {
  const facts = { leaderEpoch: -1, timestampType: 'NoTimestampType' } as const;
  const row = rowOf({ facts }) as Record<string, unknown>;
  assert.deepEqual([row.leaderEpoch, row.timestamp, row.timestampType], [null, null, 'NoTimestampType']);
});

test('the schema refuses what is no row', () => {
  const row = rowOf({}) as Record<string, unknown>;
  assert.equal(isRow({ ...row, valueBase64: '/w==' }), false);
  assert.equal(isRow({ ...row, other: 1 }), false);
  assert.equal(isRow({ ...row, partition: '1' }), false);
});

function tableLine(given: Given, width: number | null, shown = { topic: false, headers: false }): string {
  const records = recordsOf(given);
  const table = new RecordTable(width, shown, null);
  return table.row(records, new DefaultFormatter(new Map(), NONE).fields(records));
}

test('rows of a table stand below their headings', () => {
  const shown = { topic: true, headers: true };
  const heading = new RecordTable(null, shown, null).heading();
  const line = tableLine(
    { key: Buffer.from('k'), value: Buffer.from('v'), headers: [{ key: 'h', value: Buffer.from('1') }] },
    null,
    shown,
  );
  for (const [name, cell] of Object.entries({
    TOPIC: 't',
    TIMESTAMP: '2023-',
    HEADERS: 'h:1',
    KEY: 'k',
    VALUE: 'v\n',
  })) {
    assert.ok(line.slice(heading.indexOf(name)).startsWith(cell), `${name}\n${heading}\n${line}`);
  }
});

test('on a terminal a value is cut to what is left of the line, elsewhere never', () => {
  const value = Buffer.from('v'.repeat(300));
  const cut = tableLine({ value }, 100);
  assert.equal(cut.trimEnd().length, 100);
  assert.ok(cut.endsWith('v…\n'));
  assert.ok(tableLine({ value }, null).endsWith(`${'v'.repeat(300)}\n`));
});

test('a line stays one line whatever is in it', () => {
  const line = tableLine({ key: Buffer.from('a\nb'), value: Buffer.from('\u001b[31m\\"\u007f') }, null);
  assert.match(line, /a\\nb {2,}\\u001B\[31m\\"\\u007F\n$/);
  assert.ok(tableLine({ value: Buffer.from([0xff]) }, null).endsWith('base64:/w==\n'));
});

test('the output buffer grows, and takes long parts and short ones', () => {
  const output = new OutputBuffer(4);
  const long = Buffer.alloc(1000, 'x');
  output.text('é€');
  output.append(Buffer.from('ab'));
  output.copy(long, 1, 999);
  output.copy(long, 0, 1);
  assert.equal(String(output.view()), `é€ab${'x'.repeat(999)}`);
  output.clear();
  assert.equal(output.view().length, 0);
});
