import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import type { CallId } from '../../base/machine.js';
import { KafkaError } from '../../protocol/errors.js';
import type {
  AlterUserScramCredentialsRequest,
  ScramCredentialDeletion,
  ScramCredentialUpsertion,
} from '../../protocol/generated/alter-user-scram-credentials.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import {
  MAX_SCRAM_ITERATIONS,
  MIN_SCRAM_ITERATIONS,
  SCRAM_MECHANISMS,
  type ScramMechanism,
  serverKey,
  storedKey,
} from '../../protocol/scram-keys.js';
import { scramKey } from '../metadata/image.js';
import { type Decision, decide } from './decision.js';
import type { ControllerContext } from './settings.js';

const mechanismOf = (type: number): ScramMechanism | undefined =>
  SCRAM_MECHANISMS.find((mechanism) => mechanism.type === type);

/** Sets and removes credentials of users (KIP-554), one a user and request; those that are wrong leave the others be. */
export function alterScramCredentials(
  call: CallId,
  request: AlterUserScramCredentialsRequest,
  context: ControllerContext,
): Decision {
  const errors = new Map<string, KafkaError>();
  const seen = new Set<string>();
  const accept = (name: string, check: () => void): void => {
    try {
      if (seen.has(name) && !errors.has(name)) {
        throw new KafkaError('DUPLICATE_RESOURCE', 'A user credential cannot be altered twice in the same request');
      }
      if (!errors.has(name)) check();
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      errors.set(name, error);
    }
    seen.add(name);
  };
  for (const deletion of request.deletions) accept(deletion.name, () => checkDeletion(deletion, context));
  for (const upsertion of request.upsertions) accept(upsertion.name, () => checkUpsertion(upsertion));
  const deletions = request.deletions.filter(({ name }) => !errors.has(name));
  const upsertions = request.upsertions.filter(({ name }) => !errors.has(name));
  const results = [
    ...[...deletions, ...upsertions].map(({ name: user }) => ({ user, errorMessage: null })),
    ...inHashOrder([...errors], ([user]) => javaHash(user)).map(([user, error]) => ({
      user,
      errorCode: error.code,
      errorMessage: error.error === 'UNKNOWN_SERVER_ERROR' ? null : error.message,
    })),
  ];
  return decide(call, { results }, [...deletions.map(removal), ...upsertions.map(credential)]);
}

function checkUser(name: string, mechanism: number): void {
  if (name === '') throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Username must not be empty');
  if (mechanismOf(mechanism) === undefined) {
    throw new KafkaError('UNSUPPORTED_SASL_MECHANISM', 'Unknown SCRAM mechanism');
  }
}

function checkDeletion({ name, mechanism }: ScramCredentialDeletion, { image }: ControllerContext): void {
  checkUser(name, mechanism);
  if (image.scramCredentials.has(scramKey({ name, mechanism }))) return;
  throw new KafkaError('RESOURCE_NOT_FOUND', 'Attempt to delete a user credential that does not exist');
}

function checkUpsertion({ name, mechanism, iterations, saltedPassword }: ScramCredentialUpsertion): void {
  checkUser(name, mechanism);
  if (iterations < MIN_SCRAM_ITERATIONS) throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Too few iterations');
  if (iterations > MAX_SCRAM_ITERATIONS) throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Too many iterations');
  // Java has no HMAC with an empty key.
  if (saltedPassword.length === 0) throw new KafkaError('UNKNOWN_SERVER_ERROR');
}

const removal = ({ name, mechanism }: ScramCredentialDeletion): MetadataRecord => ({
  type: 'RemoveUserScramCredentialRecord',
  version: 0,
  value: { name, mechanism },
});

function credential({ name, mechanism, salt, saltedPassword, iterations }: ScramCredentialUpsertion): MetadataRecord {
  const known = mechanismOf(mechanism) as ScramMechanism;
  const keys = { storedKey: storedKey(known, saltedPassword), serverKey: serverKey(known, saltedPassword) };
  return { type: 'UserScramCredentialRecord', version: 0, value: { name, mechanism, salt, ...keys, iterations } };
}
