import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO_UUID } from '../../../src/base/bytes.js';
import type { MetadataRecord } from '../../../src/protocol/generated/metadata-records.js';
import { bootstrapRecords } from '../../../src/state/controller/bootstrap.js';
import {
  allocateProducerIds,
  beginControlledShutdown,
  fenceBroker,
  fenceUncleanBroker,
  noteCordonedDirectories,
  unfenceBroker,
} from '../../../src/state/controller/brokers.js';
import { createTopics } from '../../../src/state/controller/create-topics.js';
import { MetadataDelta } from '../../../src/state/metadata/delta.js';
import { BrokenMetadataError } from '../../../src/state/metadata/image.js';
import { brief, ControllerBed } from '../../support/controller-bed.js';

function bedWithTopic(...brokers: number[]): ControllerBed {
  const bed = new ControllerBed();
  bed.image.features.set('eligible.leader.replicas.version', 1);
  for (const id of brokers) bed.addBroker(id);
  const assignments = [{ partitionIndex: 0, brokerIds: brokers }];
  const topics = [{ name: 't', numPartitions: -1, replicationFactor: -1, assignments, configs: [] }];
  bed.run((call, context) => createTopics(call, { topics, timeoutMs: 1000, validateOnly: false }, context));
  return bed;
}

describe('a single node writes the records of Apache Kafka 4.3.1', () => {
  it('on its first start', () => {
    const bed = new ControllerBed();
    assert.deepEqual(brief(bed.register(1)), ['RegisterBroker v4']);
    const cordoned = bed.run((call, context) => noteCordonedDirectories(call, 1, [], context));
    assert.deepEqual(brief(cordoned.records), ['BrokerRegistrationChange v3 fenced=0 shutdown=0 cordoned=[]']);
    const unfenced = bed.run((call, context) => unfenceBroker(call, 1, context));
    assert.deepEqual(brief(unfenced.records), ['BrokerRegistrationChange v0 fenced=-1 shutdown=0']);
    assert.ok(bed.image.isActive(1));
  });

  it('when it stops cleanly and starts again', () => {
    const bed = bedWithTopic(1);
    const { epoch = -1 } = bed.image.brokers.get(1) ?? {};
    const stop = bed.run((call, context) => beginControlledShutdown(call, 1, context));
    assert.deepEqual(brief(stop.records), [
      'BrokerRegistrationChange v1 fenced=0 shutdown=1',
      'PartitionChange isr=[] leader=-1 elr=[1] lastElr=[1]',
    ]);
    const fenced = bed.run((call, context) => fenceBroker(call, 1, context));
    assert.deepEqual(brief(fenced.records), ['BrokerRegistrationChange v0 fenced=1 shutdown=0']);
    assert.deepEqual(brief(bed.run((call, context) => fenceUncleanBroker(call, 1, context)).records), []);
    assert.deepEqual(brief(bed.register(1, epoch)), ['RegisterBroker v4']);
    const start = bed.run((call, context) => unfenceBroker(call, 1, context));
    assert.deepEqual(brief(start.records), [
      'BrokerRegistrationChange v0 fenced=-1 shutdown=0',
      'PartitionChange isr=[1] leader=1 elr=[] lastElr=[]',
    ]);
    const { leader, leaderEpoch, partitionEpoch } = bed.image.partition('t', 0) ?? {};
    assert.deepEqual([leader, leaderEpoch, partitionEpoch], [1, 2, 2]);
  });

  it('when it stops and starts again in a cluster without eligible leader replicas', () => {
    const bed = bedWithTopic(1);
    bed.image.features.delete('eligible.leader.replicas.version');
    const stop = bed.run((call, context) => beginControlledShutdown(call, 1, context));
    assert.deepEqual(brief(stop.records), [
      'BrokerRegistrationChange v1 fenced=0 shutdown=1',
      'PartitionChange leader=-1',
    ]);
    bed.run((call, context) => fenceBroker(call, 1, context));
    assert.deepEqual(brief(bed.register(1, -1)), ['RegisterBroker v4']);
    const start = bed.run((call, context) => unfenceBroker(call, 1, context));
    assert.deepEqual(brief(start.records), [
      'BrokerRegistrationChange v0 fenced=-1 shutdown=0',
      'PartitionChange leader=1',
    ]);
  });

  it('when it starts again after a kill', () => {
    const bed = bedWithTopic(1);
    const fenced = bed.run((call, context) => fenceUncleanBroker(call, 1, context));
    assert.deepEqual(brief(fenced.records), [
      'PartitionChange isr=[] leader=-1 elr=[1] lastElr=[1]',
      'BrokerRegistrationChange v0 fenced=1 shutdown=0',
    ]);
    const offset = bed.records.length;
    assert.deepEqual(brief(bed.register(1, -1)), ['PartitionChange elr=[]', 'RegisterBroker v4']);
    assert.equal(bed.image.brokers.get(1)?.epoch, offset, "the offset of the batch, not the record's own");
    const start = bed.run((call, context) => unfenceBroker(call, 1, context));
    assert.deepEqual(brief(start.records), [
      'BrokerRegistrationChange v0 fenced=-1 shutdown=0',
      'PartitionChange isr=[1] leader=1 lastElr=[] recovery=1',
    ]);
  });

  it('to begin a cluster', () => {
    const feature = (name: string, featureLevel: number): MetadataRecord => ({
      type: 'FeatureLevelRecord',
      version: 0,
      value: { name, featureLevel },
    });
    const types = (...records: MetadataRecord[]) => brief(bootstrapRecords(records, 1));
    const eligible = feature('eligible.leader.replicas.version', 1);
    assert.deepEqual(types(feature('metadata.version', 30), eligible), [
      'BeginTransaction v0',
      'FeatureLevel v0',
      'FeatureLevel v0',
      'Config v0',
      'EndTransaction v0',
    ]);
    assert.deepEqual(types(feature('metadata.version', 20)), [
      'BeginTransaction v0',
      'FeatureLevel v0',
      'EndTransaction v0',
    ]);
  });
});

it('of several replicas the next in sync leads when the leader stops', () => {
  const bed = bedWithTopic(2, 1);
  const { records } = bed.run((call, context) => beginControlledShutdown(call, 2, context));
  assert.deepEqual(brief(records).slice(1), ['PartitionChange isr=[1] leader=1']);
});

it('producer ids come in blocks of 1000, for brokers that are known', () => {
  const bed = bedWithTopic(1);
  const { epoch = -1 } = bed.image.brokers.get(1) ?? {};
  const ask = (id: number, brokerEpoch: number) =>
    bed.run((call, context) => allocateProducerIds(call, id, brokerEpoch, context)).response;
  assert.deepEqual(ask(1, epoch), { producerIdStart: 0, producerIdLen: 1000 });
  assert.deepEqual(ask(1, epoch), { producerIdStart: 1000, producerIdLen: 1000 });
  assert.deepEqual(ask(2, epoch), { errorCode: 102 });
  assert.deepEqual(ask(1, epoch + 1), { errorCode: 77 });
});

it('records that cannot follow from those before are a broken log', () => {
  const { image } = bedWithTopic(1);
  const broken: MetadataRecord[] = [
    { type: 'RemoveTopicRecord', version: 0, value: { topicId: ZERO_UUID } },
    { type: 'FenceBrokerRecord', version: 0, value: { id: 7, epoch: 1 } },
    { type: 'UnfenceBrokerRecord', version: 0, value: { id: 1, epoch: 12345 } },
  ];
  for (const record of broken) assert.throws(() => image.replay(record, new MetadataDelta()), BrokenMetadataError);
});
