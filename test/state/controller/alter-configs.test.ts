import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { errorOfCode } from '../../../src/protocol/errors.js';
import { alterConfigs, incrementalAlterConfigs } from '../../../src/state/controller/alter-configs.js';
import { createTopics } from '../../../src/state/controller/create-topics.js';
import { CONFIG_BROKER, CONFIG_TOPIC } from '../../../src/state/metadata/config-resource.js';
import { ControllerBed } from '../../support/controller-bed.js';

const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];
type Change = readonly [name: string, operation: number, value: string | null];

let bed: ControllerBed;
beforeEach(() => {
  bed = new ControllerBed();
  bed.addBroker(1);
  const topics = [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }];
  bed.run((call, context) => createTopics(call, { topics, timeoutMs: 1000, validateOnly: false }, context));
});

interface AlterResponse {
  responses: { errorCode?: number; errorMessage: string | null }[];
}

const told = ({ responses }: AlterResponse) =>
  responses.map(({ errorCode = 0, errorMessage }) => `${errorOfCode(errorCode).name}: ${errorMessage}`);

function change(changes: readonly Change[], resourceType = CONFIG_TOPIC, resourceName = 't', validateOnly = false) {
  const configs = changes.map(([name, configOperation, value]) => ({ name, configOperation, value }));
  const request = { resources: [{ resourceType, resourceName, configs }], validateOnly };
  const { response } = bed.run<AlterResponse>((call, context) => incrementalAlterConfigs(call, request, context));
  return told(response)[0];
}

const configs = () => Object.fromEntries(bed.image.configsOf(CONFIG_TOPIC, 't'));

describe('incrementalAlterConfigs', () => {
  it('changes single keys', () => {
    assert.equal(
      change([
        ['a', SET, '1'],
        ['b', SET, '2'],
      ]),
      'NONE: null',
    );
    change([
      ['a', DELETE, null],
      ['c', SET, '3'],
    ]);
    assert.deepEqual(configs(), { b: '2', c: '3' });
  });

  it('writes only what differs', () => {
    change([['a', SET, '1']]);
    const before = bed.records.length;
    change([['a', SET, '1']]);
    assert.equal(bed.records.length, before);
  });

  it('adds to lists and takes from them', () => {
    change([['cleanup.policy', SET, 'delete']]);
    change([['cleanup.policy', APPEND, 'compact,delete']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'delete,compact' });
    change([['cleanup.policy', SUBTRACT, 'delete']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'compact' });
  });

  it('takes the elements of lists as they stand, spaces and empty ones too, but for empty ones at the end', () => {
    change([['cleanup.policy', SET, 'delete, compact']]);
    change([['cleanup.policy', SUBTRACT, 'compact']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'delete, compact' });
    change([['cleanup.policy', SUBTRACT, ' compact']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'delete' });
    change([['cleanup.policy', APPEND, 'compact,,']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'delete,compact' });
    change([['cleanup.policy', APPEND, '']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'delete,compact,' });
  });

  it('adds to the default of a list that was never set', () => {
    change([['cleanup.policy', APPEND, 'compact']]);
    assert.deepEqual(configs(), { 'cleanup.policy': 'delete,compact' });
  });

  it('only validates when told so', () => {
    assert.equal(change([['a', SET, '1']], CONFIG_TOPIC, 't', true), 'NONE: null');
    assert.deepEqual(configs(), {});
  });

  it('refuses what cannot be, and then changes nothing', () => {
    assert.equal(
      change([
        ['a', SET, '1'],
        ['unknown.key', SET, '1'],
      ]),
      'INVALID_CONFIG: Unknown topic config name: unknown.key',
    );
    assert.equal(change([['a', APPEND, '1']]), "INVALID_CONFIG: Can't APPEND to key a because its type is not LIST.");
    assert.equal(
      change([['a', SUBTRACT, '1']]),
      "INVALID_CONFIG: Can't SUBTRACT to key a because its type is not LIST.",
    );
    assert.equal(change([['a', SET, null]]), 'INVALID_REQUEST: Null value not supported for : a');
    assert.equal(change([['a', 7, '1']]), 'INVALID_REQUEST: Unknown alter config operation 7');
    assert.equal(
      change([
        ['a', SET, '1'],
        ['a', DELETE, null],
      ]),
      'INVALID_REQUEST: Error due to duplicate config keys',
    );
    assert.equal(change([], CONFIG_TOPIC, 'none'), "UNKNOWN_TOPIC_OR_PARTITION: The topic 'none' does not exist.");
    assert.equal(change([], CONFIG_BROKER, '5'), 'BROKER_ID_NOT_REGISTERED: No node with id 5 found.');
    assert.equal(change([], 3, 'x'), 'INVALID_REQUEST: Unexpected resource type 3.');
    assert.deepEqual(configs(), {});
  });
});

describe('alterConfigs', () => {
  it('puts back to its default what is not named', () => {
    change([
      ['a', SET, '1'],
      ['b', SET, '2'],
    ]);
    const resource = { resourceType: CONFIG_TOPIC, resourceName: 't', configs: [{ name: 'b', value: '3' }] };
    const alter = (resources: (typeof resource)[]) =>
      told(
        bed.run<AlterResponse>((call, context) => alterConfigs(call, { resources, validateOnly: false }, context))
          .response,
      );
    alter([resource]);
    assert.deepEqual(configs(), { b: '3' });
    const twice = 'INVALID_REQUEST: Each resource must appear at most once.';
    assert.deepEqual(alter([resource, resource]), [twice, twice]);
  });
});
