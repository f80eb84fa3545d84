/** Bytes that are not what they should be: too few, a length that cannot be, a null where there is none. */
export class MalformedBytesError extends Error {
  override readonly name = 'MalformedBytesError';
}
