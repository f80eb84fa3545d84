import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTopicConfigs } from '../../../../src/cli/tools/topics/topic-configs.js';

test('settings are read with blanks around them, and the last of two counts', () => {
  const configs = parseTopicConfigs([' retention.ms = 5 ', 'cleanup.policy=compact', 'retention.ms=6']);
  assert.deepEqual(
    [...configs],
    [
      ['retention.ms', '6'],
      ['cleanup.policy', 'compact'],
    ],
  );
});

test('what is no setting is refused', () => {
  for (const text of ['', 'retention.ms', 'retention.ms=', 'a=b=c']) {
    assert.throws(() => parseTopicConfigs([text]), /all configs to be added must be in the format "key=val"/, text);
  }
});

test('a setting that Kafka does not have is refused before any other, with the one that was meant', () => {
  assert.throws(() => parseTopicConfigs(['retention.ms=x', 'retension.ms=5']), {
    message: "Unknown topic config name: retension.ms. Did you mean 'retention.ms'?",
    javaEnd: {
      javaClass: 'org.apache.kafka.common.errors.InvalidConfigurationException',
      javaMessage: 'Unknown topic config name: retension.ms',
    },
  });
});

test('values are checked, each and together', () => {
  assert.throws(() => parseTopicConfigs(['retention.ms=x']), {
    message: 'Invalid value x for configuration retention.ms: Not a number of type LONG',
  });
  assert.throws(() => parseTopicConfigs(['min.compaction.lag.ms=5', 'max.compaction.lag.ms=1']), {
    message: 'conflict topic config setting min.compaction.lag.ms (5) > max.compaction.lag.ms (1)',
  });
});
