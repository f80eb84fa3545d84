import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type DescribeClusterResponse, describeClusterApi } from '../../protocol/generated/describe-cluster.js';
import { clusterOperations } from '../authorized-operations.js';
import { handler } from '../handler.js';

const BROKERS = 1;
const CONTROLLERS = 2;

export const describeCluster = handler({
  api: describeClusterApi,
  handle(request, { services, listener, version }) {
    const clusterAuthorizedOperations = clusterOperations(request.includeClusterAuthorizedOperations);
    if (version >= 1 && request.endpointType !== BROKERS) return wrongEndpoint(request.endpointType, BROKERS, version);
    const { image } = services.metadata;
    const alive = services.metadata.aliveBrokers(listener);
    const brokers = alive.map(({ id: brokerId, host, port, rack }) => ({
      brokerId,
      host,
      port,
      rack,
      isFenced: false,
    }));
    const fenced = [...image.brokers.values()]
      .filter((broker) => request.includeFencedBrokers && broker.fenced)
      .map((broker) => {
        const endpoint = broker.endpoints.find((candidate) => candidate.name === listener);
        return {
          brokerId: broker.id,
          host: endpoint?.host ?? '',
          port: endpoint?.port ?? -1,
          rack: broker.rack,
          isFenced: true,
        };
      });
    return {
      endpointType: BROKERS,
      clusterId: services.clusterId,
      controllerId: alive[0]?.id ?? -1,
      brokers: [...brokers, ...fenced],
      clusterAuthorizedOperations,
    };
  },
});

/** The same of a controller listener: the controllers, where they are reached (KIP-919). */
export const describeControllers = handler({
  api: describeClusterApi,
  handle(request, { services, listener, version }) {
    if (request.endpointType !== CONTROLLERS) return wrongEndpoint(request.endpointType, CONTROLLERS, version);
    const controllers = [...services.metadata.image.controllers.values()].flatMap(({ controllerId, endPoints }) => {
      const endpoint = endPoints.find(({ name }) => name === listener);
      return endpoint === undefined
        ? []
        : [{ brokerId: controllerId, host: endpoint.host, port: endpoint.port, rack: null }];
    });
    return {
      endpointType: CONTROLLERS,
      clusterId: services.clusterId,
      controllerId: services.nodeId,
      brokers: controllers,
      clusterAuthorizedOperations: clusterOperations(request.includeClusterAuthorizedOperations),
    };
  },
});

const KINDS = new Map([
  [BROKERS, 'BROKER'],
  [CONTROLLERS, 'CONTROLLER'],
]);

/** Version 0 has no kinds of endpoints, and calls it an invalid request. */
function wrongEndpoint(wanted: number, here: number, version: number): Init<DescribeClusterResponse> {
  const kind = KINDS.get(wanted);
  const error = kind === undefined ? 'UNSUPPORTED_ENDPOINT_TYPE' : 'MISMATCHED_ENDPOINT_TYPE';
  return {
    errorCode: errorCode(version === 0 ? 'INVALID_REQUEST' : error),
    errorMessage:
      kind === undefined
        ? `Unsupported endpoint type ${wanted}`
        : `The request was sent to an endpoint of type ${KINDS.get(here)}, but we wanted an endpoint of type ${kind}`,
    endpointType: BROKERS,
    controllerId: -1,
  };
}
