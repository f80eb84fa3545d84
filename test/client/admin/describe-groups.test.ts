import assert from 'node:assert/strict';
import test from 'node:test';
import { openAdmin } from '../../../src/client/admin/admin-client.js';
import { describeConsumerGroups } from '../../../src/client/admin/describe-groups.js';
import { encodeAssignment } from '../../../src/client/consumer/group-messages.js';
import { isError } from '../../../src/client/fan-out.js';
import { consumerGroupDescribeApi } from '../../../src/protocol/generated/consumer-group-describe.js';
import { describeGroupsApi } from '../../../src/protocol/generated/describe-groups.js';
import { findCoordinatorApi } from '../../../src/protocol/generated/find-coordinator.js';
import { testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';

test('groups that the new API does not know are asked for with the old one', async () => {
  const host = testClientHost();
  const broker = await new FakeBroker(host.network).start();
  broker.on(findCoordinatorApi, ({ request }) => ({
    coordinators: request.coordinatorKeys.map((key) => ({ key, nodeId: 1, host: 'localhost', port: broker.port })),
  }));
  broker.on(consumerGroupDescribeApi, ({ request }) => ({
    groups: request.groupIds.map((groupId) =>
      groupId === 'new' ? { groupId, groupState: 'Stable', groupEpoch: 3 } : { groupId, errorCode: 69 },
    ),
  }));
  const assignment = encodeAssignment([{ topic: 't', partition: 4 }]);
  broker.on(describeGroupsApi, ({ request }) => ({
    groups: request.groups.map((groupId) => {
      if (groupId === 'none') return { groupId, errorCode: 69, errorMessage: 'Group none not found.' };
      const members = [{ memberId: 'm', memberAssignment: assignment }];
      const protocolType = groupId === 'connect' ? 'connect' : 'consumer';
      return { groupId, groupState: 'Stable', protocolType, protocolData: 'range', members };
    }),
  }));
  const cluster = openAdmin(new Map([['bootstrap.servers', `localhost:${broker.port}`]]), host);
  const groups = await describeConsumerGroups(cluster, ['new', 'old', 'none', 'connect']);
  const [modern, classic, none, connect] = ['new', 'old', 'none', 'connect'].map((id) => groups.get(id));
  assert.ok(modern !== undefined && !isError(modern) && modern.type === 'consumer' && modern.groupEpoch === 3);
  assert.ok(classic !== undefined && !isError(classic) && classic.type === 'classic' && classic.assignor === 'range');
  assert.deepEqual(classic.members[0]?.assignment, [{ topic: 't', partition: 4 }]);
  assert.ok(isError(none) && none.message === 'Group none not found.');
  assert.ok(isError(connect) && /connect is not a consumer group/.test(connect.message));
  assert.deepEqual(broker.named(describeGroupsApi)[0]?.groups, ['old', 'none', 'connect']);
  cluster.close();
});
