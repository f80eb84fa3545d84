import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { DiskLock } from '../base/disk.js';
import { hasKernelLock } from './kernel-locks.js';

const require = createRequire(import.meta.url);

/** Locks of fcntl, which Node has no call for. */
interface FileLocks {
  /** Of the whole file, as long as it is open. */
  tryLock(fd: number): boolean;
}

/** Null where there is no build for this platform. */
function loadFileLocks(): FileLocks | null {
  try {
    return require('fs-native-extensions') as FileLocks;
  } catch {
    return null;
  }
}

/**
 * The exclusive lock of a log directory: an empty file, and something that the system takes back by itself when
 * the process ends in whatever way. Apache Kafka locks the file with fcntl; so
 *
 * - on macOS and the BSDs the file is opened with O_EXLOCK, a lock that counts for all;
 * - elsewhere it is fcntl's own, by an addon;
 * - where there is no addon it is a listening socket in Linux's abstract namespace, named after the file's device and
 *   inode, and the lock of a Kafka of another make is found among those that the kernel lists in /proc/locks. That Kafka
 *   does not see ours then.
 */
export function takeDirectoryLock(path: string, fileLocks = loadFileLocks()): DiskLock | null {
  const exclusive = EXCLUSIVE_OPEN[process.platform];
  if (exclusive !== undefined) return takeByOpen(path, exclusive);
  return fileLocks === null ? takeBySocket(path) : takeByFcntl(path, fileLocks);
}

const O_NONBLOCK_AND_EXLOCK = 0x0004 | 0x0020;
const EXCLUSIVE_OPEN: Partial<Record<NodeJS.Platform, number>> = {
  darwin: O_NONBLOCK_AND_EXLOCK,
  freebsd: O_NONBLOCK_AND_EXLOCK,
  openbsd: O_NONBLOCK_AND_EXLOCK,
  netbsd: O_NONBLOCK_AND_EXLOCK,
};

function takeByOpen(path: string, exclusive: number): DiskLock | null {
  for (;;) {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDWR | constants.O_CREAT | exclusive, 0o644);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return null;
      throw cause;
    }
    if (isStillAt(path, fstatSync(fd).ino)) return releaseOnce(path, () => closeSync(fd));
    closeSync(fd);
  }
}

function takeByFcntl(path: string, fileLocks: FileLocks): DiskLock | null {
  for (;;) {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    const stats = fstatSync(fd);
    // Locks of flock(2) do not keep fcntl's away.
    const isTaken = !hasKernelLock(path, stats) && fileLocks.tryLock(fd);
    if (isTaken && isStillAt(path, stats.ino)) return releaseOnce(path, () => closeSync(fd));
    closeSync(fd);
    if (!isTaken) return null;
  }
}

function takeBySocket(path: string): DiskLock | null {
  for (;;) {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644));
    const before = statSync(path);
    const name = `kafkalite-lock-${before.dev}-${before.ino}`;
    const release = listen(process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`);
    if (release === null) return null;
    const stillThere = isStillAt(path, before.ino);
    if (stillThere && !hasKernelLock(path, before)) return releaseOnce(path, release);
    release();
    if (stillThere) return null;
  }
}

/** An owner that stopped between our look at the file and our lock took the file away with it. */
function isStillAt(path: string, inode: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === inode;
}

/** Node binds before `listen` returns; only the news of it come later. */
function listen(name: string): (() => void) | null {
  const server = createServer((socket) => socket.destroy());
  server.on('error', () => undefined);
  server.listen(name);
  if (!server.listening) return null;
  server.unref();
  return () => server.close();
}

/** The file goes with a clean stop, as Kafka's does; it goes first, so that nobody locks a file that is gone. */
function releaseOnce(path: string, release: () => void): DiskLock {
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      try {
        unlinkSync(path);
      } catch (cause) {
        // A directory that went away or became unwritable needs no lock file; the lock itself is given back below.
        if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
      } finally {
        release();
      }
    },
  };
}
