import { deleteAclsApi } from '../../protocol/generated/delete-acls.js';
import { isUnknownAcl, NO_AUTHORIZER } from '../acl-request.js';
import { CLOSE_CONNECTION, handler } from '../handler.js';

export const deleteAcls = handler({
  api: deleteAclsApi,
  handle: ({ filters }) =>
    filters.some(({ resourceTypeFilter, patternTypeFilter, operation, permissionType }) =>
      isUnknownAcl([resourceTypeFilter, patternTypeFilter, operation, permissionType]),
    )
      ? CLOSE_CONNECTION
      : { filterResults: filters.map(() => ({ ...NO_AUTHORIZER, matchingAcls: [] })) },
});
