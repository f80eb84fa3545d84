import { errorCode } from '../../protocol/errors.js';
import { renewDelegationTokenApi } from '../../protocol/generated/renew-delegation-token.js';
import { TOKENS_NOT_ALLOWED } from '../delegation-token-request.js';
import { handler } from '../handler.js';

export const renewDelegationToken = handler({
  api: renewDelegationTokenApi,
  handle: () => ({ errorCode: errorCode(TOKENS_NOT_ALLOWED), expiryTimestampMs: -1 }),
});
