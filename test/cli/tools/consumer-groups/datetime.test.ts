import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDatetime } from '../../../../src/cli/tools/consumer-groups/datetime.js';

/** What Apache Kafka 4.3.1 makes of each, in milliseconds. */
const MEASURED = {
  '2020-01-01T00:00:00.000': 1577836800000,
  '2020-01-01T00:00:02.001': 1577836802001,
  '2020-1-1T0:0:0.0': 1577836800000,
  '2020-01-01T00:00:02.5': 1577836802005,
  '2020-01-01T00:00:02.50': 1577836802050,
  '2020-01-01T00:00:00.000Z': 1577836800000,
  '2020-01-01T00:00:02.000ZZ': 1577836802000,
  '2020-01-01T00:00:02.000+01': 1577833202000,
  '2020-01-01T00:00:02.000+0100': 1577833202000,
  '2020-01-01T00:00:02.000+01:00': 1577833202000,
  '2020-01-01T00:00:02.000+01:60': 1577833202000,
  '2020-01-01T00:00:00.0+013': 1577833200000,
  '2020-01-01T00:00:02.000-00:00': 1577836802000,
  '2019-12-31T19:00:02.000-05:00': 1577836802000,
  '2020-01-01T00:00:02.7+0530': 1577818802007,
  '2020-01-01T00:00:00.0 +0100': 1577833200000,
  ' 2020- 01-01T 00:00:00.0Z': 1577836800000,
  '2020-02-29T00:00:00.000Z': 1582934400000,
  '20200-01-01T00:00:00.0Z': 575283254400000,
  '9999-12-31T23:59:59.999': 253402300799999,
  '1969-12-31T23:59:59.999': -1,
};

for (const [text, timeMs] of Object.entries(MEASURED)) {
  test(`'${text}' is ${timeMs}`, () => {
    assert.equal(parseDatetime(text), timeMs);
  });
}

const javaMessage = (text: string): string => {
  try {
    parseDatetime(text);
  } catch (error) {
    assert.match((error as Error).message, /is no time: it is written/, 'people read how it should be');
    return (error as { javaEnd: { javaMessage: string } }).javaEnd.javaMessage;
  }
  return assert.fail(`${text} was taken`);
};

test('a text without a time of day is no time', () => {
  for (const text of ['2020-01-01', '2020-01-01 00:00:02.000', '2020-01-01T', 'T', '', '1577836802000']) {
    const expected = "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format";
    assert.equal(javaMessage(text), `java.text.ParseException: ${expected}`, text);
  }
});

test('a text that is none of the forms is named with the zone that was put behind it', () => {
  for (const text of [
    '2020-01-01T00:00:00',
    '2020-01-01T00:00',
    '2020-13-45T25:61:61.000',
    '2021-02-29T00:00:00.000',
    '2020-01-01T24:00:00.000',
    '2020-01-01T00:00:60.000',
    '2020-01-01T00:00:02.5000',
    '2020-01-01T00:00:00.000z',
    '2020-01-01T00:00:02.000UTC',
    '0000-01-01T00:00:00.0',
  ]) {
    assert.equal(javaMessage(text), `java.text.ParseException: Unparseable date: "${text}Z"`);
  }
  for (const text of [
    '2020-01-01T00:00:00Z',
    '2020-01-01T01:00:02+01:00',
    '2020-01-01T00:00:02.000+1',
    '2020-01-01T00:00:00.0+23:59',
    '2020-01-01T00:00:02.-5',
  ]) {
    assert.equal(javaMessage(text), `java.text.ParseException: Unparseable date: "${text}"`);
  }
});
