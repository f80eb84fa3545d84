import { errorCode } from '../../protocol/errors.js';
import { createDelegationTokenApi } from '../../protocol/generated/create-delegation-token.js';
import { ANONYMOUS, TOKENS_NOT_ALLOWED } from '../delegation-token-request.js';
import { handler } from '../handler.js';

export const createDelegationToken = handler({
  api: createDelegationTokenApi,
  handle: ({ ownerPrincipalType, ownerPrincipalName }) => {
    const hasOwner = ownerPrincipalType !== null && ownerPrincipalName !== null && ownerPrincipalName !== '';
    return {
      errorCode: errorCode(TOKENS_NOT_ALLOWED),
      principalType: hasOwner ? ownerPrincipalType : ANONYMOUS.type,
      principalName: hasOwner ? ownerPrincipalName : ANONYMOUS.name,
      tokenRequesterPrincipalType: ANONYMOUS.type,
      tokenRequesterPrincipalName: ANONYMOUS.name,
      issueTimestampMs: -1,
      expiryTimestampMs: -1,
      maxTimestampMs: -1,
    };
  },
});
