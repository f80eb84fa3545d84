import { ProtocolMismatchError } from './client-errors.js';

const LENGTH_BYTES = 4;
/** The largest answer that is believed; fetch.max.bytes may go up to this. */
const MAX_FRAME_BYTES = 0x7fff_0000;
const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;

/** The length of an answer, from its first four bytes. @throws ProtocolMismatchError when this is no answer of Kafka's */
export function answerLength(bytes: Buffer): number {
  const length = bytes.readInt32BE(0);
  const [type, version] = bytes;
  if ((type === TLS_ALERT || type === TLS_HANDSHAKE) && version === TLS_MAJOR_VERSION) {
    throw new ProtocolMismatchError(
      'it answers with TLS: this listener wants security.protocol=SSL or SASL_SSL, and the client was told PLAINTEXT',
    );
  }
  if (length < LENGTH_BYTES || length > MAX_FRAME_BYTES || bytes.toString('latin1') === 'HTTP') {
    const shown = JSON.stringify(bytes.toString('latin1'));
    throw new ProtocolMismatchError(`it does not speak Kafka's protocol (its answer begins with ${shown})`);
  }
  return length;
}
