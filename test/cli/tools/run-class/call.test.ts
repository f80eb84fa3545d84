import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolOfClass } from '../../../../src/cli/tools/run-class/classes.js';
import { readScriptWords } from '../../../../src/cli/tools/run-class/script-words.js';

test("the script's options and those of the JVM come before the class", () => {
  const argv = ['-name', 'n', '-daemon', '-loggc', '-Dx=y', '-cp', 'a.jar', 'kafka.Kafka', '-daemon', 'f'];
  assert.deepEqual(readScriptWords(argv), {
    isDaemon: true,
    daemonName: 'n',
    className: 'kafka.Kafka',
    arguments: ['-daemon', 'f'],
  });
  assert.equal(readScriptWords(['-name']).className, null);
});

test('classes are known by the names of today and of earlier', () => {
  assert.equal(toolOfClass('org.apache.kafka.tools.TopicCommand'), 'kafka-topics');
  assert.equal(toolOfClass('kafka/admin/TopicCommand'), 'kafka-topics');
  assert.equal(toolOfClass('org.apache.kafka.tools'), null);
});
