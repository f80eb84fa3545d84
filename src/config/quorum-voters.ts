import { ConfigException } from './config-exception.js';
import { type HostPort, parseHostPort } from './host-port.js';

/** Reads `controller.quorum.voters`, which passed its check: node id to address; null for 0.0.0.0, which is unknown. */
export function parseQuorumVoters(entries: readonly string[]): Map<number, HostPort | null> {
  const voters = new Map<number, HostPort | null>();
  for (const entry of entries) {
    const [id = '', address = ''] = entry.split('@');
    const hostPort = parseHostPort(address);
    voters.set(Number(id), hostPort?.host === '0.0.0.0' ? null : hostPort);
  }
  return voters;
}

/** Where a voter is. @throws ConfigException when all that is known is 0.0.0.0. */
export function voterAddress(voters: ReadonlyMap<number, HostPort | null>, nodeId: number): HostPort | null {
  const address = voters.get(nodeId);
  if (address === null) throw new ConfigException('Host string (0.0.0.0) is not routeable');
  return address ?? null;
}

/** Reads `controller.quorum.bootstrap.servers`, which passed its check. */
export function parseQuorumBootstrapServers(entries: readonly string[]): HostPort[] {
  return entries.map(parseHostPort).filter((address) => address !== null);
}
