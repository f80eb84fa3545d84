import {
  defaultLevel,
  FEATURES,
  featureNamed,
  LATEST_PRODUCTION,
  METADATA_VERSION,
  METADATA_VERSIONS,
  metadataVersionAt,
  metadataVersionNamed,
  unknownMetadataVersion,
} from '../../../protocol/features.js';
import type { Io } from '../../io.js';
import type { OptionSet } from '../../options/option-set.js';
import { ToolError } from '../../tool-error.js';
import type { StorageOptions } from '../storage.js';

/** Shows the levels that a cluster of a release begins with. */
export function versionMapping(options: OptionSet<StorageOptions<'version-mapping'>>, io: Io): number {
  const release = options.value('release-version') ?? metadataVersionAt(LATEST_PRODUCTION)?.name ?? '';
  const version = metadataVersionNamed(release, true);
  if (version === null) throw new ToolError(unknownMetadataVersion(release, true));
  io.print(`${METADATA_VERSION}=${version.level} (${release})`);
  for (const feature of FEATURES) io.print(`${feature.name}=${defaultLevel(feature, version.level)}`);
  return 0;
}

/** Shows what levels of features need of each other. */
export function featureDependencies(options: OptionSet<StorageOptions<'feature-dependencies'>>, io: Io): number {
  for (const argument of options.values('feature')) printDependencies(argument, io);
  return 0;
}

function printDependencies(argument: string, io: Io): void {
  const equals = argument.indexOf('=');
  if (equals < 0) {
    const form = "Expected format: 'feature=version' (e.g. 'group.version=1')";
    throw new ToolError(`Invalid feature format: ${argument}. ${form}`);
  }
  const name = argument.slice(0, equals).trim();
  const levelText = argument.slice(equals + 1).trim();
  const level = parseShort(levelText);
  if (level === null) throw new ToolError(`Invalid version format: ${levelText} for feature ${name}`);
  const shown = `${name}=${level}`;
  if (name === METADATA_VERSION) {
    const version = metadataVersionAt(level);
    if (version === null) throw new ToolError(`Unknown metadata.version ${level}`);
    io.print(`${shown} (${version.name}) has no dependencies.`);
    return;
  }
  const feature = featureNamed(name);
  if (feature === null) throw new ToolError(`Unknown feature: ${name}`);
  const found = feature.levels.find((candidate) => candidate.level === level);
  if (found === undefined) throw new ToolError(`Feature level ${level} is not supported for feature ${name}`);
  const dependencies = Object.entries(found.dependencies);
  if (dependencies.length === 0) io.print(`${shown} has no dependencies.`);
  else io.print(`${shown} requires:\n${dependencies.map(dependencyText).join('\n')}`);
}

function dependencyText([name, level]: [string, number]): string {
  const version =
    name === METADATA_VERSION ? METADATA_VERSIONS.find((candidate) => candidate.level === level) : undefined;
  return version === undefined ? `    ${name}=${level}` : `    ${name}=${level} (${version.name})`;
}

/** A number of 16 bits; null for other text. */
export function parseShort(text: string): number | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = Number(text);
  return value >= -0x8000 && value <= 0x7fff ? value : null;
}
