import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deserializer } from '../../../../src/cli/tools/console-consumer/deserializers.js';

const PACKAGE = 'org.apache.kafka.common.serialization.';

test('numbers are read as Java writes them', () => {
  const long = Buffer.from('8000000000000000', 'hex');
  assert.equal(String(deserializer(`${PACKAGE}LongDeserializer`)(long)), '-9223372036854775808');
  assert.equal(String(deserializer(`${PACKAGE}IntegerDeserializer`)(Buffer.from('0000002a', 'hex'))), '42');
  assert.equal(String(deserializer(`${PACKAGE}DoubleDeserializer`)(Buffer.from('3ff0000000000000', 'hex'))), '1.0');
});

test('bytes of the wrong length and unknown classes are refused', () => {
  assert.throws(() => deserializer(`${PACKAGE}IntegerDeserializer`)(Buffer.alloc(3)), /IntegerDeserializer is not 4/);
  assert.throws(() => deserializer('no.such.Deserializer'), /There is no deserializer no\.such\.Deserializer/);
});
