import { errorCode } from '../../protocol/errors.js';
import { expireDelegationTokenApi } from '../../protocol/generated/expire-delegation-token.js';
import { TOKENS_NOT_ALLOWED } from '../delegation-token-request.js';
import { handler } from '../handler.js';

export const expireDelegationToken = handler({
  api: expireDelegationTokenApi,
  handle: () => ({ errorCode: errorCode(TOKENS_NOT_ALLOWED), expiryTimestampMs: -1 }),
});
