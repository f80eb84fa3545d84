import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';
import { type Answer, deliveries, locksAndFences, refusedRequests, ShareRequests } from './share-requests.js';

const PORT = 9092;
const ANSWERS = fileURLToPath(new URL('../../../test/fixtures/share/answers.jsonl', import.meta.url));
const SETTINGS = {
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '2',
  'group.share.min.record.lock.duration.ms': '1000',
};

const measured = new Map<string, Answer[]>();
for (const line of readFileSync(ANSWERS, 'utf8').trim().split('\n')) {
  const { list, step, answer } = JSON.parse(line);
  measured.set(list, [...(measured.get(list) ?? []), { step, answer }]);
}

let bed: BrokerBed | null = null;
const callers: ApiCaller[] = [];

async function open(): Promise<ApiCaller> {
  const caller = await ApiCaller.open((bed as BrokerBed).network, PORT);
  callers.push(caller);
  return caller;
}

async function begin(
  group: string,
  features?: Record<string, number>,
  settings: Record<string, string> = {},
): Promise<ShareRequests> {
  bed = await BrokerBed.start({ ...SETTINGS, ...settings }, undefined, features);
  const requests = new ShareRequests(await open(), group);
  await requests.topic('T', 't');
  await requests.topic('O', 'o', 2);
  return requests;
}

interface Responses {
  readonly responses: { readonly topicId: string; readonly partitions: { readonly partitionIndex: number }[] }[];
}

/** The order of topics and partitions says nothing. */
function sorted({ step, answer }: Answer): Answer {
  const { responses } = answer as Responses;
  for (const { partitions } of responses) partitions.sort((a, b) => a.partitionIndex - b.partitionIndex);
  responses.sort((a, b) => (a.topicId < b.topicId ? -1 : 1));
  return { step, answer };
}

function checkAnswers(list: string, { answers }: ShareRequests): void {
  const expected = measured.get(list) ?? [];
  assert.ok(expected.length > 10);
  for (const [index, answer] of answers.entries()) assert.deepEqual(sorted(answer), sorted(expected[index] as Answer));
  assert.equal(answers.length, expected.length);
}

afterEach(async () => {
  for (const caller of callers.splice(0)) caller.close();
  await bed?.stop();
  bed = null;
});

describe('ShareFetch and ShareAcknowledge answer as Apache Kafka 4.3.1', () => {
  it('where they refuse', async () => {
    const requests = await begin('g');
    await requests.produce('T', 5);
    await refusedRequests(requests);
    checkAnswers('refused', requests);
  });

  it('with records', async () => {
    const requests = await begin('g');
    await deliveries(requests);
    checkAnswers('deliveries', requests);
  });

  it('about locks and fences', async () => {
    const requests = await begin('g');
    await locksAndFences(requests, open);
    checkAnswers('locks', requests);
  });

  it('that there are no share groups where share.version is 0', async () => {
    const requests = await begin('g', { 'group.version': 1 });
    await requests.fetch('fetch', 'm', 0, { parts: { T: { 0: [] } } });
    await requests.acknowledge('acknowledge', 'm', 1);
    const codes = requests.answers.map(({ answer }) => (answer as { errorCode: number }).errorCode);
    assert.deepEqual(codes, [35, 35]);
  });
});

/** Records that an answer has, as first offset, last offset and delivery count. */
const acquired = ({ responses }: Awaited<ReturnType<ShareRequests['fetch']>>) =>
  responses.flatMap(({ partitions }) =>
    partitions.flatMap(({ acquiredRecords }) =>
      acquiredRecords.map(({ firstOffset, lastOffset, deliveryCount }) => [firstOffset, lastOffset, deliveryCount]),
    ),
  );

describe('A poll of a share group', () => {
  const at0 = { T: { 0: [] } };
  const LONG = { maxWaitMs: 20_000 };

  it('ends when records come in, and when others give theirs back', async () => {
    const requests = await begin('g');
    await requests.initialize('T');
    await requests.fetch('begins', 'm', 0, { parts: at0 });
    const producing = new ShareRequests(await open(), 'g');
    await producing.topic('T', 't');
    const waiting = requests.fetch('waits', 'm', 1, LONG);
    await producing.produce('T', 3);
    assert.deepEqual(acquired(await waiting), [[0, 2, 1]]);
    await producing.fetch('another begins', 'n', 0, { parts: at0 });
    const other = producing.fetch('another waits', 'n', 1, LONG);
    await requests.acknowledge('releases', 'm', 2, { parts: { T: { 0: [[0, 2, 2]] } } });
    assert.deepEqual(acquired(await other), [[0, 2, 2]]);
  });

  it('is not given what somebody else waits for, but the next one', async () => {
    const requests = await begin('g');
    await requests.initialize('T');
    const waiting: ReturnType<ShareRequests['fetch']>[] = [];
    for (const member of ['a', 'b', 'c']) {
      const own = new ShareRequests(await open(), 'g');
      await own.topic('T', 't');
      await own.fetch('begins', member, 0, { parts: at0 });
      waiting.push(own.fetch('waits', member, 1, { ...LONG, maxRecords: 1, shareAcquireMode: 1 }));
    }
    await requests.produce('T', 3);
    const ranges = (await Promise.all(waiting)).flatMap((response) => acquired(response));
    assert.deepEqual(
      ranges.sort((a, b) => (a[0] as number) - (b[0] as number)),
      [
        [0, 0, 1],
        [1, 1, 1],
        [2, 2, 1],
      ],
    );
  });

  it('leaves out aborted transactions where the group wants committed records alone', async () => {
    const requests = await begin('g');
    const producer = (bed as BrokerBed).producer({ 'transactional.id': 'tx' });
    await producer.initTransactions();
    const write = async (count: number, commits: boolean) => {
      producer.beginTransaction();
      for (let value = 0; value < count; value++) await producer.send('t', 0, null, Buffer.from('v'));
      await (commits ? producer.commitTransaction() : producer.abortTransaction());
    };
    await requests.produce('T', 2);
    await write(3, false);
    await requests.produce('T', 1);
    await write(2, true);
    await requests.configure({ 'share.auto.offset.reset': 'earliest', 'share.isolation.level': 'read_committed' });
    await requests.initialize('T');
    const ranges = acquired(await requests.fetch('begins', 'm', 0, { parts: at0, ...LONG }));
    // Markers are records to whoever acknowledges, as measured; clients say that there is none.
    assert.deepEqual(ranges, [
      [0, 1, 1],
      [5, 9, 1],
    ]);
    await requests.acknowledge('accepts', 'm', 1, { parts: { T: { 0: [[0, 1, 1]] } } });
    await requests.acknowledge('one that was aborted', 'm', 2, { parts: { T: { 0: [[2, 2, 1]] } } });
    const last = requests.answers[requests.answers.length - 1] as Answer;
    const { responses } = last.answer as { responses: { partitions: { errorCode: number }[] }[] };
    assert.equal(responses[0]?.partitions[0]?.errorCode, 0);
  });

  it('ends with an error when there are too many sessions', async () => {
    const sizes = { 'group.share.max.share.sessions': '1', 'group.share.max.size': '1' };
    const requests = await begin('g', undefined, sizes);
    await requests.fetch('one', 'a', 0);
    await requests.fetch('two', 'b', 0);
    const codes = requests.answers.map(({ answer }) => (answer as { errorCode: number }).errorCode);
    assert.deepEqual(codes, [0, 133]);
  });

  it('goes on after a restart where it was, without what was accepted', async () => {
    const requests = await begin('g');
    await requests.configure({ 'share.auto.offset.reset': 'earliest' });
    await requests.produce('T', 5);
    await requests.initialize('T');
    await requests.fetch('begins', 'm', 0, { parts: at0, ...LONG });
    await requests.acknowledge('accepts and releases', 'm', 1, { parts: { T: { 0: [[1, 3, 1, 2, 1]] } } });
    const { disk } = bed as BrokerBed;
    await bed?.stop();
    bed = await BrokerBed.start(SETTINGS, disk);
    const again = new ShareRequests(await open(), 'g');
    await again.topic('T', 't');
    const ranges = acquired(await again.fetch('again', 'm', 0, { parts: at0, ...LONG }));
    assert.deepEqual(ranges, [
      [0, 0, 1],
      [2, 2, 2],
      [4, 4, 1],
    ]);
  });
});
