import { ProtocolMismatchError } from './client-errors.js';

const LENGTH_BYTES = 4;
/** The largest answer that is believed; fetch.max.bytes may go up to this. */
const MAX_FRAME_BYTES = 0x7fff_0000;
const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;

/**
 * Cuts what a broker sends into answers. Bytes are copied at most once, and memory grows with what has come, not with
 * a length that was claimed.
 */
export class ResponseFrames {
  private chunks: Buffer[] = [];
  private bufferedBytes = 0;
  /** Of the answer that is coming in; -1 while its length is not there yet. */
  private frameBytes = -1;

  /**
   * Takes the next bytes and gives the answers that are whole now, without their lengths.
   * @throws ProtocolMismatchError when this is no answer of Kafka's.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.frameBytes < 0) {
        if (this.bufferedBytes < LENGTH_BYTES) break;
        this.frameBytes = checkedLength(this.take(LENGTH_BYTES));
      }
      if (this.bufferedBytes < this.frameBytes) break;
      frames.push(this.take(this.frameBytes));
      this.frameBytes = -1;
    }
    return frames;
  }

  private take(sizeBytes: number): Buffer {
    this.bufferedBytes -= sizeBytes;
    const first = this.chunks[0] as Buffer;
    if (first.length === sizeBytes) {
      this.chunks.shift();
      return first;
    }
    if (first.length > sizeBytes) {
      this.chunks[0] = first.subarray(sizeBytes);
      return first.subarray(0, sizeBytes);
    }
    const joined = Buffer.concat(this.chunks);
    this.chunks = joined.length === sizeBytes ? [] : [joined.subarray(sizeBytes)];
    return joined.subarray(0, sizeBytes);
  }
}

function checkedLength(bytes: Buffer): number {
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
