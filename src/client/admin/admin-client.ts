import { adminSettings, type ClientHost, type ClientProperties } from '../client-config.js';
import { Cluster } from '../cluster.js';

/**
 * An admin client is a cluster: the operations are functions of the files of this folder that take it first, so that a
 * program loads those alone that it uses. `close()` it at the end.
 *
 * @throws ConfigException
 */
export function openAdmin(properties: ClientProperties, host: ClientHost): Cluster {
  return new Cluster(adminSettings(properties), host);
}
