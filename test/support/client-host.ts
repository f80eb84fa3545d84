import type { ClientHost } from '../../src/client/client-config.js';
import { LoopbackNetwork } from '../../src/host/loopback.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { RecordingLogger } from './recording-logger.js';
import { SeededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';

export interface TestClientHost extends ClientHost {
  readonly clock: VirtualClock;
  readonly network: LoopbackNetwork;
  readonly logger: RecordingLogger;
}

/** A machine of its own for a client and its fake brokers, whose time stands still. */
export function testClientHost(): TestClientHost {
  return {
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    disk: nodeDisk,
    network: new LoopbackNetwork(),
    logger: new RecordingLogger(),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const MOST_TURNS = 20_000;

/** Lets everything happen that needs no time. */
export async function settle(turns = 30): Promise<void> {
  for (let n = 0; n < turns; n++) await turn();
}

/** Goes on until the promise is settled; where nothing happens by itself, time passes in steps. */
export async function passTime<T>(clock: VirtualClock, promise: Promise<T>, stepMs = 10): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  promise.then(done, done);
  for (let n = 0; !isDone; n++) {
    if (n > MOST_TURNS) throw new Error('nothing more happens');
    await settle(6);
    if (!isDone) clock.advance(stepMs);
  }
  return promise;
}
