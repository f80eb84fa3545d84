/** Credentials of users for SCRAM (KIP-554). Of a password only its salted hash leaves this machine. */
import { KafkaError } from '../../protocol/errors.js';
import { alterUserScramCredentialsApi } from '../../protocol/generated/alter-user-scram-credentials.js';
import { describeUserScramCredentialsApi } from '../../protocol/generated/describe-user-scram-credentials.js';
import { SCRAM_MECHANISMS, type ScramMechanism, saltedPassword } from '../../protocol/scram-keys.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { Result } from '../fan-out.js';

export interface ScramCredentialInfo {
  readonly mechanism: ScramMechanism['name'] | 'UNKNOWN';
  readonly iterations: number;
}

export interface UserScramCredentials {
  readonly user: string;
  readonly credentials: Result<readonly ScramCredentialInfo[]>;
}

/**
 * Those of some users, or of all where none is named. Users without credentials are left out.
 *
 * @throws KafkaError
 */
export async function describeScramCredentials(
  cluster: Cluster,
  users: readonly string[] = [],
  options: RetryOptions = {},
): Promise<UserScramCredentials[]> {
  const response = await cluster.call(
    'any',
    describeUserScramCredentialsApi,
    { users: users.length === 0 ? null : users.map((name) => ({ name })) },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
  return response.results
    .map(({ user, errorCode, errorMessage, credentialInfos }) => ({
      user,
      credentials:
        kafkaErrorOf(errorCode, errorMessage) ??
        credentialInfos.map(({ mechanism, iterations }) => ({ mechanism: nameOf(mechanism), iterations })),
    }))
    .filter(({ credentials }) => !(credentials instanceof KafkaError && credentials.error === 'RESOURCE_NOT_FOUND'));
}

const nameOf = (type: number): ScramCredentialInfo['mechanism'] =>
  SCRAM_MECHANISMS.find((mechanism) => mechanism.type === type)?.name ?? 'UNKNOWN';

export interface ScramUpsertion {
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
  readonly password: string;
}

const SALT_BYTES = 20;

/** Changes the credentials of one user. @throws KafkaError */
export async function alterScramCredentials(
  cluster: Cluster,
  user: string,
  deletions: readonly ScramMechanism[],
  upsertions: readonly ScramUpsertion[],
  options: RetryOptions = {},
): Promise<void> {
  if (user === '') throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Username must not be empty');
  if (upsertions.some(({ password }) => password === '')) {
    throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Password must not be empty');
  }
  const response = await cluster.call(
    'controller',
    alterUserScramCredentialsApi,
    {
      deletions: deletions.map(({ type }) => ({ name: user, mechanism: type })),
      upsertions: upsertions.map(({ mechanism, iterations, password }) => {
        const salt = cluster.host.random.bytes(SALT_BYTES);
        return {
          name: user,
          mechanism: mechanism.type,
          iterations,
          salt,
          saltedPassword: saltedPassword(mechanism, password, salt, iterations),
        };
      }),
    },
    {
      ...options,
      errorOf: ({ results }) => results.map(({ errorCode }) => kafkaErrorOf(errorCode)).find(isNotController) ?? null,
    },
  );
  for (const { errorCode, errorMessage } of response.results) {
    const error = kafkaErrorOf(errorCode, errorMessage);
    if (error !== null) throw error;
  }
}

const isNotController = (error: KafkaError | null): boolean => error?.error === 'NOT_CONTROLLER';
