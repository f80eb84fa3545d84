import { BATCH_HEADER_BYTES } from '../../protocol/records/batch-header.js';
import { CorruptRecordError } from '../../protocol/records/record-errors.js';
import type { PooledFile } from '../open-files.js';
import { HEADER_TO_MAGIC_BYTES, storedSizeBytes } from '../stored-batch.js';

/**
 * The batches of a file from `position` to `end`, some at a time: as many as `readBytes` hold, or one that is larger.
 * What it gave is written over when the next is asked for.
 *
 * @throws CorruptRecordError where the file does not hold whole batches up to `end`
 */
export async function* wholeBatches(
  file: PooledFile,
  position: number,
  end: number,
  readBytes: number,
): AsyncGenerator<Buffer> {
  let buffer = Buffer.allocUnsafe(Math.max(Math.min(readBytes, end - position), BATCH_HEADER_BYTES));
  for (let from = position; from < end; ) {
    const wanted = Math.min(buffer.length, end - from);
    const count = await file.read(from, buffer.subarray(0, wanted));
    const { wholeBytes, nextBytes } = measure(buffer.subarray(0, count));
    if (wholeBytes === 0) {
      if (nextBytes <= count || from + nextBytes > end) {
        throw new CorruptRecordError(`${file.path} does not hold a whole batch at position ${from}`);
      }
      buffer = Buffer.allocUnsafe(nextBytes);
      continue;
    }
    yield buffer.subarray(0, wholeBytes);
    from += wholeBytes;
  }
}

/** How much of `bytes` is whole batches, and how large the batch behind them is where that is known (else 0). */
function measure(bytes: Buffer): { readonly wholeBytes: number; readonly nextBytes: number } {
  let at = 0;
  while (bytes.length - at >= Math.max(HEADER_TO_MAGIC_BYTES, BATCH_HEADER_BYTES)) {
    const sizeBytes = storedSizeBytes(bytes, at);
    if (at + sizeBytes > bytes.length) return { wholeBytes: at, nextBytes: sizeBytes };
    at += sizeBytes;
  }
  return { wholeBytes: at, nextBytes: 0 };
}
