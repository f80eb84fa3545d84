import {
  closeSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  read as readFrom,
  readSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { DiskError, type DiskFile } from '../base/disk.js';
import { diskErrorOf } from './disk-error-of.js';

/**
 * One open file. A close waits for the reads and syncs that are under way in other threads: their file number
 * must not be given to another file before they are done.
 */
export class NodeDiskFile implements DiskFile {
  readonly path: string;
  private readonly fd: number;
  private closed = false;
  private underWay = 0;

  constructor(path: string, fd: number) {
    this.path = path;
    this.fd = fd;
  }

  sizeBytes(): number {
    return this.now(() => fstatSync(this.fd).size);
  }

  write(position: number, buffers: readonly Buffer[]): void {
    this.now(() => {
      const only = buffers[0];
      if (buffers.length === 1 && only !== undefined) this.writeOne(only, position);
      else this.writeMany(buffers, position);
    });
  }

  private writeOne(buffer: Buffer, position: number): void {
    let done = 0;
    while (done < buffer.length) {
      done += this.progress(writeSync(this.fd, buffer, done, buffer.length - done, position + done));
    }
  }

  private writeMany(buffers: readonly Buffer[], position: number): void {
    let rest = buffers.filter((buffer) => buffer.length > 0);
    let at = position;
    while (rest.length > 0) {
      const written = this.progress(writevSync(this.fd, rest, at));
      at += written;
      rest = without(rest, written);
    }
  }

  private progress(writtenBytes: number): number {
    if (writtenBytes === 0) throw new DiskError('EIO', this.path, `nothing could be written to ${this.path}`);
    return writtenBytes;
  }

  readNow(position: number, into: Buffer): number {
    return this.now(() => {
      let done = 0;
      while (done < into.length) {
        const count = readSync(this.fd, into, done, into.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    });
  }

  read(position: number, into: Buffer): Promise<number> {
    return this.later((settle) => {
      let done = 0;
      const readMore = (): void => {
        readFrom(this.fd, into, done, into.length - done, position + done, (failure, count) => {
          if (failure !== null) {
            settle(failure, done);
            return;
          }
          done += count;
          if (count === 0 || done === into.length) settle(null, done);
          else readMore();
        });
      };
      readMore();
    });
  }

  truncate(sizeBytes: number): void {
    this.now(() => ftruncateSync(this.fd, sizeBytes));
  }

  sync(): Promise<void> {
    return this.later<void>((settle) => fsync(this.fd, (failure) => settle(failure, undefined)));
  }

  syncNow(): void {
    this.now(() => fsyncSync(this.fd));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.underWay === 0) this.closeNow();
  }

  private closeNow(): void {
    try {
      closeSync(this.fd);
    } catch (cause) {
      throw diskErrorOf(cause, this.path);
    }
  }

  private now<T>(act: () => T): T {
    if (this.closed) throw this.afterClose();
    try {
      return act();
    } catch (cause) {
      throw diskErrorOf(cause, this.path);
    }
  }

  private later<T>(act: (settle: (failure: Error | null, value: T) => void) => void): Promise<T> {
    if (this.closed) return Promise.reject(this.afterClose());
    this.underWay++;
    return new Promise((resolve, reject) => {
      act((failure, value) => {
        this.underWay--;
        if (this.closed && this.underWay === 0) this.closeNow();
        if (failure === null) resolve(value);
        else reject(diskErrorOf(failure, this.path));
      });
    });
  }

  private afterClose(): DiskError {
    return new DiskError('EBADF', this.path, `${this.path} was closed`);
  }
}

/** What is left of `buffers` after their first `sizeBytes`. */
function without(buffers: Buffer[], sizeBytes: number): Buffer[] {
  let skip = sizeBytes;
  let index = 0;
  for (let buffer = buffers[0]; buffer !== undefined && skip >= buffer.length; buffer = buffers[index]) {
    skip -= buffer.length;
    index++;
  }
  const rest = buffers.slice(index);
  const first = rest[0];
  if (skip > 0 && first !== undefined) rest[0] = first.subarray(skip);
  return rest;
}
