/**
 * The features of Apache Kafka 4.3.1 that a cluster turns on for all of its nodes at once (KIP-584, KIP-1022):
 * metadata.version with one level for each change of what nodes write and send, and the others.
 */
export interface MetadataVersion {
  readonly level: number;
  /** `4.0-IV3` */
  readonly name: string;
}

export const METADATA_VERSION = 'metadata.version';

/** All levels in order, the last one not yet for production. */
export const METADATA_VERSIONS: readonly MetadataVersion[] = [
  { level: 7, name: '3.3-IV3' },
  { level: 8, name: '3.4-IV0' },
  { level: 9, name: '3.5-IV0' },
  { level: 10, name: '3.5-IV1' },
  { level: 11, name: '3.5-IV2' },
  { level: 12, name: '3.6-IV0' },
  { level: 13, name: '3.6-IV1' },
  { level: 14, name: '3.6-IV2' },
  { level: 15, name: '3.7-IV0' },
  { level: 16, name: '3.7-IV1' },
  { level: 17, name: '3.7-IV2' },
  { level: 18, name: '3.7-IV3' },
  { level: 19, name: '3.7-IV4' },
  { level: 20, name: '3.8-IV0' },
  { level: 21, name: '3.9-IV0' },
  { level: 22, name: '4.0-IV0' },
  { level: 23, name: '4.0-IV1' },
  { level: 24, name: '4.0-IV2' },
  { level: 25, name: '4.0-IV3' },
  { level: 26, name: '4.1-IV0' },
  { level: 27, name: '4.1-IV1' },
  { level: 28, name: '4.2-IV0' },
  { level: 29, name: '4.2-IV1' },
  { level: 30, name: '4.3-IV0' },
  { level: 31, name: '4.4-IV0' },
];

export const LATEST_PRODUCTION = 30;
export const MINIMUM_METADATA_VERSION = 7;

/** From which metadata.version on nodes do something. */
const SINCE = {
  scram: 11,
  metadataTransactions: 13,
  delegationTokens: 14,
  controllerRegistration: 15,
  directoryAssignment: 17,
  eligibleLeaderReplicas: 23,
  cordonedLogDirs: 30,
} as const;

export function metadataVersionHas(level: number, what: keyof typeof SINCE): boolean {
  return level >= SINCE[what];
}

/** In which version nodes write a record or send a request, by the metadata.version from which on: newest first. */
const VERSIONS_SINCE = {
  registerBrokerRecord: [30, 4, 17, 3, 8, 2, 7, 1],
  registerControllerRecord: [15, 0],
  partitionRecord: [23, 2, 17, 1, 7, 0],
  partitionChangeRecord: [23, 2, 17, 1, 7, 0],
  fetchRequest: [27, 18, 21, 17, 19, 16, 10, 15, 9, 14, 7, 13],
  listOffsetsRequest: [29, 11, 25, 10, 21, 9, 9, 8, 7, 7],
} as const;

/** @throws RangeError where the metadata.version has none of it yet */
export function versionAt(level: number, what: keyof typeof VERSIONS_SINCE): number {
  const steps: readonly number[] = VERSIONS_SINCE[what];
  for (let index = 0; index < steps.length; index += 2) {
    if (level >= (steps[index] as number)) return steps[index + 1] as number;
  }
  throw new RangeError(`metadata.version ${level} has no ${what}`);
}

export interface Feature {
  readonly name: string;
  readonly levels: readonly FeatureLevel[];
}

export interface FeatureLevel {
  readonly level: number;
  /** A cluster that is formatted at this metadata.version or a later one begins with this level. */
  readonly since: number;
  /** Least levels of other features that it needs. */
  readonly dependencies: Readonly<Record<string, number>>;
}

const NO_DEPENDENCIES = {};

/** All features but metadata.version, in Kafka's order. */
export const FEATURES: readonly Feature[] = [
  feature('kraft.version', [
    [0, 7],
    [1, 21],
  ]),
  feature('transaction.version', [
    [0, 7],
    [1, 24],
    [2, 24],
  ]),
  feature('group.version', [
    [0, 7],
    [1, 22],
  ]),
  {
    name: 'eligible.leader.replicas.version',
    levels: [
      { level: 0, since: 7, dependencies: NO_DEPENDENCIES },
      { level: 1, since: 26, dependencies: { [METADATA_VERSION]: 23 } },
    ],
  },
  feature('share.version', [
    [0, 7],
    [1, 28],
  ]),
  feature('streams.version', [
    [0, 7],
    [1, 29],
  ]),
];

function feature(name: string, levels: readonly (readonly [level: number, since: number])[]): Feature {
  return { name, levels: levels.map(([level, since]) => ({ level, since, dependencies: NO_DEPENDENCIES })) };
}

export function featureNamed(name: string): Feature | null {
  return FEATURES.find((candidate) => candidate.name === name) ?? null;
}

/** The level that a feature begins with when a cluster is formatted at a metadata.version. */
export function defaultLevel({ levels }: Feature, metadataVersion: number): number {
  return levels.findLast(({ since }) => since <= metadataVersion)?.level ?? 0;
}

/** What a broker says it can run at, in ApiVersions and its registration. */
export function supportedRanges(): { name: string; minVersion: number; maxVersion: number }[] {
  const ranges = FEATURES.map(({ name, levels }) => ({ name, minVersion: 0, maxVersion: levels.length - 1 }));
  return [{ name: METADATA_VERSION, minVersion: MINIMUM_METADATA_VERSION, maxVersion: LATEST_PRODUCTION }, ...ranges];
}

export function metadataVersionAt(level: number): MetadataVersion | null {
  return METADATA_VERSIONS.find((version) => version.level === level) ?? null;
}

/**
 * The metadata.version of a name (`4.0-IV3`) or a release (`4.0`, `4.0.1`): of a release its last one. Only production
 * versions can be named by release.
 *
 * @param unstable whether versions that are not for production count
 */
export function metadataVersionNamed(text: string, unstable: boolean): MetadataVersion | null {
  const known = METADATA_VERSIONS.filter(({ level }) => unstable || level <= LATEST_PRODUCTION);
  const key = text.split('.').slice(0, 2).join('.');
  const exact = known.find(({ name }) => name === key);
  if (exact !== undefined) return exact;
  return known.findLast(({ level, name }) => level <= LATEST_PRODUCTION && name.split('-')[0] === key) ?? null;
}

/** What Kafka says of a name that is no version's. */
export function unknownMetadataVersion(text: string, unstable: boolean): string {
  const names = METADATA_VERSIONS.filter(({ level }) => unstable || level <= LATEST_PRODUCTION);
  const list = names.map(({ name }) => name).join(', ');
  return `Unknown metadata.version '${text}'. Supported metadata.version are: ${list}`;
}
