import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConversationError } from '../../../src/client/sasl/mechanism.js';
import { ScramConversation } from '../../../src/client/sasl/scram.js';
import { SCRAM_MECHANISMS, type ScramMechanism } from '../../../src/protocol/scram-keys.js';

const SHA_256 = SCRAM_MECHANISMS[0] as ScramMechanism;
const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const SERVER_NONCE = `${NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;
const SERVER_FIRST = `r=${SERVER_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const SERVER_FINAL = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const conversation = (user = 'user', isToken = false) =>
  new ScramConversation(SHA_256, { user, password: 'pencil', isToken }, NONCE);

function refused(message: RegExp, ...challenges: string[]): void {
  const one = conversation();
  const last = challenges.pop() ?? '';
  for (const challenge of challenges) one.answer(Buffer.from(challenge));
  assert.throws(
    () => one.answer(Buffer.from(last)),
    (error) => error instanceof ConversationError && message.test(error.message),
  );
}

test('the example of RFC 7677', () => {
  const one = conversation();
  assert.equal(one.first.toString(), `n,,n=user,r=${NONCE}`);
  assert.equal(
    one.answer(Buffer.from(SERVER_FIRST))?.toString(),
    `c=biws,r=${SERVER_NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
  );
  assert.equal(one.answer(Buffer.from(SERVER_FINAL)), null);
});

test('names are written so that they part nothing, and tokens say that they are some', () => {
  assert.equal(conversation('a=b,c').first.toString(), `n,,n=a=3Db=2Cc,r=${NONCE}`);
  assert.equal(conversation('id', true).first.toString(), `n,,n=id,r=${NONCE},tokenauth=true`);
});

test('a broker that does not know the password is noticed', () => {
  refused(/^Invalid server signature in server final message$/, SERVER_FIRST, SERVER_FINAL.replace('6r', '7r'));
  refused(/^Invalid server signature/, SERVER_FIRST, '');
  refused(/SCRAM-SHA-256 failed with error: unknown-user/, SERVER_FIRST, 'e=unknown-user');
});

test('a first message that would weaken the proof is refused', () => {
  refused(/^Invalid server nonce: does not start with client nonce$/, SERVER_FIRST.replace('r=r', 'r=x'));
  refused(/^Requested iterations 4095 is less than the minimum 4096/, SERVER_FIRST.replace('4096', '4095'));
  refused(/^Invalid SASL\/SCRAM server first message: what\?$/, 'what?');
});
