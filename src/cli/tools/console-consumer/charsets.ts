import { isUtf8 } from 'node:buffer';

/** Makes text of bytes as Java does: what is malformed becomes U+FFFD. */
export type Decode = (bytes: Buffer) => string;

/** Java's names for a few charsets, beside those that the Encoding standard has too. */
const OWN: Readonly<Record<string, Decode>> = {
  'utf-8': decodeUtf8,
  utf8: decodeUtf8,
  'unicode-1-1-utf-8': decodeUtf8,
  'us-ascii': decodeAscii,
  ascii: decodeAscii,
  iso646_us: decodeAscii,
  'iso-8859-1': decodeLatin1,
  iso8859_1: decodeLatin1,
  iso8859_15: byLabel('iso-8859-15'),
  latin1: decodeLatin1,
  l1: decodeLatin1,
  'utf-16': decodeUtf16,
  utf16: decodeUtf16,
  unicode: decodeUtf16,
  utf_16: decodeUtf16,
  'utf-16le': (bytes) => decodeUnits(bytes, 'utf-16le'),
  'utf-16be': (bytes) => decodeUnits(bytes, 'utf-16be'),
  'utf-32': decodeUtf32,
  utf_32: decodeUtf32,
  'utf-32be': (bytes) => decodeFours(bytes, false),
  'utf-32le': (bytes) => decodeFours(bytes, true),
  cp1250: byLabel('windows-1250'),
  cp1251: byLabel('windows-1251'),
  cp1252: decodeWindows1252,
  'windows-1252': decodeWindows1252,
  cp866: byLabel('ibm866'),
  euc_jp: byLabel('euc-jp'),
  koi8_r: byLabel('koi8-r'),
  sjis: byLabel('shift_jis'),
};

/** The labels of other charsets that the Encoding standard means something else by than Java. */
const MEANT_OTHERWISE =
  /^(?:iso-?8859-(?:1|9|11)|latin[15]|l[15]|replacement|x-user-defined|tis-620|x-cp1252|ansi_x3.4-1968)$/;

/** How to read a charset by its Java name; null where there is none of that name. */
export function charsetNamed(name: string): Decode | null {
  const lower = name.toLowerCase();
  if (Object.hasOwn(OWN, lower)) return OWN[lower] as Decode;
  if (MEANT_OTHERWISE.test(lower) || name !== name.trim()) return null;
  try {
    return byLabel(new TextDecoder(lower).encoding);
  } catch {
    return null;
  }
}

function byLabel(label: string): Decode {
  return (bytes) => new TextDecoder(label, { ignoreBOM: true }).decode(bytes);
}

function decodeAscii(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd');
}

function decodeLatin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** What windows-1252 has from 0x80 on where Latin-1 has control characters; Node takes the one for the other. */
const FROM_0X80 = '€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ';

function decodeWindows1252(bytes: Buffer): string {
  return decodeLatin1(bytes).replace(/[\x80-\x9f]/g, (one) => FROM_0X80[one.charCodeAt(0) - 0x80] as string);
}

/** Big-endian, unless a byte order mark says otherwise; the mark is no text. */
function decodeUtf16(bytes: Buffer): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfffe) return decodeUnits(bytes.subarray(2), 'utf-16le');
  return decodeUnits(mark === 0xfeff ? bytes.subarray(2) : bytes, 'utf-16be');
}

/** To Java a half of a pair that is followed by anything else is malformed together with what follows it. */
function decodeUnits(bytes: Buffer, label: 'utf-16le' | 'utf-16be'): string {
  let text = '';
  const unitAt = (at: number): number => (label === 'utf-16le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const whole = bytes.length - (bytes.length % 2);
  for (let at = 0; at < whole; at += 2) {
    const unit = unitAt(at);
    if (unit < 0xd800 || unit > 0xdfff) text += String.fromCharCode(unit);
    else if (unit > 0xdbff) text += '\ufffd';
    else if (at + 4 > whole) return `${text}\ufffd`;
    else {
      const low = unitAt(at + 2);
      text += low >= 0xdc00 && low <= 0xdfff ? String.fromCharCode(unit, low) : '\ufffd';
      at += 2;
    }
  }
  return bytes.length === whole ? text : `${text}\ufffd`;
}

function decodeUtf32(bytes: Buffer): string {
  const mark = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (mark === 0xfffe0000) return decodeFours(bytes.subarray(4), true);
  return decodeFours(mark === 0xfeff ? bytes.subarray(4) : bytes, false);
}

function decodeFours(bytes: Buffer, isLittle: boolean): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return bytes.length % 4 === 0 ? text : `${text}\ufffd`;
}

/**
 * Where JavaScript would put three characters for a half of a surrogate pair that was encoded as if it were one of its
 * own, Java puts one.
 */
function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0xed || !isLaterByte(bytes[at + 1]) || (bytes[at + 1] as number) < 0xa0) continue;
    text += `${bytes.toString('utf8', from, at)}\ufffd`;
    from = at + (isLaterByte(bytes[at + 2]) ? 3 : 2);
    at = from - 1;
  }
  return text + bytes.toString('utf8', from);
}

const isLaterByte = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
