import type { ClientHost } from '../../src/client/client-config.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { nodeRandom } from '../../src/host/node-random.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { RecordingLogger } from './recording-logger.js';

/** This machine as it is, for a client of a broker in another process. */
export const clientHost = (): ClientHost => ({
  clock: nodeClock,
  random: nodeRandom,
  disk: nodeDisk,
  network: tcpNetwork,
  logger: new RecordingLogger(),
});
