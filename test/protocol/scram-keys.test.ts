import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientKey,
  type ScramMechanism,
  saltedPassword,
  scramMechanismNamed,
  serverKey,
  storedKey,
} from '../../src/protocol/scram-keys.js';

// The example of RFC 7677: user "user", password "pencil".
test('the keys of a password are those of the standard', () => {
  const mechanism = scramMechanismNamed('SCRAM-SHA-256') as ScramMechanism;
  const salted = saltedPassword(mechanism, 'pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096);
  assert.equal(salted.toString('base64'), 'xKSVEDI6tPlSysH6mUQZOeeOp01r6B3fcJbodRPcYV0=');
  assert.equal(clientKey(mechanism, salted).toString('base64'), 'pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos=');
  assert.equal(storedKey(mechanism, salted).toString('base64'), 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=');
  assert.equal(serverKey(mechanism, salted).toString('base64'), 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
});

test('the two mechanisms differ in their hash', () => {
  const mechanism = scramMechanismNamed('SCRAM-SHA-512') as ScramMechanism;
  const salted = saltedPassword(mechanism, 'p\u00e4ss', Buffer.from('salt'), 4096);
  assert.deepEqual([salted.length, storedKey(mechanism, salted).length, mechanism.type], [64, 64, 2]);
  assert.equal(scramMechanismNamed('SCRAM-SHA-1'), null);
});
