import { LATEST_PRODUCTION, METADATA_VERSIONS, metadataVersionAt } from '../../../protocol/features.js';
import { TIMEOUT_OPTION } from '../../connect-to.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import { flag, integer, text } from '../../options/option-rows.js';

const FEATURES = [
  'metadata.version',
  'kraft.version',
  'transaction.version',
  'group.version',
  'eligible.leader.replicas.version',
  'share.version',
  'streams.version',
];

const levels = (what: string) => text('', what, { repeats: true, completes: FEATURES.map((feature) => `${feature}=`) });

const METADATA = text('', 'DEPRECATED: The metadata.version, such as 3.3-IV3.', { completes: 'release' });

const RELEASE = text(
  '',
  'Take all features to the levels of a release: 3.9-IV0 stands for metadata.version=21 and kraft.version=1, for instance. The command version-mapping shows the levels.',
  { completes: 'release' },
);

/** The table of kafka-features. */
export const TOOL = {
  prog: 'kafka-features',
  description: 'Shows and changes the features of a cluster, which all of its nodes turn on at once.',
  options: {
    'bootstrap-server': text('', 'Brokers to begin with: host:port, separated by commas.'),
    'bootstrap-controller': text('', 'Controllers to begin with: host:port, separated by commas.'),
    'command-config': text('', 'A file with properties of the admin client.', { completes: 'file' }),
    ...TIMEOUT_OPTION,
    ...OUTPUT_OPTIONS,
  },
  groups: [{ names: ['bootstrap-server', 'bootstrap-controller'] }],
  commands: {
    describe: {
      help: 'Show the features that are on.',
      options: {
        'node-id': integer('', 'Ask the node with this id, and not any.'),
      },
    },
    upgrade: {
      help: 'Take features to higher levels.',
      options: {
        metadata: METADATA,
        feature: levels('A feature and its level: metadata.version=5.'),
        'release-version': RELEASE,
        'dry-run': flag('Only tell whether it could be done.'),
      },
    },
    downgrade: {
      help: 'Take features to lower levels.',
      options: {
        metadata: METADATA,
        feature: levels('A feature and its level: metadata.version=5.'),
        'release-version': RELEASE,
        unsafe: flag('Even if metadata may be lost for good.'),
        'dry-run': flag('Only tell whether it could be done.'),
      },
    },
    disable: {
      help: 'Turn features off, which is the same as a downgrade to level 0.',
      options: {
        feature: text('', 'A feature.', { repeats: true, completes: FEATURES }),
        unsafe: flag('Even if metadata may be lost for good.'),
        'dry-run': flag('Only tell whether it could be done.'),
      },
    },
    'version-mapping': {
      help: 'Show the levels of the features that a release begins with. No cluster is asked.',
      options: {
        'release-version': text(
          '',
          `The release, ${METADATA_VERSIONS[0]?.name} or a later one; ${metadataVersionAt(LATEST_PRODUCTION)?.name} unless given.`,
          { completes: 'release' },
        ),
      },
    },
    'feature-dependencies': {
      help: 'Show which levels of other features levels of features need. No cluster is asked.',
      options: {
        feature: text('', 'A feature and its level: metadata.version=5.', {
          required: true,
          repeats: true,
          completes: FEATURES.map((feature) => `${feature}=`),
        }),
      },
    },
  },
};
