import { toolLogger } from '../connect-to.js';
import type { Io } from '../io.js';
import { parseArgparse } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { text } from '../options/option-rows.js';
import { parseCommandLine } from './metadata-shell/command-lines.js';
import { lockDirectoryOf } from './metadata-shell/directory-lock.js';
import { rootOf } from './metadata-shell/image-nodes.js';
import { InteractiveShell, textOf } from './metadata-shell/interactive.js';
import { loadImage } from './metadata-shell/load-image.js';

export const TOOL = {
  prog: 'kafka-metadata-shell',
  description: 'The Apache Kafka metadata shell',
  options: {
    snapshot: text('', 'The metadata snapshot file to read.', { short: 's', required: true, completes: 'file' }),
  },
  positionals: {
    command: text('', 'The command to run.', { many: '*', repeats: true }),
  },
};

const READER = 'org.apache.kafka.metadata.util.SnapshotFileReader';

/** kafka-metadata-shell: looks at the metadata of a cluster in a file of its log, as at a tree of files. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const width = usageWidth(io.env.COLUMNS);
  const options = parseArgparse(TOOL, argv, width);
  const path = options.value('snapshot') as string;
  const words = options.rest;
  const unlock = lockDirectoryOf(io, path);
  try {
    const { image, provenance } = loadImage(io, path, toolLogger(io, READER));
    const state = { root: rootOf(image, provenance), workingDirectory: '/' };
    if (words.length === 0) {
      io.print('Loading...');
      io.print('Starting...');
      await new InteractiveShell(state, io, width).run();
    } else {
      const command = parseCommandLine(words, false, width);
      io.stdout.write(textOf(command, { state, columns: null, helpWidth: width, history: [] }));
    }
    return 0;
  } finally {
    unlock();
  }
}
