import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DIRECTORY = fileURLToPath(new URL('../../../test/parity/', import.meta.url));
export const OUR_TOOLS = fileURLToPath(new URL('../../../bin/', import.meta.url));

export interface Pair {
  /** Directories of tools by the names of Kafka's scripts. */
  readonly tools: string;
  readonly brokerTools: string;
  /** Names of scenarios, or patterns of names. */
  readonly only: readonly string[];
}

/** Why scenarios cannot be played here; false when they can. */
export function missingForParity(): string | false {
  if (!existsSync('/proc/self/environ')) return 'the parity runner needs /proc, which only Linux has';
  if (spawnSync('bash', ['-c', 'exit']).status !== 0) return 'the parity runner needs bash';
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], {
    encoding: 'utf8',
  });
  return stdout?.trim() === 'True' ? false : 'the parity runner needs Python 3.11 or newer';
}

/**
 * Declares a test: our tools on our broker print what the tools of Apache Kafka print on theirs. Scenarios stand in
 * several files, each of which has to be through in a few minutes on a slow machine.
 */
export function checkOwnParity(title: string, only: readonly string[]): void {
  test(`parity: ${title}`, { skip: missingForParity() }, async (t) => {
    await checkParity(t, { tools: OUR_TOOLS, brokerTools: OUR_TOOLS, only });
  });
}

/** Plays scenarios and makes a test of each. */
export async function checkParity(t: TestContext, { tools, brokerTools, only }: Pair): Promise<void> {
  const pair = ['--tools', tools, '--broker-tools', brokerTools, '--accept', join(DIRECTORY, 'accept')];
  const names = only.flatMap((name) => ['--only', name]);
  const jobs = ['--jobs', String(Math.min(4, availableParallelism()))];
  const runner = spawn('python3', [join(DIRECTORY, 'parity'), 'check', ...pair, ...names, ...jobs], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: t.signal,
    killSignal: 'SIGTERM',
  });
  let text = '';
  for (const stream of [runner.stdout, runner.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  await once(runner, 'close');
  const reports = text.split(/^(?=ok |DIFF |\d+ passed)/m).filter((report) => /^(ok|DIFF) /.test(report));
  for (const report of reports) {
    const name = report.split(/\s/)[1] ?? '';
    await t.test(name, () => assert.equal(report.trimEnd(), `ok ${name}`));
  }
  assert.match(text, /^\d+ passed, \d+ failed$/m);
  assert.ok(reports.length >= only.length, `every scenario is there:\n${text}`);
}
