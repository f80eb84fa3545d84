import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk } from '../../src/host/node-disk.js';
import {
  checkMetaProperties,
  type MetaProperties,
  newDirectoryId,
  parseMetaProperties,
  readMetaProperties,
  writeMetaProperties,
} from '../../src/storage/meta-properties.js';
import { SeededRandom } from '../support/seeded-random.js';

const STANDALONE = new URL('../../../test/fixtures/formatted/standalone/', import.meta.url).pathname;
const CLUSTER = 'DZV6XEJCTQOMF81zV6d2bg';
const ID = 'qKd3mpAjTISXY64d4wO-WA';
const FOUND: MetaProperties = { version: 1, clusterId: CLUSTER, nodeId: 1, directoryId: ID };

test('what Apache Kafka wrote is read, and written again alike', () => {
  assert.deepEqual(readMetaProperties(nodeDisk, STANDALONE), FOUND);
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-meta-'));
  try {
    writeMetaProperties(nodeDisk, directory, FOUND, 1_700_000_000_000);
    const [first, , ...rest] = readFileSync(join(directory, 'meta.properties'), 'utf8').split('\n');
    const [kafkaFirst, , ...kafkaRest] = readFileSync(join(STANDALONE, 'meta.properties'), 'utf8').split('\n');
    assert.deepEqual([first, ...rest], [kafkaFirst, ...kafkaRest]);
    assert.deepEqual(readdirSync(directory), ['meta.properties']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a directory without the file is not formatted; one below a file is an error', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-meta-'));
  try {
    assert.equal(readMetaProperties(nodeDisk, directory), null);
    assert.equal(readMetaProperties(nodeDisk, join(directory, 'none')), null);
    writeFileSync(join(directory, 'file'), '');
    assert.throws(() => readMetaProperties(nodeDisk, join(directory, 'file')), { code: 'ENOTDIR' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

// The messages are those of Apache Kafka 4.3.1.
test('properties that cannot be', () => {
  const wrong: [properties: Record<string, string>, message: string][] = [
    [{ version: '7' }, 'Unknown meta.properties version number 7'],
    [{ version: 'x' }, "Invalid meta.properties version string 'x'"],
    [{ version: '1', 'node.id': '1' }, 'cluster.id was not found.'],
    [{ version: '1', 'cluster.id': 'x' }, 'Failed to find node.id'],
    [{ version: '1', 'cluster.id': 'x', 'node.id': 'y' }, 'Unable to read node.id as a base-10 number.'],
    [
      { version: '1', 'cluster.id': 'x', 'node.id': '1', 'directory.id': 'zzz' },
      'Unable to read directory.id as a Uuid: Input string `zzz` decoded as 2 bytes, which is not equal to the ' +
        'expected 16 bytes of a base64-encoded UUID',
    ],
  ];
  for (const [properties, message] of wrong) {
    assert.throws(() => parseMetaProperties(new Map(Object.entries(properties))), { message });
  }
  assert.deepEqual(parseMetaProperties(new Map()), { version: 0, clusterId: null, nodeId: null, directoryId: null });
  assert.equal(parseMetaProperties(new Map([['broker.id', '3']])).nodeId, 3);
});

test('directories of one node', () => {
  const other = { ...FOUND, directoryId: 'MvDxzVmcRsaTz33bUuRU6A' };
  checkMetaProperties(
    new Map([
      ['/a', FOUND],
      ['/b', other],
    ]),
    null,
    1,
  );
  const wrong: [properties: MetaProperties, message: RegExp][] = [
    [{ ...other, clusterId: 'x' }, /^Invalid cluster\.id in: \/b\/meta\.properties\. Expected .*, but read x$/],
    [{ ...other, nodeId: 2 }, /^Stored node id 2 doesn't match previous node id 1 in \/b\/meta\.properties\./],
    [FOUND, /^Duplicate directory ID Optional\[.*\] found\. It was the ID of \/a, but also of \/b$/],
    [{ ...other, directoryId: 'AAAAAAAAAAAAAAAAAAAAYw' }, /^Invalid reserved directory ID .* found in \/b$/],
  ];
  for (const [properties, message] of wrong) {
    assert.throws(
      () =>
        checkMetaProperties(
          new Map([
            ['/a', FOUND],
            ['/b', properties],
          ]),
          null,
          1,
        ),
      { message },
    );
  }
});

test('a new id does not begin with a dash', () => {
  const random = new SeededRandom(7);
  const ids = Array.from({ length: 500 }, () => newDirectoryId(random));
  assert.equal(new Set(ids).size, 500);
  assert.ok(ids.every((id) => /^[A-Za-z0-9_][A-Za-z0-9_-]{20}[AQgw]$/.test(id)));
});
