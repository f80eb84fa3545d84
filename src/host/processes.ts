import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process of this machine, as far as it can be seen. */
export interface RunningProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  /** Null where it is not known. */
  readonly currentDirectory: string | null;
}

/** All processes but this one. Elsewhere than on Linux words with spaces come apart. */
export function runningProcesses(): RunningProcess[] {
  const processes = process.platform === 'linux' ? fromProc() : fromPs();
  return processes.filter(({ pid }) => pid !== process.pid);
}

function fromProc(): RunningProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
      return [{ pid: Number(name), argv, currentDirectory: directoryOf(name) }];
    } catch {
      return []; // it ended since it was listed
    }
  });
}

function directoryOf(name: string): string | null {
  try {
    return readlinkSync(`/proc/${name}/cwd`);
  } catch {
    return null; // another user's
  }
}

function fromPs(): RunningProcess[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    if (match === null) return [];
    return [{ pid: Number(match[1]), argv: (match[2] as string).split(/\s+/), currentDirectory: null }];
  });
}

/** False when there is no such process any more. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw cause;
  }
}
