import {
  defaultLevel,
  FEATURES,
  featureNamed,
  LATEST_PRODUCTION,
  METADATA_VERSION,
  metadataVersionAt,
  metadataVersionNamed,
  unknownMetadataVersion,
} from '../../../protocol/features.js';
import { type Report, tableOf } from '../../format/report.js';
import { ToolError } from '../../tool-error.js';
import { type NamedLevel, parseFeatureLevel } from './feature-level.js';

interface ReleaseRow extends NamedLevel {
  readonly release: string;
}

/** The levels that a cluster of a release begins with. @throws ToolError */
export function releaseReport(given: string | null): Report<ReleaseRow> {
  const release = given ?? metadataVersionAt(LATEST_PRODUCTION)?.name ?? '';
  const version = metadataVersionNamed(release, true);
  if (version === null) throw new ToolError(unknownMetadataVersion(release, true));
  const rows = [
    { release, feature: METADATA_VERSION, level: version.level },
    ...FEATURES.map((feature) => ({ release, feature: feature.name, level: defaultLevel(feature, version.level) })),
  ];
  return {
    rows,
    plain: () =>
      rows.map((row, index) => `${row.feature}=${row.level}${index === 0 ? ` (${release})` : ''}\n`).join(''),
    tables: () => [
      tableOf(
        rows,
        [
          { heading: 'Feature', cell: ({ feature }) => feature },
          { heading: 'Level', cell: ({ level }) => level },
        ],
        `Levels of ${release}`,
      ),
    ],
    whenEmpty: '',
  };
}

interface ReleaseLevel extends NamedLevel {
  /** The release of a metadata.version. */
  readonly name: string | null;
}

interface DependenciesRow extends ReleaseLevel {
  readonly dependencies: readonly ReleaseLevel[];
}

/** What a level of a feature needs of the others. @throws ToolError */
export function dependenciesOf(argument: string): DependenciesRow {
  const wanted = parseFeatureLevel(argument);
  if (wanted.feature === METADATA_VERSION) {
    const { name } = released(wanted);
    if (name === null) throw new ToolError(`Unknown metadata.version ${wanted.level}`);
    return { ...wanted, name, dependencies: [] };
  }
  const feature = featureNamed(wanted.feature);
  if (feature === null) throw new ToolError(`Unknown feature: ${wanted.feature}`);
  const found = feature.levels.find(({ level }) => level === wanted.level);
  if (found === undefined) throw new ToolError(`No feature:${wanted.feature} with feature level ${wanted.level}`);
  const dependencies = Object.entries(found.dependencies).map(([name, level]) => released({ feature: name, level }));
  return { ...wanted, name: null, dependencies };
}

const released = ({ feature, level }: NamedLevel): ReleaseLevel => ({
  feature,
  level,
  name: feature === METADATA_VERSION ? (metadataVersionAt(level)?.name ?? null) : null,
});

export function dependenciesReport(rows: readonly DependenciesRow[]): Report<DependenciesRow> {
  return {
    rows,
    plain: () => rows.map(plainText).join(''),
    tables: () => [
      tableOf(rows, [
        { heading: 'Feature', cell: (row) => levelText(row) },
        {
          heading: 'Needs',
          cell: ({ dependencies }: DependenciesRow) => dependencies.map(levelText).join(', ') || null,
        },
      ]),
    ],
    whenEmpty: '',
  };
}

function plainText(row: DependenciesRow): string {
  if (row.dependencies.length === 0) return `${levelText(row)} has no dependencies.\n`;
  return `${levelText(row)} requires:\n${row.dependencies.map((needed) => `    ${levelText(needed)}\n`).join('')}`;
}

const levelText = ({ feature, level, name }: ReleaseLevel): string =>
  `${feature}=${level}${name === null ? '' : ` (${name})`}`;
