import { illegalArgument } from '../../tool-error.js';

const BYTE_COUNT = 16;
const MOST_CHARACTERS = 24;

/** Reads a topic id: 16 bytes in base64url, with padding or without. Gives its 22 characters. @throws ToolError */
export function parseTopicId(text: string): string {
  if (text.length > MOST_CHARACTERS) {
    const prefix = text.slice(0, MOST_CHARACTERS);
    throw illegalArgument(`Input string with prefix \`${prefix}\` is too long to be decoded as a base64 UUID`);
  }
  const bytes = decoded(text);
  if (bytes.length !== BYTE_COUNT) {
    throw illegalArgument(
      `Input string \`${text}\` decoded as ${bytes.length} bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID`,
    );
  }
  return bytes.toString('base64url');
}

/** Says what is wrong as Java's decoder does. */
function decoded(text: string): Buffer {
  const bytes = Buffer.from(text.replace(/[^\0-\xff]/g, '?'), 'latin1');
  if (bytes.length === 1) throw illegalArgument('Input byte[] should at least have 2 bytes for base64 bytes');
  const end = bytes.indexOf('=');
  const body = end < 0 ? bytes : bytes.subarray(0, end);
  for (const byte of body) {
    if (/[\w-]/.test(String.fromCharCode(byte))) continue;
    throw illegalArgument(`Illegal base64 character ${((byte << 24) >> 24).toString(16)}`);
  }
  const rest = body.length % 4;
  if (rest === 1) throw illegalArgument('Last unit does not have enough valid bits');
  if (end >= 0) checkPadding(bytes.subarray(end), rest, end);
  return Buffer.from(body.toString(), 'base64url');
}

function checkPadding(padding: Buffer, rest: number, start: number): void {
  const needed = rest === 2 ? 2 : 1;
  if (rest === 0 || (needed === 2 && padding[1] !== 0x3d))
    throw illegalArgument('Input byte array has wrong 4-byte ending unit');
  if (padding.length > needed) throw illegalArgument(`Input byte array has incorrect ending byte at ${start + needed}`);
}
