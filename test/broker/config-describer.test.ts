import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigDescriber } from '../../src/broker/config-describer.js';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { CONFIG_BROKER, CONFIG_GROUP, CONFIG_TOPIC, configKey } from '../../src/state/metadata/config-resource.js';
import { MetadataImage } from '../../src/state/metadata/image.js';

const NODE = new Map([
  ['process.roles', 'broker,controller'],
  ['node.id', '1'],
  ['controller.listener.names', 'CONTROLLER'],
  ['controller.quorum.voters', '1@localhost:9093'],
  ['listeners', 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093'],
  ['log.dirs', '/data'],
  ['log.retention.hours', '2'],
]);
const ALL = { synonyms: true, documentation: false };

function imageWith(configs: Record<string, Record<string, string>> = {}): MetadataImage {
  const image = new MetadataImage();
  image.topics.set('t', { name: 't', id: 'x'.repeat(22), partitions: [] });
  for (const [key, values] of Object.entries(configs)) image.configs.set(key, new Map(Object.entries(values)));
  return image;
}

const describer = new ConfigDescriber(new BrokerConfig(NODE));
const one = (type: number, name: string, key: string, image = imageWith()) => {
  const [entry] = describer.describe(type, name, [key], ALL, image);
  return entry;
};
const sources = (entry: ReturnType<typeof one>) =>
  entry?.synonyms?.map(({ name, value, source }) => [name, value, source]);

describe('a topic', () => {
  it('has what it says itself before all', () => {
    const entry = one(
      CONFIG_TOPIC,
      't',
      'retention.ms',
      imageWith({ [configKey(CONFIG_TOPIC, 't')]: { 'retention.ms': '5' } }),
    );
    assert.deepEqual([entry?.value, entry?.configSource], ['5', 1]);
    assert.deepEqual(sources(entry)?.[0], ['retention.ms', '5', 1]);
  });

  it("has the node's setting otherwise, in its own unit", () => {
    assert.equal(one(CONFIG_TOPIC, 't', 'retention.ms')?.value, String(2 * 3600_000));
  });

  it('has the default of the cluster before the setting of the node', () => {
    const image = imageWith({ [configKey(CONFIG_BROKER, '')]: { 'log.retention.ms': '7' } });
    const entry = one(CONFIG_TOPIC, 't', 'retention.ms', image);
    assert.deepEqual([entry?.value, entry?.configSource], ['7', 3]);
  });

  it('has a default where nobody says anything', () => {
    const entry = one(CONFIG_TOPIC, 't', 'cleanup.policy');
    assert.deepEqual([entry?.value, entry?.configSource, entry?.readOnly], ['delete', 5, false]);
  });

  it('has to be there', () => {
    assert.throws(() => one(CONFIG_TOPIC, 'none', 'retention.ms'), { error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });
});

describe('a broker', () => {
  it('tells what may change and what not', () => {
    const fixed = one(CONFIG_BROKER, '1', 'log.dirs');
    assert.deepEqual([fixed?.value, fixed?.configSource, fixed?.readOnly], ['/data', 4, true]);
    assert.equal(one(CONFIG_BROKER, '1', 'log.cleaner.threads')?.readOnly, false);
  });

  it('hides what is secret or unknown', () => {
    const image = imageWith({
      [configKey(CONFIG_BROKER, '')]: { 'ssl.keystore.password': 'secret', 'what.is.this': 'x' },
    });
    const entries = describer.describe(CONFIG_BROKER, '', null, ALL, image);
    assert.deepEqual(
      entries.map(({ value, isSensitive }) => [value, isSensitive]),
      [
        [null, true],
        [null, true],
      ],
    );
  });

  it('is the one that is asked', () => {
    assert.throws(
      () => one(CONFIG_BROKER, '2', 'log.dirs'),
      /Unexpected broker id, expected 1 or empty string, but received 2/,
    );
    assert.throws(() => one(CONFIG_BROKER, 'x', 'log.dirs'), /Broker id must be an integer, but it is: x/);
    assert.throws(() => one(CONFIG_GROUP, '', 'x'), /Group name must not be empty/);
    assert.throws(() => one(3, 'x', 'x'), /This most likely occurs because of a request being malformed/);
  });
});

describe('a limit of replication, which can only be set while the broker runs', () => {
  const RATE = 'leader.replication.throttled.rate';

  it('is shown with its value where it is set, and is not there before', () => {
    assert.equal(one(CONFIG_BROKER, '1', RATE), undefined);
    const image = imageWith({
      [configKey(CONFIG_BROKER, '')]: { [RATE]: '5' },
      [configKey(CONFIG_BROKER, '1')]: { [RATE]: '6' },
    });
    const entry = one(CONFIG_BROKER, '1', RATE, image);
    assert.deepEqual([entry?.value, entry?.isSensitive, entry?.readOnly], ['6', false, false]);
    assert.deepEqual(sources(entry), [
      [RATE, '6', 2],
      [RATE, '5', 3],
    ]);
    assert.equal(one(CONFIG_BROKER, '', RATE, image)?.value, '5');
  });
});
