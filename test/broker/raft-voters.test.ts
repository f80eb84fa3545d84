import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Reader } from '../../src/base/bytes.js';
import { addRaftVoterApi } from '../../src/protocol/generated/add-raft-voter.js';
import { apiVersionsApi } from '../../src/protocol/generated/api-versions.js';
import { describeQuorumApi } from '../../src/protocol/generated/describe-quorum.js';
import { removeRaftVoterApi } from '../../src/protocol/generated/remove-raft-voter.js';
import { updateFeaturesApi } from '../../src/protocol/generated/update-features.js';
import { readVotersRecord } from '../../src/protocol/generated/voters-record.js';
import * as header from '../../src/protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../src/protocol/records/batch-reader.js';
import { ControlRecordType, controlRecordType } from '../../src/protocol/records/control-records.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';
import type { MemoryDisk } from '../support/memory-disk.js';

const OTHER = 'AAAAAAAAAAUAAAAAAAAABw';
const LISTENERS = [{ name: 'CONTROLLER', host: 'localhost', port: 1 }];
const CLUSTER = 'MkU3OEVBNTcwNTJENDM2Qg';

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

it('voters come and go as with the one voter of Apache Kafka 4.3.1', async () => {
  const bed = await BrokerBed.start();
  const said = async (caller: ApiCaller, api: object, request: object): Promise<[number, string]> => {
    const { errorCode, errorMessage } = plain(await caller.call(api as never, 0, request));
    return [errorCode, errorMessage];
  };
  try {
    for (const port of [9092, 9093]) {
      const caller = await ApiCaller.open(bed.network, port);
      const add = (changes: object) =>
        said(caller, addRaftVoterApi, {
          ...{ clusterId: null, timeoutMs: 1000, voterId: 2, voterDirectoryId: OTHER, listeners: LISTENERS },
          ...changes,
        });
      const remove = (changes: object) =>
        said(caller, removeRaftVoterApi, { clusterId: null, voterId: 2, voterDirectoryId: OTHER, ...changes });
      const elsewhere = `The given id "bad" doesn't match the cluster id "${CLUSTER}"`;
      assert.deepEqual(await add({ clusterId: 'bad', voterId: -1 }), [104, elsewhere]);
      assert.deepEqual(await remove({ clusterId: 'bad' }), [104, elsewhere]);
      assert.deepEqual(await add({ voterId: -1 }), [42, "Add voter request didn't include a valid voter"]);
      assert.deepEqual(await remove({ voterDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAA' }), [
        42,
        "Remove voter request didn't include a valid voter",
      ]);
      assert.deepEqual(await add({ listeners: [{ name: 'FOO', host: 'x', port: 1 }] }), [
        42,
        "Add voter request didn't include the endpoint (Endpoints(endpoints={ListenerName(FOO)=x/<unresolved>:1})) for the default listener ListenerName(CONTROLLER)",
      ]);
      if (port === 9092) {
        const zero = 'because the kraft.version feature is 0';
        assert.deepEqual(await add({}), [35, `Cluster doesn't support adding voter ${zero}`]);
        assert.deepEqual(await remove({}), [35, `Cluster doesn't support removing voter ${zero}`]);
        await caller.call(updateFeaturesApi as never, 2, {
          featureUpdates: [{ feature: 'kraft.version', maxVersionLevel: 1, upgradeType: 1 }],
        });
      }
      const own = await voterDirectory(caller);
      const voters = `[ReplicaKey(id=1, directoryId=${own})]`;
      assert.deepEqual(await add({ voterId: 1 }), [
        126,
        `The voter id for ReplicaKey(id=1, directoryId=${OTHER}) is already part of the set of voters ${voters}.`,
      ]);
      const stranger = `ReplicaKey(id=2, directoryId=${OTHER})`;
      assert.deepEqual(await add({}), [7, `New voter ${stranger} is not ready to receive requests`]);
      assert.deepEqual(await remove({}), [127, `Cannot remove voter ${stranger} from the set of voters ${voters}`]);
      assert.deepEqual(await remove({ voterId: 1, voterDirectoryId: own }), [
        127,
        `Cannot remove voter ReplicaKey(id=1, directoryId=${own}) from the set of voters ${voters}`,
      ]);
      caller.close();
    }
  } finally {
    await bed.stop();
  }
});

it('a quorum that became a dynamic one stays one over a kill, and over a snapshot', async () => {
  const config = { 'metadata.log.max.record.bytes.between.snapshots': '500' };
  let bed = await BrokerBed.start(config);
  const first = await ApiCaller.open(bed.network, 9092);
  const update = { feature: 'kraft.version', maxVersionLevel: 1, upgradeType: 1 };
  await first.call(updateFeaturesApi as never, 2, { featureUpdates: [update], validateOnly: true });
  assert.deepEqual(await kraftLevel(first), []);
  await first.call(updateFeaturesApi as never, 2, { featureUpdates: [update] });
  assert.deepEqual(await kraftLevel(first), [1]);
  const own = await voterDirectory(first);
  assert.notEqual(own, 'AAAAAAAAAAAAAAAAAAAAAA');
  first.close();
  for (const topics of [0, 3]) {
    bed.disk.kill();
    const { disk } = bed;
    await bed.stop();
    bed = await BrokerBed.start(config, disk);
    const caller = await ApiCaller.open(bed.network, 9092);
    assert.deepEqual(await kraftLevel(caller), [1]);
    assert.equal(await voterDirectory(caller), own);
    for (let n = 0; n < topics; n++) await bed.createTopic(`t${n}`, 8);
    caller.close();
  }
  await bed.stop();
});

it('a voter of a dynamic quorum that moved writes its new address when it starts, and only then', async () => {
  const bed = await BrokerBed.start({}, undefined, {});
  const caller = await ApiCaller.open(bed.network, 9092);
  const update = { feature: 'kraft.version', maxVersionLevel: 1, upgradeType: 1 };
  await caller.call(updateFeaturesApi as never, 2, { featureUpdates: [update] });
  caller.close();
  await bed.stop();
  assert.deepEqual(voterPorts(bed.disk), [9093]);
  const moved = { listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9099' };
  for (let starts = 0; starts < 2; starts++) await (await BrokerBed.start(moved, bed.disk)).stop();
  assert.deepEqual(voterPorts(bed.disk), [9093, 9099]);
});

/** Of each record of voters in the log. */
function voterPorts(disk: MemoryDisk): number[] {
  const bytes = disk.readWhole('/a/__cluster_metadata-0/00000000000000000000.log');
  return [...batchStarts(bytes)]
    .filter((at) => header.isControl(header.attributes(bytes, at)))
    .flatMap((at) => readRecords(bytes, at))
    .filter(({ key }) => controlRecordType(key) === ControlRecordType.kraftVoters)
    .map(({ value }) => readVotersRecord(new Reader(value as Buffer), 0).voters[0]?.endpoints[0]?.port ?? -1);
}

async function voterDirectory(caller: ApiCaller): Promise<string> {
  const request = { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] };
  const answer = await caller.call(describeQuorumApi as never, 2, request);
  return plain(answer).topics[0].partitions[0].currentVoters[0].replicaDirectoryId;
}

async function kraftLevel(caller: ApiCaller): Promise<number[]> {
  const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
  const { finalizedFeatures } = plain(await caller.call(apiVersionsApi as never, 4, request));
  return finalizedFeatures
    .filter(({ name }: { name: string }) => name === 'kraft.version')
    .map(({ maxVersionLevel }: { maxVersionLevel: number }) => maxVersionLevel);
}
