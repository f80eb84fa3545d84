import type { Disk } from '../../src/base/disk.js';
import type { SeededRandom } from '../support/seeded-random.js';

const MOST_BYTES = 40;

/** All files under a directory, sorted. */
export function filesUnder(disk: Disk, path: string): string[] {
  return disk.list(path).flatMap((name) => {
    const child = `${path}/${name}`;
    return disk.stat(child)?.kind === 'directory' ? filesUnder(disk, child) : [child];
  });
}

/** Damages a file at random. @returns what was done, for the message of a failure */
export function damage(disk: Disk, path: string, random: SeededRandom): string {
  const bytes = disk.readWhole(path);
  const at = random.below(bytes.length + 1);
  const count = 1 + random.below(MOST_BYTES);
  const behind = bytes.subarray(Math.min(bytes.length, at + count));
  const kinds = [
    ['a flipped bit', () => flipped(bytes, at, random)],
    ['zeros', () => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at - behind.length), behind])],
    ['noise', () => Buffer.concat([bytes.subarray(0, at), random.bytes(bytes.length - at - behind.length), behind])],
    ['cut', () => bytes.subarray(0, at)],
    ['bytes put in', () => Buffer.concat([bytes.subarray(0, at), random.bytes(count), bytes.subarray(at)])],
    ['bytes taken out', () => Buffer.concat([bytes.subarray(0, at), behind])],
    ['noise at the end', () => Buffer.concat([bytes, random.bytes(count)])],
    ['zeros at the end', () => Buffer.concat([bytes, Buffer.alloc(count)])],
    ['emptied', () => Buffer.alloc(0)],
  ] as const;
  if (random.below(12) === 0) {
    disk.remove(path);
    return `${path}: removed`;
  }
  const [what, change] = kinds[random.below(kinds.length)] as (typeof kinds)[number];
  disk.writeWhole(path, change());
  return `${path}: ${what} at ${at} of ${bytes.length}`;
}

function flipped(bytes: Buffer, at: number, random: SeededRandom): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << random.below(8));
  return copy;
}
