import { readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';

/** Whether a process holds an fcntl or flock lock on the file, as far as Linux tells; elsewhere always false. */
export function hasKernelLock(path: string, stats: Stats): boolean {
  let table: string;
  try {
    table = readFileSync('/proc/locks', 'latin1');
  } catch {
    return false;
  }
  // 1: POSIX  ADVISORY  WRITE 5202 fe:00:9977913 0 EOF
  for (const line of table.split('\n')) {
    const holder = /\b(?:WRITE|READ)\s+(-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line);
    if (holder === null || Number(holder[4]) !== stats.ino) continue;
    const [, pid, major, minor] = holder;
    const device = deviceNumber(Number.parseInt(major as string, 16), Number.parseInt(minor as string, 16));
    if (device === stats.dev || hasOpen(pid as string, resolve(path))) return true;
  }
  return false;
}

/** Linux's st_dev of a major and a minor number. */
function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x10_0000;
}

/** Some file systems (btrfs, overlay) give files another device number than the kernel's table of locks shows. */
function hasOpen(pid: string, path: string): boolean {
  const directory = `/proc/${pid}/fd`;
  return entriesOf(directory).some((fd) => targetOf(`${directory}/${fd}`) === path);
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // the process ended, or is another user's
  }
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null; // closed since it was listed
  }
}
