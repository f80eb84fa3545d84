import {
  defaultLevel,
  FEATURES,
  featureNamed,
  LATEST_PRODUCTION,
  METADATA_VERSION,
  METADATA_VERSIONS,
  type MetadataVersion,
  metadataVersionAt,
  metadataVersionNamed,
  unknownMetadataVersion,
} from '../../../protocol/features.js';
import { illegalArgument, runtimeException, ToolError } from '../../tool-error.js';
import { parseShort } from './features.js';

const KRAFT_VERSION = 'kraft.version';

export interface FeatureChoices {
  readonly releaseVersion: string | null;
  /** `feature=level` texts. */
  readonly features: readonly string[];
  /** Whether versions that are not for production may be chosen. */
  readonly unstable: boolean;
  /** Whether the voters of the quorum are kept in its log. */
  readonly dynamicQuorum: boolean;
}

/** What a cluster begins with: its metadata.version, and the level of every feature by name, sorted. */
export interface BootstrapFeatures {
  readonly metadataVersion: MetadataVersion;
  readonly levels: ReadonlyMap<string, number>;
}

/** @throws ToolError with Kafka's message where the choices cannot be, or do not fit each other */
export function bootstrapFeatures(choices: FeatureChoices): BootstrapFeatures {
  const chosen = parseFeatures(choices.features);
  const metadataVersion = chooseMetadataVersion(choices, chosen.get(METADATA_VERSION) ?? null);
  const known = FEATURES.map(({ name }) => name).sort();
  for (const name of [...chosen.keys()].sort()) {
    if (name === METADATA_VERSION || known.includes(name)) continue;
    throw new ToolError(`Unsupported feature: ${name}. Supported features are: ${known.join(', ')}`);
  }
  const levels = new Map<string, number>();
  for (const name of [...known, METADATA_VERSION].sort()) {
    if (name === METADATA_VERSION) levels.set(name, metadataVersion.level);
    else if (name === KRAFT_VERSION) levels.set(name, kraftVersion(chosen.get(name) ?? null, choices.dynamicQuorum));
    else levels.set(name, chosen.get(name) ?? defaultLevelOf(name, metadataVersion.level));
  }
  for (const [name, level] of levels) if (name !== METADATA_VERSION) checkLevel(name, level, levels);
  return { metadataVersion, levels };
}

function parseFeatures(texts: readonly string[]): Map<string, number> {
  const levels = new Map<string, number>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 0) throw runtimeException(`Can't parse feature=level string ${text}: equals sign not found.`);
    const levelText = text.slice(equals + 1).trim();
    const level = parseShort(levelText);
    if (level === null) {
      throw runtimeException(`Can't parse feature=level string ${text}: unable to parse ${levelText} as a short.`);
    }
    levels.set(text.slice(0, equals).trim(), level);
  }
  return levels;
}

function chooseMetadataVersion(choices: FeatureChoices, level: number | null): MetadataVersion {
  const { releaseVersion, unstable } = choices;
  const named = releaseVersion === null ? null : metadataVersionNamed(releaseVersion, unstable);
  if (releaseVersion !== null && named === null) throw new ToolError(unknownMetadataVersion(releaseVersion, unstable));
  if (level === null)
    return named ?? (metadataVersionAt(unstable ? LATEST_PRODUCTION + 1 : LATEST_PRODUCTION) as MetadataVersion);
  if (named !== null) {
    throw new ToolError('Use --release-version instead of --feature metadata.version=X to avoid ambiguity.');
  }
  const version = metadataVersionAt(level);
  if (version === null) {
    const range = `from ${METADATA_VERSIONS[0]?.level} to ${METADATA_VERSIONS.at(-1)?.level}`;
    throw illegalArgument(`No MetadataVersion with feature level ${level}. Valid feature levels are ${range}.`);
  }
  if (!unstable && level > LATEST_PRODUCTION)
    throw new ToolError(`metadata.version ${version.name} is not yet stable.`);
  return version;
}

function defaultLevelOf(name: string, metadataVersion: number): number {
  const feature = featureNamed(name);
  return feature === null ? 0 : defaultLevel(feature, metadataVersion);
}

function kraftVersion(chosen: number | null, dynamicQuorum: boolean): number {
  if (chosen === null) return dynamicQuorum ? 1 : 0;
  const flags = '--standalone, --initial-controllers, or --no-initial-controllers';
  const advice = 'For dynamic controllers support, try';
  if (chosen === 0 && dynamicQuorum) {
    throw new ToolError(
      `Cannot set kraft.version to 0 if controller.quorum.voters is empty and one of the flags ${flags} is used. ` +
        `${advice} removing the --feature flag for kraft.version.`,
    );
  }
  if (chosen !== 0 && !dynamicQuorum) {
    throw new ToolError(
      `Cannot set kraft.version to ${chosen} unless controller.quorum.voters is empty and one of the flags ${flags} ` +
        `is used. ${advice} using one of ${flags} and removing controller.quorum.voters.`,
    );
  }
  return chosen;
}

function checkLevel(name: string, level: number, levels: ReadonlyMap<string, number>): void {
  const found = featureNamed(name)?.levels.find((candidate) => candidate.level === level);
  if (found === undefined) throw illegalArgument(`No feature:${name} with feature level ${level}`);
  for (const [other, least] of Object.entries(found.dependencies)) {
    if ((levels.get(other) ?? 0) >= least) continue;
    throw illegalArgument(`${name} could not be set to ${level} because it depends on ${other} level ${least}`);
  }
}
