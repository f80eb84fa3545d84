import { ProtocolMismatchError } from './client-errors.js';

const LENGTH_BYTES = 4;
/** The largest answer that is believed; fetch.max.bytes may go up to this. */
const MAX_FRAME_BYTES = 0x7fff_0000;
const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;

/** What the first answer has at most. The greeting of another protocol is some text, and as a length far beyond that. */
export const FIRST_ANSWER_BYTES = 1024 * 1024;

/** The length of an answer, from its first four bytes. @throws ProtocolMismatchError when this is no answer of Kafka's */
export function answerLength(bytes: Buffer, mostBytes = MAX_FRAME_BYTES): number {
  const length = bytes.readInt32BE(0);
  const [type, version] = bytes;
  if ((type === TLS_ALERT || type === TLS_HANDSHAKE) && version === TLS_MAJOR_VERSION) {
    throw new ProtocolMismatchError(
      'it answers with TLS: that listener wants security.protocol=SSL or SASL_SSL, and the client speaks without TLS',
    );
  }
  const text = bytes.toString('latin1');
  if (text === 'HTTP') {
    throw new ProtocolMismatchError('an HTTP server answers there, and no Kafka broker: is the port right?');
  }
  if (length < LENGTH_BYTES || length > mostBytes) {
    throw new ProtocolMismatchError(
      `it does not speak Kafka's protocol (its answer begins with ${JSON.stringify(text)}): are host and port right?`,
    );
  }
  return length;
}
