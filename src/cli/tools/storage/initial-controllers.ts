import type { Random } from '../../../base/host.js';
import { randomUuid } from '../../../base/uuid.js';
import type { BrokerConfig } from '../../../config/broker-config.js';
import { uuidProblem } from '../../../storage/meta-properties.js';
import { illegalArgument, runtimeException, ToolError } from '../../tool-error.js';

/** A controller that the quorum begins with. */
export interface InitialController {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly directoryId: string;
}

/** Reads `id@host:port:directory,...`; sorted by id. @throws ToolError with Kafka's message */
export function parseInitialControllers(text: string): InitialController[] {
  const controllers = text
    .trim()
    .split(',')
    .filter((entry) => entry !== '')
    .map(parseController);
  if (controllers.length === 0) throw illegalArgument('No voters given.');
  const seen = new Set<number>();
  for (const { nodeId } of controllers) {
    if (seen.has(nodeId)) throw illegalArgument(`Node id ${nodeId} was specified more than once.`);
    seen.add(nodeId);
  }
  return controllers.sort((a, b) => a.nodeId - b.nodeId);
}

function parseController(entry: string): InitialController {
  const text = entry.trim();
  const at = text.indexOf('@');
  if (at < 0) throw illegalArgument('No @ found in dynamic voter string.');
  if (at === 0) throw illegalArgument('Invalid @ at beginning of dynamic voter string.');
  const nodeId = parseInteger(text.slice(0, at));
  if (nodeId === null) throw illegalArgument('Failed to parse node id in dynamic voter string.');
  if (nodeId < 0) throw illegalArgument(`Invalid negative node id ${nodeId} in dynamic voter string.`);
  const { host, rest } = splitHost(text.slice(at + 1));
  if (!rest.startsWith(':')) throw illegalArgument('Port section must start with a colon.');
  const colon = rest.indexOf(':', 1);
  if (colon < 0) throw illegalArgument('No colon following port could be found.');
  const port = parseInteger(rest.slice(1, colon));
  if (port === null) throw illegalArgument('Failed to parse port in dynamic voter string.');
  if (port < 0 || port > 0xffff) throw illegalArgument(`Invalid port ${port} in dynamic voter string.`);
  const directoryId = rest.slice(colon + 1);
  if (uuidProblem(directoryId) !== null) {
    throw illegalArgument('Failed to parse directory ID in dynamic voter string.');
  }
  return { nodeId, host, port, directoryId: Buffer.from(directoryId, 'base64url').toString('base64url') };
}

function splitHost(text: string): { host: string; rest: string } {
  if (text === '') throw illegalArgument('No hostname found after node id.');
  if (text.startsWith('[')) {
    const bracket = text.indexOf(']');
    if (bracket < 0) throw illegalArgument('Hostname began with left bracket, but no right bracket was found.');
    return { host: text.slice(1, bracket), rest: text.slice(bracket + 1) };
  }
  const colon = text.indexOf(':');
  if (colon < 0) throw illegalArgument('No colon following hostname could be found.');
  return { host: text.slice(0, colon), rest: text.slice(colon) };
}

function parseInteger(text: string): number | null {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 0x7fff_ffff ? Number(text) : null;
}

/** This node alone, at the address that it tells others. */
export function standaloneController(config: BrokerConfig, random: Random): InitialController[] {
  if (!config.isController()) throw new ToolError('You can only use --standalone on a controller.');
  const endpoint = config.advertisedControllerListeners[0];
  if (endpoint === undefined) throw runtimeException('No controller listeners found.');
  const { host, port } = endpoint;
  return [{ nodeId: config.nodeId, host: host ?? 'localhost', port, directoryId: randomUuid(random) }];
}
