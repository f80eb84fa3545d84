import { errorCode } from '../../protocol/errors.js';
import { describeDelegationTokenApi } from '../../protocol/generated/describe-delegation-token.js';
import { TOKENS_NOT_ALLOWED } from '../delegation-token-request.js';
import { handler } from '../handler.js';

export const describeDelegationToken = handler({
  api: describeDelegationTokenApi,
  handle: () => ({ errorCode: errorCode(TOKENS_NOT_ALLOWED) }),
});

/** Tokens are the brokers' business: a controller is asked in vain (measured on Apache Kafka 4.3.1). */
export const describeDelegationTokenOfController = handler({
  api: describeDelegationTokenApi,
  handle: () => ({ errorCode: errorCode('UNKNOWN_SERVER_ERROR') }),
});
