import * as header from '../protocol/records/batch-header.js';
import { batchStarts } from '../protocol/records/batch-reader.js';
import type { Log } from '../storage/log.js';

const READ_BYTES = 4 * 1024 * 1024;

/**
 * Gives all batches of a log in their order, as a machine is rebuilt from them. It ends early when `isWanted` says no.
 *
 * @throws Error when the log cannot be read
 */
export async function replayLog(
  log: Log,
  isWanted: () => boolean,
  onBatch: (bytes: Buffer, at: number) => void,
): Promise<void> {
  let offset = log.logStartOffset;
  while (offset < log.logEndOffset) {
    const read = await log.read({ offset, maxBytes: READ_BYTES, upTo: 'logEnd', minOneBatch: true });
    if (!isWanted()) return;
    if (read.kind === 'failed') throw new Error(read.message);
    const before = offset;
    for (const at of batchStarts(read.records)) {
      onBatch(read.records, at);
      offset = header.lastOffset(read.records, at) + 1;
    }
    if (offset === before) throw new Error(`no whole batch at offset ${offset}`);
  }
}
