import type { Cluster } from '../../../client/cluster.js';
import { UnreachableError } from '../../connect-to.js';

interface KnownBrokers {
  readonly known: readonly number[];
  /** @throws UnreachableError where there are others */
  check(): void;
}

/**
 * Tells the brokers that can be asked from those that the cluster does not have. Java's client waits for them until its
 * time is up, and then says that they never came.
 *
 * @param call how Java names what they are needed for
 */
export async function checkBrokersKnown(
  admin: Cluster,
  brokers: readonly number[],
  call: string,
): Promise<KnownBrokers> {
  const ids = new Set((await admin.retry('Metadata', () => admin.allNodes())).map(({ id }) => id));
  const isKnown = (id: number): boolean => admin.settings.bootstrapControllers || ids.has(id);
  const unknown = brokers.filter((id) => !isKnown(id));
  return {
    known: brokers.filter(isKnown),
    check() {
      if (unknown.length === 0) return;
      const which = `broker${unknown.length === 1 ? '' : 's'} ${unknown.join(', ')}`;
      throw new UnreachableError(
        `Timed out waiting for a node assignment. Call: ${call}`,
        new Error(`the cluster has no ${which} now`),
      );
    },
  };
}
