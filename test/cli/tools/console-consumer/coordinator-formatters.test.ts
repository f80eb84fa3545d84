import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { javaText } from '../../../../src/cli/format/java-error.js';
import { formatterNamed } from '../../../../src/cli/tools/console-consumer/formatters.js';
import { OutputBuffer } from '../../../../src/cli/tools/console-consumer/output-buffer.js';
import type { ConsumedRecords } from '../../../../src/client/consumer/consumed-records.js';
import { BatchBuilder } from '../../../../src/protocol/records/batch-builder.js';
import { openRecords } from '../../../../src/protocol/records/batch-reader.js';
import { readVectors, vectorFile } from '../../../support/codec/vector-file.js';
import { TestIo } from '../../test-io.js';

/** What a formatter of Apache Kafka 4.3.1 printed of a record, and the exception that it ended with. */
interface FormatterVector {
  readonly formatter: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly offset: number;
  readonly text: string;
  readonly error?: string;
}

const unhex = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'hex'));

function recordOf({ key, value, offset }: FormatterVector): ConsumedRecords {
  const builder = new BatchBuilder();
  builder.append(1, unhex(key), unhex(value));
  const cursor = openRecords(builder.build({ baseOffset: offset }), 0);
  assert.ok(cursor.next());
  return { topic: 't', partition: 0, count: 1, cursor, leaderEpoch: 0, timestampType: 'CreateTime', nextOffset: 8 };
}

async function check(vector: FormatterVector, packageName: string): Promise<void> {
  const formatter = await formatterNamed(packageName + vector.formatter, new Map(), new TestIo());
  assert.ok(formatter, vector.formatter);
  const output = new OutputBuffer(16);
  const records = recordOf(vector);
  let error: string | undefined;
  try {
    formatter.format(records, output);
  } catch (cause) {
    error = javaText(cause as Error);
  }
  assert.deepEqual({ text: String(output.view()), error }, { text: vector.text, error: vector.error });
  if (error !== undefined) return;
  const fields = formatter.fields(records);
  if (vector.text === '') assert.equal(fields, null);
  else if (vector.text.startsWith('{')) {
    assert.equal(`{"key":${fields?.key.json},"value":${fields?.value.json}}`, vector.text);
  }
}

test('records of coordinators are printed as Kafka prints them, and refused as Kafka refuses them', async () => {
  const vectors = readVectors<FormatterVector>(vectorFile('coordinator-formatters.jsonl.gz'));
  for (const vector of vectors) await check(vector, 'org.apache.kafka.tools.consumer.');
  assert.ok(vectors.length > 150);
  assert.ok(vectors.filter(({ error }) => error !== undefined).length > 20);
});

test('records of MirrorMaker are printed as Kafka prints them', async () => {
  const vectors = JSON.parse(readFileSync(vectorFile('mirror-formatters.json'), 'utf8')) as FormatterVector[];
  for (const vector of vectors) await check(vector, 'org.apache.kafka.connect.mirror.formatters.');
  assert.ok(vectors.length > 15);
});

test('formatters are known by their full names alone', async () => {
  for (const name of ['DefaultMessageFormatter', 'kafka.tools.DefaultMessageFormatter', 'constructor', '']) {
    assert.equal(await formatterNamed(name, new Map(), new TestIo()), null);
  }
});
