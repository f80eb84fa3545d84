import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { FeatureUpdate, UpgradeType } from '../../../client/admin/cluster-facts.js';
import {
  defaultLevel,
  FEATURES,
  METADATA_VERSION,
  metadataVersionNamed,
  unknownMetadataVersion,
} from '../../../protocol/features.js';
import { ToolError } from '../../tool-error.js';
import { type NamedLevel, parseFeatureLevel } from './feature-level.js';

/** What a command line asks for. */
export interface WantedLevels {
  readonly release: string | null;
  /** The old way to name a metadata.version. */
  readonly metadata: string | null;
  readonly features: readonly string[];
}

/** The updates of a command line, in the order that Kafka's tool sends them in. @throws ToolError */
export function updatesOf(wanted: WantedLevels, upgradeType: UpgradeType): FeatureUpdate[] {
  const levels = wanted.release === null ? named(wanted) : ofRelease(wanted.release, upgradeType);
  return inSendingOrder(levels.map(({ feature, level }) => updateOf(feature, level, upgradeType)));
}

/** Updates that take features to level 0. @throws ToolError */
export function disabling(features: readonly string[], upgradeType: UpgradeType): FeatureUpdate[] {
  checkDistinct(features);
  return inSendingOrder(features.map((feature) => updateOf(feature, 0, upgradeType)));
}

const inSendingOrder = (updates: readonly FeatureUpdate[]): FeatureUpdate[] =>
  inHashOrder(updates, ({ feature }) => javaHash(feature));

function named({ metadata, features }: WantedLevels): NamedLevel[] {
  const levels = features.map(parseFeatureLevel);
  if (metadata !== null) levels.unshift({ feature: METADATA_VERSION, level: levelNamed(metadata) });
  checkDistinct(levels.map(({ feature }) => feature));
  return levels;
}

/** An upgrade leaves alone what the release does not have. */
function ofRelease(release: string, upgradeType: UpgradeType): NamedLevel[] {
  const metadata = levelNamed(release);
  const levels = FEATURES.map((feature) => ({ feature: feature.name, level: defaultLevel(feature, metadata) }));
  const sent = levels.filter(({ level }) => upgradeType !== 'UPGRADE' || level > 0);
  return [{ feature: METADATA_VERSION, level: metadata }, ...sent];
}

function levelNamed(release: string): number {
  const version = metadataVersionNamed(release, true);
  if (version === null) throw new ToolError(unknownMetadataVersion(release, true));
  return version.level;
}

function updateOf(feature: string, maxVersionLevel: number, upgradeType: UpgradeType): FeatureUpdate {
  if (maxVersionLevel < 0) throw new ToolError('Cannot specify a negative version level.');
  if (maxVersionLevel === 0 && upgradeType === 'UPGRADE') {
    throw new ToolError(
      'The upgradeType flag should be set to SAFE_DOWNGRADE or UNSAFE_DOWNGRADE when the provided maxVersionLevel:0 is < 1.',
    );
  }
  return { feature, maxVersionLevel, upgradeType };
}

function checkDistinct(features: readonly string[]): void {
  const twice = features.find((feature, index) => features.indexOf(feature) < index);
  if (twice !== undefined) throw new ToolError(`Feature ${twice} was specified more than once.`);
}
