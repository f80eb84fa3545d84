import { errorCode } from '../../protocol/errors.js';
import { saslAuthenticateApi } from '../../protocol/generated/sasl-authenticate.js';
import { handler } from '../handler.js';

/** Whoever can ask is as much authenticated as the listener wants. */
export const saslAuthenticate = handler({
  api: saslAuthenticateApi,
  handle: () => ({
    errorCode: errorCode('ILLEGAL_SASL_STATE'),
    errorMessage: 'SaslAuthenticate request received after successful authentication',
  }),
});
