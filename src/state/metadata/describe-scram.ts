import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import type {
  DescribeUserScramCredentialsRequest,
  DescribeUserScramCredentialsResult,
} from '../../protocol/generated/describe-user-scram-credentials.js';
import type { MetadataImage } from './image.js';

/** Mechanisms and iterations of some users, or of all that have a credential; never what could be used to log in. */
export function describeScramCredentials(
  { users }: DescribeUserScramCredentialsRequest,
  image: MetadataImage,
): Init<DescribeUserScramCredentialsResult>[] {
  const known = [...image.scramCredentials.values()];
  const all = users === null || users.length === 0;
  const asked = all ? [...new Set(known.map(({ name }) => name))] : users.map(({ name }) => name);
  return [...new Set(asked)].map((user) => {
    if (asked.indexOf(user) !== asked.lastIndexOf(user)) {
      const text = `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`;
      return { user, errorCode: errorCode('DUPLICATE_RESOURCE'), errorMessage: text };
    }
    const credentials = known.filter(({ name }) => name === user);
    if (credentials.length === 0) {
      const text = `Attempt to describe a user credential that does not exist: ${user}`;
      return { user, errorCode: errorCode('RESOURCE_NOT_FOUND'), errorMessage: text };
    }
    const credentialInfos = credentials
      .map(({ mechanism, iterations }) => ({ mechanism, iterations }))
      .sort((a, b) => a.mechanism - b.mechanism);
    return { user, credentialInfos };
  });
}
