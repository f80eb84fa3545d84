import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attributes, LOG_APPEND_TIME_BIT } from '../../../src/protocol/records/batch-header.js';
import { readRecords } from '../../../src/protocol/records/batch-reader.js';
import { findPartitions, logStartOffset, type PartitionPlace } from '../../../src/storage/offline/find-partitions.js';
import { OfflinePartition } from '../../../src/storage/offline/offline-partition.js';
import { endOffsetOf, type Trouble } from '../../../src/storage/offline/offline-reader.js';
import { logBound } from '../../../src/storage/offline/segment-files.js';
import {
  type LogFixture,
  type PartitionView,
  RecordDigest,
  readLogFixture,
  unpackLogFixture,
} from '../../support/log-fixture.js';
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

/** What is left of the last batch, or follows it, is none. */
const TAILS = new Set(['garbage-tail', 'length-lie', 'torn', 'torn-header']);
/** The offsets of the batches in which a byte was changed, each of two records among 40. */
const WRONG_CHECKSUMS = { 'crc-active': 36, 'crc-middle': 16, 'crc-old-segment': 4 };

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
        assert.deepEqual(
          [all.state, all.digest.count, all.digest.sha256()],
          ['end', view.count, view.sha256],
          partition,
        );
        const committed = read(disk, place, true).digest;
        const expected = [view.committedCount, view.committedSha256];
        assert.deepEqual([committed.count, committed.sha256()], expected, `${partition} committed`);
        assert.equal(endOffsetOf(disk, place.path), view.logEndOffset, `${partition} end`);
      }
      assert.deepEqual(contentOf(disk), before);
    });
  }

  it('reads a log that was not written to its end as far as a broker keeps it', () => {
    const { fixture, disk, places } = open('damaged');
    const kept = fixture.expected.afterRestart?.partitions;
    assert.ok(kept);
    const before = contentOf(disk);
    for (const place of places.filter(({ topic }) => !topic.startsWith('__') && !topic.startsWith('crc-'))) {
      const view: PartitionView | undefined = kept[`${place.topic}-0`];
      const { digest, state } = read(disk, place);
      assert.deepEqual([digest.count, digest.sha256()], [view?.count, view?.sha256], place.topic);
      assert.equal(state, TAILS.has(place.topic) ? 'unfinished' : 'end', place.topic);
    }
    assert.deepEqual(contentOf(disk), before);
  });

  for (const name of ['damaged', 'damaged-clean']) {
    for (const [topic, offset] of Object.entries(WRONG_CHECKSUMS)) {
      it(`${name} ${topic}: stops where a consumer of the real broker does, and can go on behind it`, () => {
        const { fixture, disk, places } = open(name);
        const place = places.find((each) => each.topic === topic);
        assert.ok(place);
        const { digest, state, trouble } = read(disk, place);
        const view = fixture.expected.afterRestart?.partitions?.[`${topic}-0`];
        assert.deepEqual([digest.count, digest.sha256()], [view?.count, view?.sha256]);
        assert.deepEqual([state, trouble?.offset, digest.count], ['damaged', offset, offset]);
        const batches = Object.values(fixture.expected.dirs['']?.partitions[`${topic}-0`]?.segments ?? {});
        const batch = batches.flatMap((segment) => segment.batches).find(({ baseOffset }) => baseOffset === offset);
        assert.equal(trouble?.position, batch?.position);
        assert.equal(read(disk, place, false, true).digest.count, 38);
      });
    }
  }

  for (const [name, topic, state] of [
    ['clean-zero-tail', 'zero-tail', 'end'],
    ['clean-garbage-tail', 'garbage-tail', 'unfinished'],
  ] as const) {
    it(`${name}: gives all there is before it`, () => {
      const { disk, places } = open(name);
      const place = places.find((each) => each.topic === topic);
      assert.ok(place);
      const seen = read(disk, place);
      assert.deepEqual([seen.digest.count, seen.state], [40, state]);
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
