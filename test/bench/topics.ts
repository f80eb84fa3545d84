import { join } from 'node:path';
import { openAdmin } from '../../src/client/admin/admin-client.js';
import { listOffsets, OffsetSpec } from '../../src/client/admin/records.js';
import { createTopics, deleteTopics, describeTopics, listTopics } from '../../src/client/admin/topics.js';
import type { Cluster } from '../../src/client/cluster.js';
import { valueOrThrow } from '../../src/client/fan-out.js';
import { startNode } from '../interop/running-node.js';
import { kafkalite, type Toolset } from '../interop/toolset.js';
import { clientHost } from '../support/real-client-host.js';
import { residentMb } from './process-figures.js';
import { msOf, printHeadings, printRow } from './table.js';

export interface TopicsSize {
  /** Of one partition each. */
  readonly topics: number;
}

/** Of one request. */
const TOGETHER = 500;
const LIMIT_MS = 600_000;

/** Many topics are made, looked at and removed, first at one broker and then at the other, with one client. */
export async function benchTopics(kafka: Toolset, directory: string, { topics }: TopicsSize): Promise<void> {
  printHeadings(`${topics} topics`, kafkalite.name, kafka.name);
  const names = Array.from({ length: topics }, (_, n) => `one-of-many-${n}`);
  const results: Map<string, readonly [value: number, unit: string]>[] = [];
  for (const tools of [kafkalite, kafka]) {
    const node = await startNode(tools, { directory: join(directory, `topics-${tools.name}`) });
    const admin = openAdmin(new Map([['bootstrap.servers', node.bootstrap]]), clientHost());
    try {
      results.push(await measure(admin, names, () => residentMb(node.pid)));
    } finally {
      admin.close();
    }
    await node.stop();
  }
  const [ours, real] = results;
  for (const [what, [value, unit]] of ours ?? []) printRow(what, unit, [[value, real?.get(what)?.[0] ?? Number.NaN]]);
}

async function measure(admin: Cluster, names: readonly string[], memoryMb: () => number) {
  const figures = new Map<string, readonly [number, string]>();
  const inTurn = async (what: string, work: (some: readonly string[]) => Promise<void>): Promise<void> => {
    const ms = await msOf(async () => {
      for (let at = 0; at < names.length; at += TOGETHER) await work(names.slice(at, at + TOGETHER));
    });
    figures.set(what, [ms, 'ms']);
  };
  const options = { timeoutMs: LIMIT_MS };
  await inTurn('created', async (some) => {
    const wanted = some.map((name) => ({ name, partitions: 1, replicationFactor: 1 }));
    for (const result of (await createTopics(admin, wanted, options)).values()) valueOrThrow(result);
  });
  await inTurn('the end of each is asked for', async (some) => {
    const ends = some.map((topic) => ({ topic, partition: 0, timestamp: OffsetSpec.LATEST }));
    for (const { value } of await listOffsets(admin, ends, options)) valueOrThrow(value);
  });
  await inTurn('described', async (some) => {
    for (const result of (await describeTopics(admin, some, options)).values()) valueOrThrow(result);
  });
  figures.set('listed', [await msOf(() => listTopics(admin, options)), 'ms']);
  figures.set('resident memory', [memoryMb(), 'MB']);
  await inTurn('deleted', async (some) => {
    for (const result of (await deleteTopics(admin, some, options)).values()) valueOrThrow(result);
  });
  return figures;
}
