import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MetadataRecord } from '../../../src/protocol/generated/metadata-records.js';
import type { UpdateFeaturesResponse } from '../../../src/protocol/generated/update-features.js';
import { updateFeatures } from '../../../src/state/controller/update-features.js';
import { configRecord } from '../../../src/state/metadata/new-records.js';
import { ControllerBed } from '../../support/controller-bed.js';

function bedAt(levels: Record<string, number>): ControllerBed {
  const bed = new ControllerBed();
  const records = Object.entries(levels).map(
    ([name, featureLevel]): MetadataRecord => ({
      type: 'FeatureLevelRecord',
      version: 0,
      value: { name, featureLevel },
    }),
  );
  bed.run((call) => ({ records, replies: [{ call, response: null }], timers: [] }));
  return bed;
}

function update(bed: ControllerBed, feature: string, level: number, upgradeType: number, version = 2) {
  const featureUpdates = [{ feature, maxVersionLevel: level, allowDowngrade: upgradeType > 1, upgradeType }];
  const { response, records } = bed.run<UpdateFeaturesResponse>((call, context) =>
    updateFeatures(call, { timeoutMs: 1000, featureUpdates, validateOnly: false }, version, context),
  );
  return { error: response.errorMessage, records: records.map(({ value }) => value) };
}

it('metadata.version goes back only where nothing that is recorded gets lost', () => {
  const bed = bedAt({ 'metadata.version': 29 });
  assert.deepEqual(update(bed, 'metadata.version', 24, 2).records, [{ name: 'metadata.version', featureLevel: 24 }]);
  assert.match(update(bed, 'metadata.version', 22, 2).error ?? '', /Refusing to perform the requested downgrade/);
  assert.match(update(bed, 'metadata.version', 22, 3).error ?? '', /Unsafe metadata downgrade is not supported/);
  assert.equal(update(bed, 'metadata.version', 30, 1).error, null);
});

it('brokers that cannot run at a level keep the cluster from it', () => {
  const bed = bedAt({ 'metadata.version': 30 });
  bed.addBroker(7);
  const { error, records } = update(bed, 'group.version', 1, 1);
  assert.match(error ?? '', /for feature group.version. Broker 7 does not support this feature.$/);
  assert.deepEqual(records, []);
});

it('a feature needs the levels that it depends on', () => {
  const bed = bedAt({ 'metadata.version': 22 });
  const { error } = update(bed, 'eligible.leader.replicas.version', 1, 1);
  assert.match(error ?? '', /could not be set to 1 because it depends on metadata.version level 23$/);
});

it('with eligible leader replicas min.insync.replicas is one for the cluster', () => {
  const bed = bedAt({ 'metadata.version': 30 });
  bed.settings.minInsyncReplicas = () => 2;
  const set = configRecord(4, '1', 'min.insync.replicas', '3');
  bed.run((call) => ({ records: [set], replies: [{ call, response: null }], timers: [] }));
  const { records } = update(bed, 'eligible.leader.replicas.version', 1, 1);
  const name = 'min.insync.replicas';
  assert.deepEqual(records.slice(0, -1), [
    { resourceType: 4, resourceName: '', name, value: '2' },
    { resourceType: 4, resourceName: '1', name, value: null },
  ]);
});

it('in version 0 no level sinks, whatever its flag says', () => {
  const bed = bedAt({ 'metadata.version': 30, 'group.version': 1 });
  for (const upgradeType of [1, 2]) {
    const { error } = update(bed, 'group.version', 0, upgradeType, 0);
    assert.match(error ?? '', /Can't downgrade the version of this feature without/);
  }
});
