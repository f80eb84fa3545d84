import { TIMEOUT_OPTION } from '../../connect-to.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import { flag, integer, text } from '../../options/option-rows.js';

/** The table of kafka-metadata-quorum. */
export const TOOL = {
  prog: 'kafka-metadata-quorum',
  description: 'Shows and changes the quorum of controllers, which keeps the metadata of the cluster.',
  options: {
    'bootstrap-server': text('', 'Brokers to begin with: host:port, separated by commas.'),
    'bootstrap-controller': text('', 'Controllers to begin with: host:port, separated by commas.'),
    'command-config': text(
      '',
      'A file with properties of the admin client. For add-controller that of the controller to add, which is read for its properties too.',
      { completes: 'file' },
    ),
    ...TIMEOUT_OPTION,
    ...OUTPUT_OPTIONS,
  },
  groups: [{ required: true, names: ['bootstrap-server', 'bootstrap-controller'] }],
  commands: {
    describe: {
      help: 'Show the state of the quorum.',
      options: {
        status: flag('In short: who leads, and who votes.'),
        replication: flag('How far each replica of the metadata is.'),
        'human-readable': flag('Times as so many milliseconds ago.'),
      },
      sections: [
        { title: 'Status', description: '', names: ['status'] },
        { title: 'Replication', description: '', names: ['replication', 'human-readable'] },
      ],
    },
    'add-controller': {
      help: 'Make a controller a voter.',
      options: { 'dry-run': flag('Only tell what would be done.') },
    },
    'remove-controller': {
      help: 'Take a controller out of the quorum.',
      options: {
        'controller-id': integer('', 'The id of the controller.', { short: 'i', required: true }),
        'controller-directory-id': text('', 'The id of its directory of metadata.', { short: 'd', required: true }),
        'dry-run': flag('Only tell what would be done.'),
      },
    },
  },
};
