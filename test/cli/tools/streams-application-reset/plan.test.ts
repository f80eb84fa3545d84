import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolError } from '../../../../src/cli/tool-error.js';
import { isInternalTopic } from '../../../../src/cli/tools/streams-application-reset/internal-topics.js';
import { withinRange } from '../../../../src/cli/tools/streams-application-reset/offset-range.js';
import { parsePlanFile } from '../../../../src/cli/tools/streams-application-reset/reset-plan-file.js';

test('a plan has a line a partition, of which the last counts', () => {
  const at = { topic: 't', partition: 1 };
  assert.deepEqual(parsePlanFile('t,1,5\nu,0,+7\nt,1,9\n\n'.trimEnd()), [
    { at, offset: 9 },
    { at: { topic: 'u', partition: 0 }, offset: 7 },
  ]);
  assert.deepEqual(parsePlanFile('t,1,9223372036854775807'), [{ at, offset: Number.POSITIVE_INFINITY }]);
});

const REFUSED: Readonly<Record<string, string>> = {
  '': 'java.text.ParseException: Error parsing reset plan CSV file. It is empty,',
  't,1': 'java.text.ParseException: Reset plan CSV file is not following the format `TOPIC,PARTITION,OFFSET`.',
  't,1,': 'java.text.ParseException: Reset plan CSV file is not following the format `TOPIC,PARTITION,OFFSET`.',
  't,1,2\n\nt,2,3':
    'java.text.ParseException: Reset plan CSV file is not following the format `TOPIC,PARTITION,OFFSET`.',
  't,x,2': 'java.lang.NumberFormatException: For input string: "x"',
  't,1,2\r': 'java.lang.NumberFormatException: For input string: "2\r"',
  't,2147483648,2': 'java.lang.NumberFormatException: For input string: "2147483648"',
};

for (const [text, expected] of Object.entries(REFUSED)) {
  test(`${JSON.stringify(text)} is no plan`, () => {
    assert.throws(
      () => parsePlanFile(text),
      ({ javaEnd }: ToolError) => `${javaEnd?.javaClass}: ${javaEnd?.javaMessage}` === expected,
    );
  });
}

test('an offset that a partition does not have, or that is at its end, is told of', () => {
  const said: string[] = [];
  const at = (partition: number) => ({ topic: 't', partition });
  const ends = new Map([0, 1, 2, 3].map((partition) => [`t-${partition}`, 6]));
  const starts = new Map([0, 1, 2, 3].map((partition) => [`t-${partition}`, 2]));
  const wanted = [1, 2, 4, 6].map((offset, partition) => ({ at: at(partition), offset }));
  const taken = withinRange(wanted, starts, ends, (message) => said.push(message));
  assert.deepEqual([...taken.values()], [2, 2, 4, 6]);
  assert.deepEqual(said, [
    'New offset (1) is lower than earliest offset. Value will be set to 2',
    'New offset (2) is lower than earliest offset. Value will be set to 2',
    'New offset (6) is higher than latest offset. Value will be set to 6',
  ]);
  assert.throws(() => withinRange([{ at: at(9), offset: 1 }], starts, ends, () => undefined), /t-9 is in the file/);
});

test('topics that Kafka Streams made are known by their names', () => {
  const names = ['-changelog', '-repartition', '-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-08-topic'];
  for (const name of names) assert.ok(isInternalTopic(`app-x${name}`, 'app'), name);
  assert.ok(isInternalTopic('app-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-1-topic', 'app'));
  for (const name of ['app', 'app-x', 'apps-changelog', 'app-x-changelogs', 'other-x-changelog']) {
    assert.equal(isInternalTopic(name, 'app'), false, name);
  }
});
