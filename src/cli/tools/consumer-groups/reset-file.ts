import { DiskError } from '../../../base/disk.js';
import type { OfPartition } from '../../../client/topic-partition.js';
import type { Io } from '../../io.js';
import { illegalArgument, uncaught } from '../../tool-error.js';

/** Reads lines `topic,partition,offset` or `group,topic,partition,offset`. @throws ToolError */
export function loadCsv(io: Io, path: string, groupId: string): OfPartition<number>[] {
  const rows: OfPartition<number>[] = [];
  for (const [index, line] of content(io, path).split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const cells = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const [topic = '', partition = '', offset = ''] = cells.length === 4 ? cells.slice(1) : cells;
    if (cells.length < 3 || cells.length > 4 || !/^\d+$/.test(partition) || !/^-?\d+$/.test(offset)) {
      throw illegalArgument(
        `Line ${index + 1} of ${path} is not topic,partition,offset or group,topic,partition,offset: ${line}`,
      );
    }
    if (cells.length === 4 && cells[0] !== groupId) continue;
    rows.push({ topic, partition: Number(partition), value: Number(offset) });
  }
  return rows;
}

function content(io: Io, path: string): string {
  try {
    return io.host.disk.readWhole(path).toString();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw uncaught('java.nio.file.NoSuchFileException', `Cannot read ${path}: ${error.message}`, path);
  }
}
