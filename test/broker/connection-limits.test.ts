import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConnectionLimits, type LimitedListener } from '../../src/broker/connection-limits.js';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { alterClientQuotasApi } from '../../src/protocol/generated/alter-client-quotas.js';
import { incrementalAlterConfigsApi } from '../../src/protocol/generated/incremental-alter-configs.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';
import { settle } from '../support/client-host.js';

const NODE = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  listeners: 'IN://localhost:1,OUT://localhost:2,CONTROLLER://localhost:3',
  'listener.security.protocol.map': 'IN:PLAINTEXT,OUT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name': 'IN',
  'controller.listener.names': 'CONTROLLER',
  'controller.quorum.voters': '1@localhost:3',
};
const ADDRESS = '10.0.0.1';

/** Limits of listeners that note what is asked of them. */
function limitsOf(names: readonly string[], config: Readonly<Record<string, string>>, ipRate: number | null = null) {
  const node = (more: Readonly<Record<string, string>>) =>
    new BrokerConfig(new Map(Object.entries({ ...NODE, ...more })));
  const limits = new ConnectionLimits(node(config), () => ipRate);
  const asked: string[] = [];
  for (const name of names) {
    const listener: LimitedListener = {
      name,
      admit: () => asked.push(`${name} admits`),
      closeIdlest: (count) => {
        asked.push(`${name} closes ${count}`);
        return count;
      },
    };
    limits.add(listener);
  }
  return { limits, asked, configure: (more: Readonly<Record<string, string>>) => limits.configure(node(more)) };
}

describe('how many connections there are', () => {
  it('is limited for all listeners together', () => {
    const { limits, asked } = limitsOf(['OUT', 'MORE'], { 'max.connections': '2' });
    assert.ok(limits.take('OUT', ADDRESS));
    assert.ok(limits.take('MORE', ADDRESS));
    assert.equal(limits.hasRoom('OUT'), false);
    limits.release('MORE', ADDRESS);
    assert.equal(limits.hasRoom('OUT'), true);
    assert.deepEqual(asked, ['OUT admits', 'MORE admits']);
  });

  it('is limited for a listener of its own', () => {
    const { limits } = limitsOf(['OUT', 'MORE'], { 'listener.name.out.max.connections': '1' });
    limits.take('OUT', ADDRESS);
    assert.equal(limits.hasRoom('OUT'), false);
    assert.equal(limits.hasRoom('MORE'), true);
  });

  it('does not keep brokers from each other: another listener gives a connection up', () => {
    const { limits, asked } = limitsOf(['IN', 'OUT'], {
      'max.connections': '1',
      'listener.name.in.max.connections': '2',
    });
    limits.take('OUT', ADDRESS);
    assert.equal(limits.hasRoom('IN'), true);
    limits.take('IN', ADDRESS);
    assert.deepEqual(asked, ['OUT closes 1']);
    limits.take('IN', ADDRESS);
    assert.equal(limits.hasRoom('IN'), false);
  });

  it('does when brokers have no listener to themselves', () => {
    const { limits } = limitsOf(['IN'], { 'max.connections': '1' });
    limits.take('IN', ADDRESS);
    assert.equal(limits.hasRoom('IN'), false);
  });

  it('goes down at once when the limit does', () => {
    const { limits, asked, configure } = limitsOf(['OUT'], {});
    for (let count = 0; count < 5; count++) limits.take('OUT', ADDRESS);
    configure({ 'max.connections': '3' });
    assert.deepEqual(asked, ['OUT closes 2', 'OUT admits']);
  });

  it('is limited for an address, which may have a limit of its own', () => {
    const { limits } = limitsOf(['OUT'], {
      'max.connections.per.ip': '1',
      'max.connections.per.ip.overrides': `${ADDRESS}:2`,
    });
    assert.deepEqual(
      [1, 2, 3].map(() => limits.take('OUT', ADDRESS)),
      [true, true, false],
    );
    assert.deepEqual(
      [1, 2].map(() => limits.take('OUT', '10.0.0.2')),
      [true, false],
    );
    limits.release('OUT', ADDRESS);
    assert.equal(limits.take('OUT', ADDRESS), true);
  });
});

describe('how fast connections come', () => {
  it('is limited over eleven seconds, and a connection waits for a second at most', () => {
    const { limits } = limitsOf(['OUT'], { 'max.connection.creation.rate': '1' });
    const waits = Array.from({ length: 13 }, (_, number) => limits.arrived('OUT', 1000 + number));
    assert.deepEqual(waits.slice(0, 10), new Array(10).fill(0));
    // 11 in 10.01 s, 12 in 10.011 s.
    assert.deepEqual(waits.slice(10), [990, 1000, 1000]);
    assert.equal(limits.arrived('OUT', 1000 + 11_000), 0);
  });

  it('is limited for a listener of its own, and not for brokers by what clients do', () => {
    const { limits } = limitsOf(['IN', 'OUT', 'MORE'], {
      'max.connection.creation.rate': '1',
      'listener.name.in.max.connection.creation.rate': '2',
      'listener.name.more.max.connection.creation.rate': '100',
    });
    for (let count = 0; count < 11; count++) limits.arrived('MORE', 0);
    assert.equal(limits.arrived('MORE', 0), 1000, 'the limit of all holds beside it');
    for (let count = 0; count < 20; count++) assert.equal(limits.arrived('IN', 0), 0);
    assert.equal(limits.arrived('IN', 0), 500);
  });

  it('is limited for an address, where those that are refused do not count', () => {
    const { limits } = limitsOf(['OUT'], {}, 1);
    for (let count = 0; count < 10; count++) assert.equal(limits.throttleMsOf(ADDRESS, 0), 0);
    assert.equal(limits.throttleMsOf(ADDRESS, 0), 1000);
    assert.equal(limits.throttleMsOf(ADDRESS, 500), 500);
    assert.equal(limits.throttleMsOf(ADDRESS, 999), 1);
    assert.equal(limits.throttleMsOf('10.0.0.2', 0), 0);
    assert.equal(limitsOf(['OUT'], {}).limits.throttleMsOf(ADDRESS, 0), 0);
  });
});

describe('a broker', () => {
  let bed: BrokerBed;
  beforeEach(async () => {
    bed = await BrokerBed.start({ 'max.connections': '2' });
  });
  afterEach(() => bed.stop());

  const ask = (caller: ApiCaller) => caller.call(metadataApi as never, 12, { topics: [] });

  it('lets a connection wait until there is room for it, in the order in which they came', async () => {
    const first = await ApiCaller.open(bed.network, 9092);
    const second = await ApiCaller.open(bed.network, 9092);
    await ask(first);
    await ask(second);
    const answered: string[] = [];
    const [third, fourth] = [await ApiCaller.open(bed.network, 9092), await ApiCaller.open(bed.network, 9092)];
    const thirdAsks = ask(third).then((answer) => answered.push(answer === null ? 'closed' : 'third'));
    const fourthAsks = ask(fourth).then((answer) => answered.push(answer === null ? 'closed' : 'fourth'));
    await settle();
    assert.deepEqual(answered, []);
    first.close();
    await thirdAsks;
    assert.deepEqual(answered, ['third']);
    second.close();
    await fourthAsks;
    assert.deepEqual(answered, ['third', 'fourth']);
    third.close();
    fourth.close();
  });

  it('has room on the listener of its controller, and for more when its limit is raised', async () => {
    const open = await Promise.all([1, 2, 3].map(() => ApiCaller.open(bed.network, 9092)));
    await ask(open[0] as ApiCaller);
    const waits = ask(open[2] as ApiCaller);
    const controller = await ApiCaller.open(bed.network, 9093);
    const configs = [{ name: 'max.connections', configOperation: 0, value: '3' }];
    const resources = [{ resourceType: 4, resourceName: '', configs }];
    await controller.call(incrementalAlterConfigsApi as never, 1, { resources });
    assert.notEqual(await waits, null);
    for (const caller of [...open, controller]) caller.close();
  });

  it('closes a connection of an address that makes more than its quota', async () => {
    const caller = await ApiCaller.open(bed.network, 9092);
    const entries = [
      {
        entity: [{ entityType: 'ip', entityName: null }],
        ops: [{ key: 'connection_creation_rate', value: 1, remove: false }],
      },
    ];
    await caller.call(alterClientQuotasApi as never, 1, { entries, validateOnly: false });
    let answered = 0;
    for (;;) {
      const another = await ApiCaller.open(bed.network, 9092);
      const answer = await ask(another);
      another.close();
      if (answer === null) break;
      answered++;
    }
    assert.equal(answered, 10);
    caller.close();
  });
});
