import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disabling, updatesOf } from '../../../../src/cli/tools/features/updates.js';

const wanted = (features: readonly string[], metadata: string | null = null, release: string | null = null) => ({
  features,
  metadata,
  release,
});

test('levels by name, and the metadata.version by its release', () => {
  const updates = updatesOf(wanted(['group.version = 1'], '4.0-IV0'), 'UPGRADE');
  assert.deepEqual(
    new Map(updates.map(({ feature, maxVersionLevel }) => [feature, maxVersionLevel])),
    new Map([
      ['metadata.version', 22],
      ['group.version', 1],
    ]),
  );
});

test('an upgrade to a release leaves out what it does not have, a downgrade turns it off', () => {
  const levels = (type: 'UPGRADE' | 'SAFE_DOWNGRADE') =>
    new Map(updatesOf(wanted([], null, '4.1'), type).map(({ feature, maxVersionLevel }) => [feature, maxVersionLevel]));
  assert.equal(levels('UPGRADE').has('share.version'), false);
  assert.equal(levels('SAFE_DOWNGRADE').get('share.version'), 0);
  assert.equal(levels('UPGRADE').get('metadata.version'), 27);
});

test('what cannot be sent', () => {
  const refused = (features: readonly string[], metadata: string | null = null) =>
    assert.throws.bind(assert, () => updatesOf(wanted(features, metadata), 'UPGRADE'));
  refused(['a'])(/Can't parse feature=level string a: equals sign not found\./);
  refused(['a=x'])(/unable to parse x as a short\./);
  refused(['a=1', 'a=2'])(/Feature a was specified more than once\./);
  refused(['a=0'])(/The upgradeType flag should be set to SAFE_DOWNGRADE or UNSAFE_DOWNGRADE/);
  refused(['a=-1'])(/Cannot specify a negative version level\./);
  refused(['metadata.version=30'], '4.3')(/Feature metadata\.version was specified more than once\./);
  refused([], 'banana')(/Unknown metadata\.version 'banana'/);
  assert.throws(() => disabling(['a', 'b', 'a'], 'SAFE_DOWNGRADE'), /Feature a was specified more than once\./);
});
