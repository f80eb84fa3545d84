import {
  closeSync,
  constants,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { Disk, DiskEntryFacts } from '../base/disk.js';
import { takeDirectoryLock } from './directory-lock.js';
import { diskErrorOf } from './disk-error-of.js';
import { NodeDiskFile } from './node-disk-file.js';

const OPEN_FLAGS = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT,
};

/** The files of this machine. */
export const nodeDisk: Disk = {
  open(path, mode) {
    return on(path, () => new NodeDiskFile(path, openSync(path, OPEN_FLAGS[mode], 0o644)));
  },
  stat(path) {
    try {
      return factsOf(statSync(path));
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw diskErrorOf(cause, path);
    }
  },
  list(path) {
    return on(path, () => readdirSync(path).sort());
  },
  makeDirectory(path) {
    on(path, () => mkdirSync(path, { recursive: true }));
  },
  rename(from, to) {
    on(from, () => renameSync(from, to));
  },
  remove(path) {
    try {
      unlinkSync(path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw diskErrorOf(cause, path);
    }
  },
  removeTree(path) {
    on(path, () => rmSync(path, { recursive: true, force: true }));
  },
  readWhole(path) {
    return on(path, () => readFileSync(path));
  },
  writeWhole(path, content) {
    on(path, () => writeFileSync(path, content));
  },
  setModifiedMs(path, timeMs) {
    // Node hands the time on as seconds in a double and the system cuts it to microseconds: half of one keeps
    // the millisecond from turning into the one before it.
    on(path, () => utimesSync(path, Date.now() / 1000, (timeMs + 0.0005) / 1000));
  },
  sync(path) {
    return new Promise((resolve, reject) => {
      let fd: number;
      try {
        fd = openForSync(path);
      } catch (cause) {
        reject(diskErrorOf(cause, path));
        return;
      }
      fsync(fd, (failure) => {
        closeSync(fd);
        if (failure === null || !isWindowsDirectory(path)) settle(failure, path, resolve, reject);
        else resolve();
      });
    });
  },
  syncNow(path) {
    on(path, () => {
      const fd = openForSync(path);
      try {
        fsyncSync(fd);
      } catch (cause) {
        if (!isWindowsDirectory(path)) throw cause;
      } finally {
        closeSync(fd);
      }
    });
  },
  lock(path) {
    return on(path, () => takeDirectoryLock(path));
  },
  freeBytes(path) {
    return on(path, () => {
      const { blocks, bavail, bsize } = statfsSync(path);
      return { totalBytes: blocks * bsize, usableBytes: bavail * bsize };
    });
  },
};

function on<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw diskErrorOf(cause, path);
  }
}

function settle(failure: Error | null, path: string, resolve: () => void, reject: (error: Error) => void): void {
  if (failure === null) resolve();
  else reject(diskErrorOf(failure, path));
}

/** Windows flushes only what is open for writing, and no directories at all. */
function openForSync(path: string): number {
  return openSync(path, process.platform === 'win32' && !isWindowsDirectory(path) ? 'r+' : 'r');
}

function isWindowsDirectory(path: string): boolean {
  return process.platform === 'win32' && statSync(path).isDirectory();
}

function factsOf(stats: Stats): DiskEntryFacts {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    sizeBytes: stats.size,
    modifiedMs: Math.floor(stats.mtimeMs),
  };
}
