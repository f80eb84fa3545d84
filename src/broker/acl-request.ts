/** What requests about rules of access (KIP-11) have in common. */
import { errorCode } from '../protocol/errors.js';

/** Of resource types, kinds of patterns, operations and permissions alike: what the writer did not know itself. */
const UNKNOWN = 0;

/** Requests with such a value are not read: the connection is closed (measured on Apache Kafka 4.3.1). */
export const isUnknownAcl = (codes: readonly number[]): boolean => codes.includes(UNKNOWN);

/** What comes of a change where no authorizer is configured. */
export const NO_AUTHORIZER = {
  errorCode: errorCode('SECURITY_DISABLED'),
  errorMessage: 'No Authorizer is configured.',
} as const;
