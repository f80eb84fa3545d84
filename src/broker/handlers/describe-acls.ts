import { errorCode } from '../../protocol/errors.js';
import { describeAclsApi } from '../../protocol/generated/describe-acls.js';
import { isUnknownAcl } from '../acl-request.js';
import { CLOSE_CONNECTION, handler } from '../handler.js';

/** Without an authorizer there are no rules of access. */
export const describeAcls = handler({
  api: describeAclsApi,
  handle: ({ resourceTypeFilter, patternTypeFilter, operation, permissionType }) =>
    isUnknownAcl([resourceTypeFilter, patternTypeFilter, operation, permissionType])
      ? CLOSE_CONNECTION
      : {
          errorCode: errorCode('SECURITY_DISABLED'),
          errorMessage: 'No Authorizer is configured on the broker',
          resources: [],
        },
});
