import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode, errorNamed, errorOfCode } from '../../protocol/errors.js';
import { type Coordinator, findCoordinatorApi } from '../../protocol/generated/find-coordinator.js';
import type { SharePartitionKey } from '../../state/share/share-state.js';
import { handler, type RequestContext } from '../handler.js';
import { parseSharePartitionName } from '../share-partition-name.js';

const GROUP = 0;
const TRANSACTION = 1;
const SHARE = 2;
const KEY_TYPES: ReadonlySet<number> = new Set([GROUP, TRANSACTION, SHARE]);
const FIRST_VERSION_WITH_LISTS = 4;
const FIRST_VERSION_WITH_SHARE = 6;

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
  const refuse = (error: ErrorName, errorMessage?: string): Init<Coordinator> => ({
    key,
    nodeId: -1,
    host: '',
    port: -1,
    errorCode: errorCode(error),
    errorMessage,
  });
  // Of what is wrong with the whole request there is a text, of a key there is none.
  if (!KEY_TYPES.has(keyType)) return refuse('INVALID_REQUEST', errorNamed('INVALID_REQUEST').message);
  const sharePartition = keyType === SHARE ? sharePartitionOf(key, context.version) : null;
  if (keyType === SHARE && sharePartition === null) return refuse('INVALID_REQUEST');
  const leader =
    sharePartition !== null
      ? services.shareCoordinators.coordinatorOf(sharePartition)
      : (keyType === GROUP ? services.groups : services.transactions).coordinatorOf(key);
  const endpoint = leader === null ? null : services.metadata.endpoint(leader, listener);
  if (leader === null || endpoint === null) return refuse('COORDINATOR_NOT_AVAILABLE');
  return { key, nodeId: leader, host: endpoint.host, port: endpoint.port };
}

const sharePartitionOf = (key: string, version: number): SharePartitionKey | null =>
  version < FIRST_VERSION_WITH_SHARE ? null : parseSharePartitionName(key);
