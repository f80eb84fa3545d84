import { type DescribedFeatures, describeFeatures } from '../../../client/admin/cluster-facts.js';
import type { Cluster } from '../../../client/cluster.js';
import { METADATA_VERSION, metadataVersionAt } from '../../../protocol/features.js';
import { type Report, tableOf } from '../../format/report.js';

export interface FeatureRow {
  readonly feature: string;
  readonly supportedMin: number;
  readonly supportedMax: number;
  readonly finalized: number;
  readonly finalizedName: string | null;
  readonly epoch: number | null;
}

/** The features that a node supports, and at which level they are. */
export async function describedFeatures(admin: Cluster, node: number | null): Promise<Report<FeatureRow>> {
  const rows = rowsOf(await describeFeatures(admin, node === null ? {} : { node }));
  return {
    rows,
    plain: () => rows.map(plainLine).join(''),
    tables: () => [
      tableOf(rows, [
        { heading: 'Feature', cell: ({ feature }) => feature },
        { heading: 'Lowest', cell: ({ feature, supportedMin }) => levelText(feature, supportedMin), align: 'right' },
        { heading: 'Highest', cell: ({ feature, supportedMax }) => levelText(feature, supportedMax), align: 'right' },
        {
          heading: 'In force',
          cell: ({ feature, finalized }) => levelText(feature, finalized),
          align: 'right',
          tone: ({ finalized, supportedMax }) => (finalized === supportedMax ? null : 'warning'),
        },
        { heading: 'Epoch', cell: ({ epoch }) => epoch },
      ]),
    ],
    whenEmpty: 'The node supports no feature.',
  };
}

function rowsOf({ supported, finalized, finalizedEpoch }: DescribedFeatures): FeatureRow[] {
  return [...supported.keys()].sort().map((feature) => {
    const range = supported.get(feature);
    const level = finalized.get(feature)?.max ?? 0;
    return {
      feature,
      supportedMin: range?.min ?? 0,
      supportedMax: range?.max ?? 0,
      finalized: level,
      finalizedName: feature === METADATA_VERSION ? levelText(feature, level) : null,
      epoch: finalizedEpoch,
    };
  });
}

function plainLine({ feature, supportedMin, supportedMax, finalized, epoch }: FeatureRow): string {
  const level = (value: number): string => levelText(feature, value).padEnd(15);
  const facts = [
    `Feature: ${feature.padEnd(40)}`,
    `SupportedMinVersion: ${level(supportedMin)}`,
    `SupportedMaxVersion: ${level(supportedMax)}`,
    `FinalizedVersionLevel: ${level(finalized)}`,
    `Epoch: ${epoch ?? '-'}`,
  ];
  return `${facts.join('  ')}\n`;
}

function levelText(feature: string, level: number): string {
  if (feature !== METADATA_VERSION) return String(level);
  return metadataVersionAt(level)?.name ?? `UNKNOWN ${level}`;
}
