import { DiskError } from '../../../base/disk.js';
import type { VoterEndpoint } from '../../../client/admin/quorum.js';
import { listenerName, parseEndpoints } from '../../../config/endpoint.js';
import { MetaPropertiesError, readMetaProperties } from '../../../storage/meta-properties.js';
import type { Io } from '../../io.js';
import { runtimeException, ToolError, uncaught } from '../../tool-error.js';

interface ControllerToAdd {
  readonly id: number;
  readonly directoryId: string;
  readonly endpoints: readonly VoterEndpoint[];
}

const ADVICE = 'Is this a valid controller configuration file?';

/** What the quorum has to know of a controller: from its configuration, and from its directory. @throws ToolError */
export function controllerToAdd(properties: ReadonlyMap<string, string>, io: Io): ControllerToAdd {
  const id = controllerId(properties);
  return {
    id,
    directoryId: directoryIdIn(metadataDirectory(properties), io),
    endpoints: advertisedEndpoints(properties),
  };
}

function controllerId(properties: ReadonlyMap<string, string>): number {
  const text = properties.get('node.id');
  if (text === undefined) throw new ToolError(`node.id not found in configuration file. ${ADVICE}`);
  const id = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(id) <= 0x7fff_ffff)) {
    throw uncaught('java.lang.NumberFormatException', `For input string: "${text}"`);
  }
  if (id < 0) throw new ToolError(`node.id was negative in configuration file. ${ADVICE}`);
  if (!(properties.get('process.roles') ?? '').includes('controller')) {
    throw new ToolError(`process.roles did not contain 'controller' in configuration file. ${ADVICE}`);
  }
  return id;
}

function metadataDirectory(properties: ReadonlyMap<string, string>): string {
  const own = properties.get('metadata.log.dir');
  if (own !== undefined) return own;
  const [first] = (properties.get('log.dirs') ?? '').trim().split(',');
  if (properties.has('log.dirs') && first !== undefined) return first;
  throw new ToolError(`Neither metadata.log.dir nor log.dirs were found. ${ADVICE}`);
}

function directoryIdIn(directory: string, io: Io): string {
  let found: ReturnType<typeof readMetaProperties>;
  try {
    found = readMetaProperties(io.host.disk, directory);
  } catch (error) {
    if (error instanceof MetaPropertiesError) throw runtimeException(error.message);
    if (!(error instanceof DiskError)) throw error;
    found = null;
  }
  if (found === null) throw new ToolError(`Unable to read meta.properties from ${directory}`);
  if (found.directoryId === null) throw new ToolError(`No directory id found in ${directory}`);
  return found.directoryId;
}

const words = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Of each listener for controllers its advertised address, or else where it listens. */
function advertisedEndpoints(properties: ReadonlyMap<string, string>): VoterEndpoint[] {
  const found = new Map<string, { host: string | null; port: number }>();
  for (const key of ['listeners', 'advertised.listeners']) {
    const entries = words(properties.get(key));
    const protocols = new Map(
      entries.map((entry) => [listenerName(entry.split('://')[0] ?? ''), 'PLAINTEXT' as const]),
    );
    for (const { listener, host, port } of parseEndpoints(entries, protocols, false))
      found.set(listener, { host, port });
  }
  const names = properties.get('controller.listener.names');
  if (names === undefined) throw new ToolError(`controller.listener.names was not found. ${ADVICE}`);
  return names.split(',').map((name) => {
    const listener = listenerName(name);
    const at = found.get(listener);
    if (at === undefined) throw new ToolError(`Cannot find information about controller listener name: ${listener}`);
    return { listener, host: at.host ?? 'localhost', port: at.port };
  });
}
