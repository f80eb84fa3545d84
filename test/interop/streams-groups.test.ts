import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import type { Api } from '../../src/protocol/api.js';
import type { Init } from '../../src/protocol/codec-runtime.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { streamsGroupDescribeApi } from '../../src/protocol/generated/streams-group-describe.js';
import {
  type StreamsGroupHeartbeatRequest,
  type StreamsGroupHeartbeatResponse,
  streamsGroupHeartbeatApi,
} from '../../src/protocol/generated/streams-group-heartbeat.js';
import { ApiCaller } from '../support/api-call.js';
import { listed, SIMPLE, type TaskRecord } from '../support/streams-group-bed.js';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { kafkalite, outputOf, type Toolset } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

const GROUP = 'application';
const COORDINATOR_IS_ELSEWHERE = new Set([14, 15, 16]);
const CONFIG = {
  'group.streams.initial.rebalance.delay.ms': '0',
  'group.streams.assignment.interval.ms': '0',
  // Members must be there longer than a change of brokers takes.
  'group.streams.session.timeout.ms': '60000',
};

test('Apache Kafka takes over the streams groups of this broker', { skip, timeout: 120_000 }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await handOver(t, kafkalite, kafka);
});

test('this broker takes over the streams groups of Apache Kafka', { skip, timeout: 120_000 }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await handOver(t, kafka, kafkalite);
});

/** In the middle of a rebalance: one member is to give a task back that another one waits for. */
async function handOver(t: TestContext, from: Toolset, to: Toolset): Promise<void> {
  const bed = new Bed(t);
  const first = await bed.start(from, 'node', CONFIG);
  const topic = ['--create', '--topic', 'in', '--partitions', '3'];
  await outputOf(kafkalite, 'kafka-topics', ['--bootstrap-server', first.bootstrap, ...topic]);
  const before = await Connection.open(t, first.bootstrap);
  await before.beat('a', 0, {});
  await before.beat('b', 0, {});
  const waiting = await before.beat('a', 2, { 0: [0, 1, 2] });
  assert.deepEqual(tasksOf(waiting), [0, 1]);
  const described = await before.describe();
  assert.equal(described?.groupState, 'Reconciling');
  await first.stop();

  const second = await bed.start(to, 'node', CONFIG);
  const after = await Connection.open(t, second.bootstrap);
  assert.deepEqual(await after.describe(), described, `as ${to.name} sees it`);
  assert.equal(tasksOf(await after.beat('b', 3, {})), undefined);
  await after.beat('a', 2, { 0: [0, 1] });
  assert.deepEqual(tasksOf(await after.beat('b', 3, {})), [2]);
  assert.equal((await after.describe())?.groupState, 'Stable');
  await second.stop();
}

/** Of the one subtopology; undefined when the answer says nothing of it. */
const tasksOf = ({ activeTasks }: StreamsGroupHeartbeatResponse) => activeTasks?.[0]?.partitions;

class Connection {
  private readonly caller: ApiCaller;

  private constructor(caller: ApiCaller) {
    this.caller = caller;
  }

  static async open(t: TestContext, bootstrap: string): Promise<Connection> {
    const caller = await ApiCaller.open(tcpNetwork, Number(bootstrap.split(':')[1]));
    t.after(() => caller.close());
    return new Connection(caller);
  }

  beat(memberId: string, memberEpoch: number, active: TaskRecord) {
    const joins = memberEpoch === 0;
    const request: Init<StreamsGroupHeartbeatRequest> = {
      groupId: GROUP,
      memberId,
      memberEpoch,
      rebalanceTimeoutMs: joins ? 60_000 : -1,
      processId: memberId,
      topology: joins ? (SIMPLE as StreamsGroupHeartbeatRequest['topology']) : null,
      activeTasks: listed(active),
      standbyTasks: [],
      warmupTasks: [],
    };
    return this.ask(streamsGroupHeartbeatApi, request, (answer) => answer);
  }

  async describe() {
    const request = { groupIds: [GROUP] };
    const { groups } = await this.ask(streamsGroupDescribeApi, request, ({ groups: [group] }) => group);
    return groups[0];
  }

  /** Asks until the coordinator is there. */
  private async ask<Request, Response>(
    api: Api<Request, Response>,
    request: Init<Request>,
    outcome: (response: Response) => { readonly errorCode: number } | undefined,
  ): Promise<Response> {
    for (;;) {
      const response = (await this.caller.call(api, api.maxVersion, request)) as Response;
      if (!COORDINATOR_IS_ELSEWHERE.has(outcome(response)?.errorCode ?? 0)) return response;
      // Asking where it is has the broker make what it keeps groups in.
      await this.caller.call(findCoordinatorApi, findCoordinatorApi.maxVersion, {
        keyType: 0,
        coordinatorKeys: [GROUP],
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
