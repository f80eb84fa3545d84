import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode, errorOfCode } from '../../protocol/errors.js';
import { type Coordinator, findCoordinatorApi } from '../../protocol/generated/find-coordinator.js';
import { handler, type RequestContext } from '../handler.js';

const GROUP = 0;
const TRANSACTION = 1;
const SHARE = 2;
const FIRST_VERSION_WITH_LISTS = 4;

export const findCoordinator = handler({
  api: findCoordinatorApi,
  handle(request, context) {
    if (context.version >= FIRST_VERSION_WITH_LISTS) {
      return { coordinators: request.coordinatorKeys.map((key) => find(key, request.keyType, context)) };
    }
    const { nodeId, host, port, errorCode: code = 0 } = find(request.key, request.keyType, context);
    // Where there is no error the text says so too.
    return { nodeId, host, port, errorCode: code, errorMessage: errorOfCode(code).message };
  },
});

function find(key: string, keyType: number, context: RequestContext): Init<Coordinator> {
  const { services, listener } = context;
  const refuse = (error: ErrorName): Init<Coordinator> => ({
    key,
    nodeId: -1,
    host: '',
    port: -1,
    errorCode: errorCode(error),
  });
  if (keyType !== GROUP && keyType !== TRANSACTION && keyType !== SHARE) return refuse('INVALID_REQUEST');
  if (keyType === SHARE) return refuse('COORDINATOR_NOT_AVAILABLE');
  const leader = (keyType === GROUP ? services.groups : services.transactions).coordinatorOf(key);
  const endpoint = leader === null ? null : services.metadata.endpoint(leader, listener);
  if (leader === null || endpoint === null) return refuse('COORDINATOR_NOT_AVAILABLE');
  return { key, nodeId: leader, host: endpoint.host, port: endpoint.port };
}
