import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FetchedPartition, type FetchPlan, FetchSessions } from '../../../src/state/fetch/fetch-sessions.js';

const partition = (index: number, fetchOffset = 0): FetchedPartition => ({
  topic: 't',
  topicId: '',
  partition: index,
  currentLeaderEpoch: -1,
  fetchOffset,
  lastFetchedEpoch: -1,
  maxBytes: 1000,
});

class Bed {
  readonly sessions: FetchSessions;
  nowMs = 0;
  private nextId = 1;

  constructor(maxSessions = 2) {
    this.sessions = new FetchSessions(maxSessions);
  }

  ask(
    sessionId: number,
    sessionEpoch: number,
    partitions: FetchedPartition[] = [],
    forgotten: FetchedPartition[] = [],
  ) {
    const request = { sessionId, sessionEpoch, usesTopicIds: false, partitions, forgotten };
    return this.sessions.resolve(request, this.nowMs, () => this.nextId++);
  }

  plan(...args: Parameters<Bed['ask']>): FetchPlan {
    const plan = this.ask(...args);
    assert.ok(typeof plan !== 'string', String(plan));
    return plan;
  }
}

const NOTHING = { hasRecords: false, hasError: false, highWatermark: 5, logStartOffset: 0 };
const indexes = ({ partitions }: FetchPlan) => partitions.map((one) => one.partition);

describe('a fetch session', () => {
  it('remembers partitions, takes changes and forgets', () => {
    const bed = new Bed();
    const { session, incremental } = bed.plan(0, 0, [partition(0), partition(1)]);
    assert.deepEqual([session?.id, incremental], [1, false]);
    assert.deepEqual(indexes(bed.plan(1, 1)), [0, 1]);
    const changed = bed.plan(1, 2, [partition(1, 7), partition(2)], [partition(0)]);
    assert.deepEqual(
      changed.partitions.map(({ partition: index, fetchOffset }) => [index, fetchOffset]),
      [
        [1, 7],
        [2, 0],
      ],
    );
  });

  it('checks id, epoch and the way of naming topics', () => {
    const bed = new Bed();
    bed.plan(0, 0, [partition(0)]);
    assert.equal(bed.ask(9, 1), 'FETCH_SESSION_ID_NOT_FOUND');
    assert.equal(bed.ask(1, 2), 'INVALID_FETCH_SESSION_EPOCH');
    const byId = { sessionId: 1, sessionEpoch: 1, usesTopicIds: true, partitions: [], forgotten: [] };
    assert.equal(
      bed.sessions.resolve(byId, 0, () => 5),
      'FETCH_SESSION_TOPIC_ID_ERROR',
    );
    bed.plan(1, -1);
    assert.equal(bed.ask(1, 1), 'FETCH_SESSION_ID_NOT_FOUND');
  });

  it('has the epoch begin again at 1 after the last', () => {
    const bed = new Bed();
    const { session } = bed.plan(0, 0, [partition(0)]);
    if (session !== null) session.epoch = 0x7fff_ffff;
    bed.plan(1, 0x7fff_ffff);
    bed.plan(1, 1);
  });

  it('names only partitions with news', () => {
    const bed = new Bed();
    const first = bed.plan(0, 0, [partition(0)]);
    assert.ok(bed.sessions.note(first, partition(0), NOTHING), 'the first response names all');
    const note = (epoch: number, news = {}) =>
      bed.sessions.note(bed.plan(1, epoch), partition(0), { ...NOTHING, ...news });
    assert.equal(note(1), false);
    assert.equal(note(2, { highWatermark: 6 }), true);
    assert.equal(note(3, { highWatermark: 6 }), false);
    assert.equal(note(4, { highWatermark: 6, logStartOffset: 2 }), true);
    assert.equal(note(5, { highWatermark: 6, logStartOffset: 2, hasError: true }), true);
    assert.equal(note(6, { highWatermark: 6, logStartOffset: 2 }), true, 'after an error');
    assert.equal(note(7, { highWatermark: 6, logStartOffset: 2, hasRecords: true }), true);
  });

  it('lets those wait that got records, so that each has its turn', () => {
    const bed = new Bed();
    const plan = bed.plan(0, 0, [partition(0), partition(1), partition(2)]);
    bed.sessions.note(plan, partition(0), { ...NOTHING, hasRecords: true });
    assert.deepEqual(indexes(bed.plan(1, 1)), [1, 2, 0]);
  });

  it('gives way to a new one when it was idle for long and there is no room', () => {
    const bed = new Bed(1);
    bed.plan(0, 0, [partition(0)]);
    bed.nowMs = 119_999;
    assert.equal(bed.plan(0, 0, [partition(0)]).session, null);
    bed.nowMs = 120_000;
    assert.notEqual(bed.plan(0, 0, [partition(0)]).session, null);
    assert.equal(bed.sessions.size, 1);
    assert.equal(bed.ask(1, 1), 'FETCH_SESSION_ID_NOT_FOUND');
  });

  it('is none for a client that wants none', () => {
    const bed = new Bed();
    assert.equal(bed.plan(0, -1, [partition(0)]).session, null);
    assert.equal(bed.sessions.size, 0);
  });
});
