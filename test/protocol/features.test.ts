import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultLevel,
  FEATURES,
  METADATA_VERSIONS,
  metadataVersionHas,
  metadataVersionNamed,
  supportedRanges,
  unknownMetadataVersion,
  versionAt,
} from '../../src/protocol/features.js';

/** Levels of kraft, transaction, group, eligible leader replicas, share and streams at each metadata.version. */
const DEFAULTS: Record<number, number[]> = {
  7: [0, 0, 0, 0, 0, 0],
  20: [0, 0, 0, 0, 0, 0],
  21: [1, 0, 0, 0, 0, 0],
  22: [1, 0, 1, 0, 0, 0],
  24: [1, 2, 1, 0, 0, 0],
  26: [1, 2, 1, 1, 0, 0],
  28: [1, 2, 1, 1, 1, 0],
  29: [1, 2, 1, 1, 1, 1],
  31: [1, 2, 1, 1, 1, 1],
};

// All as Apache Kafka 4.3.1 has it.
test('a metadata.version brings the levels of the other features', () => {
  for (const [level, levels] of Object.entries(DEFAULTS)) {
    assert.deepEqual(
      FEATURES.map((feature) => defaultLevel(feature, Number(level))),
      levels,
      level,
    );
  }
});

test('a metadata.version is named in full or by its release', () => {
  const names = [
    '3.3',
    '3.5',
    '3.7',
    '3.9.2',
    '4.0',
    '4.0-IV1',
    '4.3.1',
    '4.4-IV0',
    '4.4',
    '3.0',
    '4',
    '4.',
    '',
    ' 4.0',
  ];
  const level = (unstable: boolean) => names.map((name) => metadataVersionNamed(name, unstable)?.level ?? null);
  assert.deepEqual(level(true), [7, 11, 19, 21, 25, 23, 30, 31, null, null, null, null, null, null]);
  assert.deepEqual(level(false), [7, 11, 19, 21, 25, 23, 30, null, null, null, null, null, null, null]);
  assert.match(unknownMetadataVersion('x', false), /^Unknown metadata\.version 'x'\. .* are: 3\.3-IV3, .*, 4\.3-IV0$/);
  assert.deepEqual(
    METADATA_VERSIONS.map((version) => version.level),
    Array.from({ length: 25 }, (_, index) => index + 7),
  );
});

test('record and request versions rise with the metadata.version', () => {
  const at = (what: Parameters<typeof versionAt>[1]) =>
    [7, 8, 10, 16, 17, 21, 23, 25, 29, 30].map((level) => versionAt(level, what));
  assert.deepEqual(at('registerBrokerRecord'), [1, 2, 2, 2, 3, 3, 3, 3, 3, 4]);
  assert.deepEqual(at('partitionRecord'), [0, 0, 0, 0, 1, 1, 2, 2, 2, 2]);
  assert.deepEqual(at('fetchRequest'), [13, 13, 15, 15, 15, 17, 17, 17, 18, 18]);
  assert.deepEqual(at('listOffsetsRequest'), [7, 7, 8, 8, 8, 9, 9, 10, 11, 11]);
  assert.equal(versionAt(15, 'registerControllerRecord'), 0);
  assert.throws(() => versionAt(14, 'registerControllerRecord'), RangeError);
  assert.deepEqual(
    [10, 11].map((level) => metadataVersionHas(level, 'scram')),
    [false, true],
  );
});

test('what a broker says it can run at', () => {
  const ranges = supportedRanges().map(({ name, minVersion, maxVersion }) => `${name} ${minVersion}-${maxVersion}`);
  assert.deepEqual(ranges.sort(), [
    'eligible.leader.replicas.version 0-1',
    'group.version 0-1',
    'kraft.version 0-1',
    'metadata.version 7-30',
    'share.version 0-1',
    'streams.version 0-1',
    'transaction.version 0-2',
  ]);
});
