import { describeUserScramCredentialsApi } from '../../protocol/generated/describe-user-scram-credentials.js';
import { describeScramCredentials } from '../../state/metadata/describe-scram.js';
import { handler } from '../handler.js';

export const describeUserScramCredentials = handler({
  api: describeUserScramCredentialsApi,
  handle: (request, { services }) => ({ results: describeScramCredentials(request, services.metadata.image) }),
});
