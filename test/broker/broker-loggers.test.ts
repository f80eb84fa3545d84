import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { BROKER_LOGGER, BrokerLoggers } from '../../src/broker/broker-loggers.js';
import { ConsoleLogger, LogLevels } from '../../src/host/console-logger.js';

const [SET, DELETE, APPEND] = [0, 1, 2];
const SERVER = 'kafka.server.KafkaRaftServer';

describe('loggers of a broker, seen and changed from outside, as with Apache Kafka 4.3.1', () => {
  let lines: string[];
  let loggers: BrokerLoggers;
  let logger: ReturnType<ConsoleLogger['with']>;

  beforeEach(() => {
    lines = [];
    const levels = new LogLevels('INFO');
    const root = new ConsoleLogger({ write: (text) => lines.push(text) }, levels, () => 0, '', 'kafkalite');
    logger = root.with('', SERVER);
    loggers = new BrokerLoggers(1, levels);
  });

  type Change = readonly [name: string, configOperation: number, value: string | null];
  const alter = async (changes: readonly Change[], { broker = '1', validateOnly = false } = {}) => {
    const configs = changes.map(([name, configOperation, value]) => ({ name, configOperation, value }));
    const resources = [{ resourceType: BROKER_LOGGER, resourceName: broker, configs }];
    const { responses } = await loggers.alter(resources, validateOnly, () => assert.fail('nothing is left'));
    return [responses[0]?.errorCode, responses[0]?.errorMessage];
  };
  const shown = (names: string[] | null = null) =>
    loggers
      .describe('1', names === null ? null : new Set(names))
      .map(({ name, value, configSource }) => [name, value, configSource]);

  it('shows each logger with what it prints', async () => {
    const all = [
      ['root', 'INFO', 6],
      ['kafkalite', 'INFO', 6],
      [SERVER, 'INFO', 6],
    ];
    assert.deepEqual(shown(), all);
    assert.deepEqual(shown(['root', 'nope']), all.slice(0, 1));
    for (const [name, message] of [
      ['', 'Broker id must not be empty'],
      ['9', 'Unexpected broker id, expected 1 but received 9'],
      ['x', 'Broker id must be an integer, but it is: x'],
    ] as const) {
      assert.throws(() => loggers.describe(name, null), { message });
    }
  });

  it('changes levels at once, and takes them back', async () => {
    logger.debug('unseen');
    assert.deepEqual(await alter([[SERVER, SET, 'DEBUG']], { validateOnly: true }), [0, null]);
    logger.debug('unseen');
    assert.deepEqual(await alter([[SERVER, SET, 'DEBUG']]), [0, null]);
    logger.debug('seen');
    assert.deepEqual(shown([SERVER]), [[SERVER, 'DEBUG', 6]]);
    assert.deepEqual(await alter([[SERVER, DELETE, null]]), [0, null]);
    logger.debug('unseen');
    assert.deepEqual(await alter([['root', SET, 'TRACE']]), [0, null]);
    logger.trace('seen too');
    assert.equal(lines.length, 2);
    assert.match(lines.join(), / DEBUG seen .* TRACE seen too /s);
  });

  it('refuses what cannot be, all of it', async () => {
    const levels = 'Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN';
    assert.deepEqual(await alter([['root', SET, 'loud']]), [
      40,
      `Cannot set the log level of root to loud as it is not a supported log level. ${levels}`,
    ]);
    const both: Change[] = [
      ['root', SET, 'FATAL'],
      ['nope', SET, 'INFO'],
    ];
    assert.deepEqual(await alter(both), [40, 'Logger nope does not exist!']);
    assert.deepEqual(shown(['root']), [['root', 'INFO', 6]]);
    assert.deepEqual(await alter([['root', DELETE, '']]), [
      42,
      'Removing the log level of the root logger is not allowed',
    ]);
    assert.deepEqual(await alter([['root', APPEND, 'INFO']]), [
      42,
      'APPEND operation is not allowed for the BROKER_LOGGER resource',
    ]);
    assert.deepEqual(await alter([['root', SET, null]]), [42, 'Null value not supported for : root']);
    assert.deepEqual(await alter([...both.slice(0, 1), ['root', SET, 'INFO']]), [
      42,
      'Error due to duplicate config keys',
    ]);
    assert.deepEqual(await alter([], { broker: 'x' }), [42, 'Node id must be an integer, but it is: x']);
    assert.deepEqual(await alter([], { broker: '9' }), [42, 'Unexpected node id. Expected 1, but received 9']);
  });
});
