import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refuseUnsupported, UnsupportedConfigError } from '../../src/broker/refuse-unsupported.js';
import { BrokerConfig } from '../../src/config/broker-config.js';

const NODE: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@localhost:9093',
  'controller.listener.names': 'CONTROLLER',
  listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INSIDE:SASL_PLAINTEXT',
};
const check = (properties: Readonly<Record<string, string>>): void =>
  refuseUnsupported(new BrokerConfig(new Map(Object.entries({ ...NODE, ...properties }))));
const refused = (properties: Readonly<Record<string, string>>, what: RegExp): void =>
  assert.throws(
    () => check(properties),
    (error) => error instanceof UnsupportedConfigError && what.test(error.message),
  );

describe('a configuration that asks for more than there is', () => {
  it('is let through when all of it is there, whatever the map of protocols could offer', () => check({}));

  it('is refused with a listener that is to be secured', () => {
    refused(
      { listeners: 'PLAINTEXT://localhost:9092,INSIDE://localhost:9094,CONTROLLER://localhost:9093' },
      /^Listener INSIDE has the security protocol SASL_PLAINTEXT: .* listener\.security\.protocol\.map/,
    );
  });

  it('is refused with an authorizer', () => {
    const name = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';
    refused({ 'authorizer.class.name': name }, /^authorizer\.class\.name=org\.apache\..* Take the setting out/);
  });

  it('is refused with several nodes', () => {
    refused({ 'controller.quorum.voters': '1@a:9093,2@b:9093' }, /^controller\.quorum\.voters=1@a:9093,2@b:9093: /);
    const broker = { 'process.roles': 'broker', listeners: 'PLAINTEXT://localhost:9092' };
    refused({ ...broker, 'controller.quorum.voters': '2@b:9093' }, /^process\.roles=broker: a node has to be/);
  });
});
