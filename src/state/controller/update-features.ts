import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import type { CallId } from '../../base/machine.js';
import { errorCode } from '../../protocol/errors.js';
import { featureNamed, METADATA_VERSION, supportedRanges } from '../../protocol/features.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { FeatureUpdateKey, UpdateFeaturesRequest } from '../../protocol/generated/update-features.js';
import { CONFIG_BROKER } from '../metadata/config-resource.js';
import type { MetadataImage } from '../metadata/image.js';
import { configRecord } from '../metadata/new-records.js';
import { type Decision, decide } from './decision.js';
import { ELIGIBLE_LEADER_REPLICAS } from './partition-rules.js';
import type { ControllerContext } from './settings.js';

export const KRAFT_VERSION = 'kraft.version';
const UPGRADE = 1;
const UNSAFE_DOWNGRADE = 3;
const FIRST_VERSION_WITH_UPGRADE_TYPE = 1;
const LAST_VERSION_WITH_RESULTS = 1;

/** The levels of metadata.version at which what is recorded became more, so that nobody goes back below them. */
const LEVELS_THAT_CHANGED_RECORDS = [7, 8, 11, 13, 14, 15, 17, 23, 30];

interface Update {
  readonly feature: string;
  readonly level: number;
  readonly upgradeType: number;
}

class RefusedUpdate extends Error {}

/** Sets levels of features for the whole cluster (KIP-584): all of them, or none when one cannot be. */
export function updateFeatures(
  call: CallId,
  request: UpdateFeaturesRequest,
  version: number,
  context: ControllerContext,
): Decision {
  const updates = new Map(request.featureUpdates.map((update) => [update.feature, updateOf(update, version)]));
  const records: MetadataRecord[] = [];
  try {
    for (const update of inHashOrder([...updates.values()], ({ feature }) => javaHash(feature))) {
      records.push(...updateFeature(update, context));
    }
  } catch (error) {
    if (!(error instanceof RefusedUpdate)) throw error;
    const errorMessage = `The update failed for all features since the following feature had an error: ${error.message}`;
    return decide(call, { errorCode: errorCode('INVALID_UPDATE_VERSION'), errorMessage });
  }
  const results = request.featureUpdates.map(({ feature }) => ({ feature, errorMessage: 'NONE' }));
  const response = { errorMessage: null, results: version <= LAST_VERSION_WITH_RESULTS ? results : [] };
  return decide(call, response, request.validateOnly ? [] : records);
}

/** Whether the levels that are asked for make a static quorum a dynamic one; the log of the quorum holds that itself. */
export function raisesKraftVersion(request: UpdateFeaturesRequest, context: ControllerContext): boolean {
  const update = request.featureUpdates.findLast(({ feature }) => feature === KRAFT_VERSION);
  return update !== undefined && update.maxVersionLevel > context.settings.kraftVersion();
}

/** The flag of the oldest version that allows a downgrade counts for nothing, as measured. */
function updateOf({ feature, maxVersionLevel, upgradeType }: FeatureUpdateKey, version: number): Update {
  return {
    feature,
    level: maxVersionLevel,
    upgradeType: version >= FIRST_VERSION_WITH_UPGRADE_TYPE ? upgradeType : UPGRADE,
  };
}

/** @throws RefusedUpdate */
function updateFeature({ feature, level, upgradeType }: Update, context: ControllerContext): MetadataRecord[] {
  const { image } = context;
  const refuse = (why: string): never => {
    throw new RefusedUpdate(`Invalid update version ${level} for feature ${feature}. ${why}`);
  };
  if (upgradeType < UPGRADE || upgradeType > UNSAFE_DOWNGRADE) {
    refuse('The controller does not support the given upgrade type.');
  }
  if (level < 0) refuse('A feature version cannot be less than 0.');
  const unsupported = reasonNotSupported(feature, level, context);
  if (unsupported !== null) refuse(unsupported);
  const before = feature === KRAFT_VERSION ? context.settings.kraftVersion() : image.featureLevel(feature);
  if (level < before && upgradeType === UPGRADE) {
    refuse(
      "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
    );
  }
  if (level > before && upgradeType !== UPGRADE) refuse("Can't downgrade to a newer version.");
  if (feature === METADATA_VERSION) checkMetadataVersion(level, before, upgradeType);
  else if (feature === KRAFT_VERSION) {
    if (level < before) refuse("Can't downgrade the version of this feature.");
    return [];
  } else {
    const missing = missingDependency(feature, level, image);
    if (missing !== null) refuse(missing);
  }
  const record: MetadataRecord = {
    type: 'FeatureLevelRecord',
    version: 0,
    value: { name: feature, featureLevel: level },
  };
  return [...preparations(feature, level, before, context), record];
}

function reasonNotSupported(feature: string, level: number, context: ControllerContext): string | null {
  const { image, settings } = context;
  const own = supportedRanges().find(({ name }) => name === feature);
  const local = reasonOutside(level, `Local controller ${settings.nodeId}`, own?.minVersion, own?.maxVersion);
  if (local !== null) return local;
  for (const { id, features } of image.brokers.values()) {
    const range = features.find(({ name }) => name === feature);
    const reason = reasonOutside(level, `Broker ${id}`, range?.minSupportedVersion, range?.maxSupportedVersion);
    if (reason !== null) return reason;
  }
  for (const { controllerId, features } of image.controllers.values()) {
    if (controllerId === settings.nodeId) continue;
    const range = features.find(({ name }) => name === feature);
    const what = `Controller ${controllerId}`;
    const reason = reasonOutside(level, what, range?.minSupportedVersion, range?.maxSupportedVersion);
    if (reason !== null) return reason;
  }
  return null;
}

function reasonOutside(level: number, who: string, least = 0, most = 0): string | null {
  if (level >= least && level <= most) return null;
  return most === 0 ? `${who} does not support this feature.` : `${who} only supports versions ${least}-${most}`;
}

function checkMetadataVersion(level: number, before: number, upgradeType: number): void {
  const isLossless = !LEVELS_THAT_CHANGED_RECORDS.some((changed) => changed > level && changed <= before);
  if (level >= before || isLossless) return;
  const why =
    upgradeType === UNSAFE_DOWNGRADE
      ? 'Unsafe metadata downgrade is not supported in this version.'
      : 'Refusing to perform the requested downgrade because it might delete metadata information.';
  throw new RefusedUpdate(`Unsupported metadata.version downgrade from ${before} to ${level}. ${why}`);
}

function missingDependency(feature: string, level: number, image: MetadataImage): string | null {
  const known = featureNamed(feature)?.levels.find((candidate) => candidate.level === level);
  if (known === undefined) return `Feature ${feature} not found.`;
  for (const [other, least] of Object.entries(known.dependencies)) {
    if (image.featureLevel(other) < least) {
      return `${feature} could not be set to ${level} because it depends on ${other} level ${least}`;
    }
  }
  return null;
}

/**
 * Eligible leader replicas count with one min.insync.replicas for the cluster: with them on it is set there, and single
 * brokers have none of their own (KIP-966).
 */
function preparations(feature: string, level: number, before: number, context: ControllerContext): MetadataRecord[] {
  if (feature !== ELIGIBLE_LEADER_REPLICAS || level === 0 || before > 0) return [];
  const { image, settings } = context;
  const name = 'min.insync.replicas';
  const records: MetadataRecord[] = [];
  if (!image.configsOf(CONFIG_BROKER, '').has(name)) {
    records.push(configRecord(CONFIG_BROKER, '', name, String(settings.minInsyncReplicas('', image))));
  }
  for (const broker of image.namesWithConfigs(CONFIG_BROKER)) {
    if (broker !== '' && image.configsOf(CONFIG_BROKER, broker).has(name)) {
      records.push(configRecord(CONFIG_BROKER, broker, name, null));
    }
  }
  return records;
}
