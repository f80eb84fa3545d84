import assert from 'node:assert/strict';
import { test } from 'node:test';
import { charsetNamed } from '../../../../src/cli/tools/console-consumer/charsets.js';

/** Charset, bytes, and what Java 17 makes of them. */
const DECODED: readonly (readonly [charset: string, bytes: string, text: string])[] = [
  ['UTF-8', 'efbbbf61', '\ufeffa'],
  ['utf8', 'eda0c1', '\ufffd\ufffd'],
  ['UTF-8', 'eda0', '\ufffd'],
  ['UTF-8', 'f09f98', '\ufffd'],
  ['UTF-8', 'c080', '\ufffd\ufffd'],
  ['US-ASCII', '61ff', 'a\ufffd'],
  ['ISO-8859-1', '80ff', '\u0080ÿ'],
  ['latin1', 'e9', 'é'],
  ['UTF-16', 'feff0061', 'a'],
  ['UTF-16', 'fffe6100', 'a'],
  ['UTF-16', '006161', 'a\ufffd'],
  ['UTF-16BE', 'd83dde00', '😀'],
  ['UTF-16BE', 'd83d00610062', '\ufffdb'],
  ['UTF-16LE', '00de6100', '\ufffda'],
  ['UTF-16LE', '3dd8', '\ufffd'],
  ['UTF-32', '0001f600', '😀'],
  ['UTF-32', '001100000000', '\ufffd\ufffd'],
  ['windows-1252', '80', '€'],
  ['Cp1251', 'ef', 'п'],
  ['Shift_JIS', '82a0', 'あ'],
];

for (const [charset, bytes, text] of DECODED) {
  test(`${charset} makes ${JSON.stringify(text)} of ${bytes}`, () => {
    assert.equal(charsetNamed(charset)?.(Buffer.from(bytes, 'hex')), text);
  });
}

test('charsets that Java does not know are not known', () => {
  for (const name of ['nope', '', 'utf-8 ', 'x-user-defined', 'replacement'])
    assert.equal(charsetNamed(name), null, name);
});
