import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attributes, LOG_APPEND_TIME_BIT } from '../../../src/protocol/records/batch-header.js';
import { readRecords } from '../../../src/protocol/records/batch-reader.js';
import { findPartitions, logStartOffset, type PartitionPlace } from '../../../src/storage/offline/find-partitions.js';
import { OfflinePartition } from '../../../src/storage/offline/offline-partition.js';
import { endOffsetOf, type Trouble } from '../../../src/storage/offline/offline-reader.js';
import { logBound } from '../../../src/storage/offline/segment-files.js';
import { type LogFixture, RecordDigest, readLogFixture, unpackLogFixture } from '../../support/log-fixture.js';
import { MemoryDisk } from '../../support/memory-disk.js';

interface Seen {
  readonly digest: RecordDigest;
  readonly state: string;
  readonly trouble: Trouble | null;
}

function open(name: string): { fixture: LogFixture; disk: MemoryDisk; places: PartitionPlace[] } {
  const fixture = readLogFixture(name);
  const disk = new MemoryDisk();
  unpackLogFixture(fixture, disk, '/logs');
  const directories = Object.keys(fixture.expected.dirs).map((each) => (each === '' ? '/logs' : `/logs/${each}`));
  return { fixture, disk, places: findPartitions(disk, directories) };
}

/** Reads to the end, or to what cannot be read; with `skips` also behind that. */
function read(disk: MemoryDisk, place: PartitionPlace, isReadCommitted = false, skips = false): Seen {
  const fromOffset = logStartOffset(disk, place);
  const bound = logBound(disk, place.path);
  const log = new OfflinePartition(disk, place.path, { fromOffset, bound, isReadCommitted });
  const digest = new RecordDigest();
  let state = log.next();
  for (; state === 'batch' || (skips && state === 'damaged'); state = log.next()) {
    if (state === 'damaged') {
      log.reader.skip();
      continue;
    }
    const { bytes, at } = log.reader;
    const isAppendTime = (attributes(bytes, at) & LOG_APPEND_TIME_BIT) !== 0;
    for (const record of readRecords(bytes, at)) {
      if (record.offset >= fromOffset) digest.add({ ...record, isAppendTime });
    }
  }
  return { digest, state, trouble: log.reader.trouble };
}

const INTACT = [
  ...['first', 'records', 'codecs', 'segments', 'idempotent', 'restarts', 'delete-records', 'delete-records-cleaned'],
  ...['txn', 'txn-killed', 'unclean', 'retention', 'jbod', 'topics', 'topics-deleted', 'groups', 'groups-default'],
  ...['metadata', 'metadata-snapshots', 'metadata-snapshots-cleaned', 'standalone'],
  ...['compact-before', 'compact-after', 'compact-after-2'],
];

describe('directories of Apache Kafka 4.3.1, read without a broker', () => {
  for (const name of INTACT) {
    it(`${name}: gives what the broker showed, and changes nothing`, () => {
      const { fixture, disk, places } = open(name);
      const { partitions } = fixture.expected.view;
      assert.ok(partitions);
      const before = contentOf(disk);
      for (const [partition, view] of Object.entries(partitions)) {
        const place = places.find((each) => `${each.topic}-${each.partition}` === partition);
        assert.ok(place, partition);
        const all = read(disk, place);
        assert.deepEqual([all.state, all.digest.count, all.digest.sha256()], ['end', view.count, view.sha256], partition);
        const committed = read(disk, place, true).digest;
        const expected = [view.committedCount, view.committedSha256];
        assert.deepEqual([committed.count, committed.sha256()], expected, `${partition} committed`);
        assert.equal(endOffsetOf(disk, place.path), view.logEndOffset, `${partition} end`);
      }
      assert.deepEqual(contentOf(disk), before);
    });
  }

  for (const name of ['damaged', 'damaged-clean', 'clean-zero-tail', 'clean-garbage-tail']) {
    it(`${name}: reads up to the damage, and behind it`, () => {
      const { disk, places } = open(name);
      const table = places
        .filter(({ topic }) => !topic.startsWith('__'))
        .map((place) => {
          const { digest, state, trouble } = read(disk, place);
          const behind = read(disk, place, false, true);
          return `${place.topic} ${digest.count} ${state} ${trouble?.offset ?? '-'} ${trouble?.reason} ${behind.digest.count}`;
        });
      console.log(table.join('\n'));
    });
  }
});

function contentOf(disk: MemoryDisk): Record<string, string> {
  const content: Record<string, string> = {};
  const walk = (path: string): void => {
    for (const name of disk.list(path)) {
      const child = `${path}/${name}`;
      if (disk.stat(child)?.kind === 'directory') walk(child);
      else content[child] = disk.readWhole(child).subarray(0, 65536).toString('base64');
    }
  };
  walk('/logs');
  return content;
}
