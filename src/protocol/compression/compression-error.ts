/**
 * `corrupt`: the bytes are no such stream. `too-large`: they hold more than the caller allows.
 * `unsupported`: a stream that is in order but that Kafka does not read either, or an unknown codec.
 */
export type CompressionFault = 'corrupt' | 'too-large' | 'unsupported';

export class CompressionError extends Error {
  override readonly name = 'CompressionError';
  readonly fault: CompressionFault;

  constructor(fault: CompressionFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

export const corrupt = (message: string, cause?: unknown): CompressionError =>
  new CompressionError('corrupt', message, cause === undefined ? undefined : { cause });

export const tooLarge = (codec: string, maxBytes: number): CompressionError =>
  new CompressionError('too-large', `${codec}: the content is larger than ${maxBytes} bytes`);
