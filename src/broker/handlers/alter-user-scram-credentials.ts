import { alterUserScramCredentialsApi } from '../../protocol/generated/alter-user-scram-credentials.js';
import { alterScramCredentials as command } from '../../state/controller/scram-credentials.js';
import { handler } from '../handler.js';

export const alterUserScramCredentials = handler({
  api: alterUserScramCredentialsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
