import assert from 'node:assert/strict';
import test from 'node:test';
import { VersionRanges } from '../../src/client/version-ranges.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { listOffsetsApi } from '../../src/protocol/generated/list-offsets.js';

const ranges = (minVersion: number, maxVersion: number) => new VersionRanges([{ apiKey: 2, minVersion, maxVersion }]);

test('chooses the highest version that both have', () => {
  assert.equal(ranges(1, 7).choose(listOffsetsApi), 7);
  assert.equal(ranges(1, 99).choose(listOffsetsApi), listOffsetsApi.maxVersion);
  assert.equal(ranges(1, 99).choose(listOffsetsApi, 4), 4);
});

test('says what Java says when there is none', () => {
  const refused = (message: string) => (error: unknown) =>
    error instanceof KafkaError && error.error === 'UNSUPPORTED_VERSION' && error.message === message;
  assert.throws(() => new VersionRanges([]).choose(listOffsetsApi), refused('The node does not support LIST_OFFSETS'));
  const text = `The node does not support LIST_OFFSETS with version in range [${listOffsetsApi.minVersion},${listOffsetsApi.maxVersion}]. The supported range is [50,60].`;
  assert.throws(() => ranges(50, 60).choose(listOffsetsApi), refused(text));
  assert.throws(() => ranges(5, 9).choose(listOffsetsApi, 4), /UNSUPPORTED|version in range/);
});
