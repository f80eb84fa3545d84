import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../interop/child.js';

/** Has the system forget what it holds of the files of a directory: readers go to the disk then. */
export async function leavePageCache(directory: string): Promise<void> {
  for (const name of readdirSync(directory)) {
    const file = join(directory, name);
    // What was not written out yet would stay; Node has no call for either.
    for (const command of [
      ['sync', file],
      ['dd', `if=${file}`, 'iflag=nocache', 'count=0', 'status=none'],
    ]) {
      const { status, stderr } = await runCommand(command);
      if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
    }
  }
}
