import { errorCode } from '../../protocol/errors.js';
import { saslHandshakeApi } from '../../protocol/generated/sasl-handshake.js';
import { handler } from '../handler.js';

/** On a connection that is not authenticated by SASL there is no time for it. */
export const saslHandshake = handler({
  api: saslHandshakeApi,
  handle: () => ({ errorCode: errorCode('ILLEGAL_SASL_STATE') }),
});
