import type { TelemetryClient } from '../state/telemetry/client-telemetry.js';
import type { RequestContext } from './handler.js';

/** The client of a request, as subscriptions to metrics of clients match it. */
export function telemetryClient(context: RequestContext): TelemetryClient {
  const { connectionId, clientId, clientHost, clientPort, software } = context;
  return {
    connectionId,
    attributes: {
      client_id: clientId,
      client_software_name: software.name,
      client_software_version: software.version,
      client_source_address: clientHost.slice(1),
      client_source_port: String(clientPort),
    },
  };
}
