import { errorCode } from '../../protocol/errors.js';
import { describeClusterApi } from '../../protocol/generated/describe-cluster.js';
import { clusterOperations } from '../authorized-operations.js';
import { handler } from '../handler.js';

const BROKERS = 1;

export const describeCluster = handler({
  api: describeClusterApi,
  handle(request, { services, listener, version }) {
    const clusterAuthorizedOperations = clusterOperations(request.includeClusterAuthorizedOperations);
    if (version >= 1 && request.endpointType !== BROKERS) {
      return {
        errorCode: errorCode(request.endpointType === 2 ? 'MISMATCHED_ENDPOINT_TYPE' : 'UNSUPPORTED_ENDPOINT_TYPE'),
        errorMessage:
          request.endpointType === 2
            ? 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'
            : `Unsupported endpoint type ${request.endpointType}`,
        endpointType: BROKERS,
        controllerId: -1,
        clusterAuthorizedOperations,
      };
    }
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
