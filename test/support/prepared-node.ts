import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './started-node.js';

const STORAGE = fileURLToPath(new URL('../../../bin/kafka-storage.sh', import.meta.url));

/** Writes server.properties and formats its directory as an operator does. */
export async function prepareNode(root: string): Promise<{ file: string; port: number }> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const file = join(root, 'server.properties');
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@localhost:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    `listeners=PLAINTEXT://localhost:${port},CONTROLLER://localhost:${controllerPort}`,
    `log.dirs=${join(root, 'data')}`,
    'offsets.topic.replication.factor=1',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const format = spawnSync(STORAGE, ['format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', file], { encoding: 'utf8' });
  assert.equal(format.status, 0, format.stderr);
  return { file, port };
}
