import { createAclsApi } from '../../protocol/generated/create-acls.js';
import { isUnknownAcl, NO_AUTHORIZER } from '../acl-request.js';
import { CLOSE_CONNECTION, handler } from '../handler.js';

export const createAcls = handler({
  api: createAclsApi,
  handle: ({ creations }) =>
    creations.some(({ resourceType, resourcePatternType, operation, permissionType }) =>
      isUnknownAcl([resourceType, resourcePatternType, operation, permissionType]),
    )
      ? CLOSE_CONNECTION
      : { results: creations.map(() => NO_AUTHORIZER) },
});
