import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaProperties } from '../../src/cli/java-properties.js';

test('properties of KAFKA_OPTS are cut at blanks', () => {
  const opts = ' -Xmx1G  -Djava.security.auth.login.config=/etc/jaas.conf\n-Da=b=c -Dflag -D -Dempty= ';
  assert.deepEqual(
    [...javaProperties(opts)],
    [
      ['java.security.auth.login.config', '/etc/jaas.conf'],
      ['a', 'b=c'],
      ['flag', ''],
      ['', ''],
      ['empty', ''],
    ],
  );
  assert.equal(javaProperties(undefined).size, 0);
});
