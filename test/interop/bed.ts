import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { killAll } from './child.js';
import { type NodeOptions, type RunningNode, startNode } from './running-node.js';
import type { Toolset } from './toolset.js';

/** A test's directory and the nodes it started; all goes when the test ends, however it ends. */
export class Bed {
  readonly directory = mkdtempSync(join(tmpdir(), 'kafkalite-interop-'));
  private readonly nodes: RunningNode[] = [];

  constructor(t: TestContext) {
    t.after(() => this.close());
  }

  /** Starts a node on the directory of that name within the bed's own. */
  async start(
    tools: Toolset,
    name = 'node',
    config: NodeOptions['config'] = {},
    features: NodeOptions['features'] = [],
  ): Promise<RunningNode> {
    const node = await startNode(tools, { directory: join(this.directory, name), config, features });
    this.nodes.push(node);
    return node;
  }

  private async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    // After a failure tools may still be asking a node that is gone.
    killAll();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
