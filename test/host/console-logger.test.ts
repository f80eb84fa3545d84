import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLevel } from '../../src/base/host.js';
import { ConsoleLogger, LogLevels } from '../../src/host/console-logger.js';

const NOON_MS = new Date(2026, 0, 31, 12, 4, 5, 6).getTime();

function loggerAt(level: LogLevel): { lines: string[]; levels: LogLevels; logger: ConsoleLogger } {
  const lines: string[] = [];
  const levels = new LogLevels(level);
  const logger = new ConsoleLogger({ write: (text) => lines.push(text) }, levels, () => NOON_MS);
  return { lines, levels, logger };
}

test('a line is laid out as log4j2 does, in local time', () => {
  const { lines, logger } = loggerAt('INFO');
  logger.with('[KafkaRaftServer nodeId=1] ', 'kafka.server.KafkaRaftServer').info('Kafka Server started');
  assert.deepEqual(lines, [
    '[2026-01-31 12:04:05,006] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)\n',
  ]);
});

test('what is below the level is not printed; levels hold for a name and what is under it', () => {
  const { lines, levels, logger } = loggerAt('WARN');
  const state = logger.with('', 'state.change');
  state.info('no');
  levels.set('state', 'TRACE');
  state.trace('yes');
  logger.debug('no');
  levels.set('state.change', 'ERROR');
  state.warn('no');
  levels.set('state.change', null);
  levels.set('state', null);
  state.info('no');
  levels.setRoot('INFO');
  state.info('again');
  assert.deepEqual(
    lines.map((line) => line.slice(26)),
    ['TRACE yes (state.change)\n', 'INFO again (state.change)\n'],
  );
});

test('an error is followed by its cause, by stacks only when debugging', () => {
  const cause = new TypeError('outer', { cause: new RangeError('inner') });
  const { lines, levels, logger } = loggerAt('INFO');
  logger.error('broke', cause);
  assert.match(lines[0] as string, /ERROR broke \(kafkalite\)\nTypeError: outer\nCaused by: RangeError: inner\n$/);
  levels.setRoot('DEBUG');
  logger.warn('broke', cause);
  assert.match(lines[1] as string, /TypeError: outer\n {4}at .*\n[\s\S]*Caused by: RangeError: inner\n {4}at /);
  logger.warn('odd', 'just text');
  assert.match(lines[2] as string, /odd \(kafkalite\)\njust text\n$/);
});
