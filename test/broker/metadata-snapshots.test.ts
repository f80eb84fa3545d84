import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatNewDirectories } from '../../src/broker/format-defaults.js';
import { openNodeStorage } from '../../src/broker/node-storage.js';
import { listTopics } from '../../src/client/admin/list-topics.js';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { LoopbackNetwork } from '../../src/host/loopback.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeRandom } from '../../src/host/node-random.js';
import type { MetadataRecord } from '../../src/protocol/generated/metadata-records.js';
import { batchStarts } from '../../src/protocol/records/batch-reader.js';
import { BrokerBed } from '../support/broker-bed.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { RecordingLogger } from '../support/recording-logger.js';

const DIRECTORY = '/a/__cluster_metadata-0';

it('the metadata is written as a whole after so many bytes, and read from there at the next start', async () => {
  const config = { 'metadata.log.max.record.bytes.between.snapshots': '1000' };
  const bed = await BrokerBed.start(config);
  for (const name of ['a', 'b', 'c']) await bed.createTopic(name, 8);
  const snapshots = bed.disk.list(DIRECTORY).filter((name) => name.endsWith('.checkpoint'));
  assert.ok(snapshots.length >= 2, snapshots.join(' '));
  assert.match(snapshots[0] ?? '', /^[0-9]{20}-0000000001\.checkpoint$/);
  assert.equal(
    bed.disk.list(DIRECTORY).some((name) => name.endsWith('.part')),
    false,
  );
  bed.disk.kill();
  const again = await BrokerBed.start(config, bed.disk);
  try {
    const names = (await listTopics(again.admin())).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['a', 'b', 'c']);
  } finally {
    await again.stop();
    await bed.stop();
  }
});

it('a snapshot that holds more than the log after a power cut is where the log goes on', async () => {
  const config = { 'metadata.log.max.record.bytes.between.snapshots': '1000' };
  const bed = await BrokerBed.start(config);
  for (const name of ['a', 'b', 'c']) await bed.createTopic(name, 8);
  bed.disk.kill();
  const snapshots = () => bed.disk.list(DIRECTORY).filter((name) => name.endsWith('.checkpoint'));
  const offset = Number(snapshots().sort().at(-1)?.slice(0, 20));
  const file = `${DIRECTORY}/00000000000000000000.log`;
  const content = bed.disk.readWhole(file);
  const [, second = 0] = batchStarts(content);
  bed.disk.writeWhole(file, content.subarray(0, second));
  const leftover = `${DIRECTORY}/${'9'.repeat(20)}-0000000001.checkpoint`;
  bed.disk.writeWhole(`${leftover}.part`, Buffer.from('cut'));
  bed.disk.writeWhole(`${leftover}.deleted`, Buffer.from('gone'));

  const again = await BrokerBed.start({}, bed.disk);
  assert.deepEqual(
    bed.disk.list(DIRECTORY).filter((name) => name.startsWith('9')),
    [],
  );
  const [first = ''] = bed.disk.list(DIRECTORY).filter((name) => name.endsWith('.log'));
  assert.equal(Number(first.slice(0, 20)), offset);
  await again.createTopic('d');
  bed.disk.kill();
  const last = await BrokerBed.start({}, bed.disk);
  try {
    const names = (await listTopics(last.admin())).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['a', 'b', 'c', 'd']);
  } finally {
    await last.stop();
    await again.stop();
    await bed.stop();
  }
});

it('a node does not start when its metadata log begins behind its newest snapshot', async () => {
  const bed = await BrokerBed.start();
  bed.disk.kill();
  await bed.stop();
  const file = (offset: number) => `${DIRECTORY}/${String(offset).padStart(20, '0')}.log`;
  const content = bed.disk.readWhole(file(0));
  const [, second = 0] = batchStarts(content);
  bed.disk.writeWhole(file(1), content.subarray(second));
  for (const name of bed.disk.list(DIRECTORY).filter((each) => /^0+\./.test(each)))
    bed.disk.remove(`${DIRECTORY}/${name}`);
  await assert.rejects(
    BrokerBed.start({}, bed.disk),
    /begins at offset 1, but there is no snapshot: metadata .* is lost/,
  );
});

it('the oldest snapshots go while there is too much, with the log before the one that is left', async () => {
  const disk = new MemoryDisk();
  const host = { clock: nodeClock, random: nodeRandom, disk, network: new LoopbackNetwork() };
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': '1@localhost:9093',
    'log.dirs': '/a',
  };
  const config = new BrokerConfig(new Map(Object.entries(properties)));
  formatNewDirectories(config, host, 'MkU3OEVBNTcwNTJENDM2Qg');
  const { metadataLog, dirs } = openNodeStorage(config, host, new RecordingLogger(), () => undefined);
  await metadataLog.lead();
  const record: MetadataRecord = { type: 'NoOpRecord', version: 0, value: {} };
  const offsets: number[] = [];
  for (let round = 0; round < 3; round++) {
    metadataLog.append([record, record]);
    offsets.push(metadataLog.endOffset);
    metadataLog.writeSnapshot(metadataLog.endOffset, [], nodeClock.nowMs());
  }
  const kept = () =>
    disk
      .list(DIRECTORY)
      .filter((name) => name.endsWith('.checkpoint'))
      .sort()
      .map((name) => Number(name.slice(0, 20)));
  metadataLog.dropOldSnapshots(-1, -1);
  assert.deepEqual(kept(), offsets, 'without a limit all stay');
  metadataLog.dropOldSnapshots(1, -1);
  assert.deepEqual(kept(), offsets.slice(2), 'the newest stays, however small the limit');
  assert.equal(metadataLog.startOffset, offsets[2]);
  await metadataLog.close();
  await dirs.close(-1);
});
