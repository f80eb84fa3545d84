import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MetadataRecord } from '../../../src/protocol/generated/metadata-records.js';
import { alterClientQuotas } from '../../../src/state/controller/client-quotas.js';
import { createTopics } from '../../../src/state/controller/create-topics.js';
import { alterScramCredentials } from '../../../src/state/controller/scram-credentials.js';
import { MetadataDelta } from '../../../src/state/metadata/delta.js';
import { MetadataImage } from '../../../src/state/metadata/image.js';
import { recordsOf } from '../../../src/state/metadata/image-records.js';
import { configRecord } from '../../../src/state/metadata/new-records.js';
import { ControllerBed } from '../../support/controller-bed.js';

function filledBed(): ControllerBed {
  const bed = new ControllerBed();
  const features: MetadataRecord[] = [
    { type: 'FeatureLevelRecord', version: 0, value: { name: 'group.version', featureLevel: 1 } },
    { type: 'FeatureLevelRecord', version: 0, value: { name: 'metadata.version', featureLevel: 30 } },
  ];
  bed.run((call) => ({ records: features, replies: [{ call, response: null }], timers: [] }));
  bed.addBroker(1);
  bed.addBroker(2);
  const topics = [{ name: 't', numPartitions: 3, replicationFactor: 2, assignments: [], configs: [] }];
  bed.run((call, context) => createTopics(call, { topics, timeoutMs: 1000, validateOnly: false }, context));
  const entity = [{ entityType: 'user', entityName: null }];
  const ops = [{ key: 'producer_byte_rate', value: 5, remove: false }];
  bed.run((call, context) => alterClientQuotas(call, { entries: [{ entity, ops }], validateOnly: false }, context));
  const credential = {
    name: 'u',
    mechanism: 1,
    iterations: 4096,
    salt: Buffer.from('s'),
    saltedPassword: Buffer.from('p'),
  };
  bed.run((call, context) => alterScramCredentials(call, { deletions: [], upsertions: [credential] }, context));
  const others: MetadataRecord[] = [
    configRecord(16, 'm:1', 'interval.ms', '100'),
    { type: 'ProducerIdsRecord', version: 0, value: { brokerId: 1, brokerEpoch: 3, nextProducerId: 1000 } },
  ];
  bed.run((call) => ({ records: others, replies: [{ call, response: null }], timers: [] }));
  return bed;
}

it('an image is made again from its records', () => {
  const { image } = filledBed();
  const again = new MetadataImage();
  for (const record of recordsOf(image)) again.replay(record, new MetadataDelta());
  for (const part of ['brokers', 'topics', 'configs', 'quotas', 'scramCredentials', 'producerIds'] as const) {
    assert.deepEqual(again[part], image[part], part);
  }
  assert.deepEqual(new Map([...again.features].sort()), new Map([...image.features].sort()));
});

it('records come in the order of Apache Kafka, metadata.version first', () => {
  const records = [...recordsOf(filledBed().image)];
  assert.deepEqual(records[0]?.value, { name: 'metadata.version', featureLevel: 30 });
  const types = records.map(({ type }) => type.replace(/Record$/, ''));
  const runs = types.filter((type, index) => type !== types[index - 1]);
  assert.deepEqual(runs, [
    'FeatureLevel',
    'RegisterBroker',
    'Topic',
    'Partition',
    'Config',
    'ClientQuota',
    'ProducerIds',
    'UserScramCredential',
  ]);
});
