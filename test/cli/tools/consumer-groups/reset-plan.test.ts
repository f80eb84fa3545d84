import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Fact,
  needsFact,
  type PartitionFacts,
  planReset,
  type Reset,
} from '../../../../src/cli/tools/consumer-groups/reset-plan.js';

const FACTS: PartitionFacts = { topic: 't', partition: 0, start: 10, end: 100, atTime: 55, committed: 40 };

function planned(reset: Reset, facts: Partial<PartitionFacts> = {}): { offset: number; notes: string[] } {
  const plan = planReset(reset, [{ ...FACTS, ...facts }]);
  const notes = plan.notes.map((note) =>
    note.is === 'empty' ? 'empty' : `${note.is} ${note.wanted} to ${note.taken}`,
  );
  return { offset: plan.offsets[0]?.newOffset as number, notes };
}

test('earliest, latest and current are where they are', () => {
  assert.deepEqual(planned({ to: 'earliest' }), { offset: 10, notes: [] });
  assert.deepEqual(planned({ to: 'latest' }), { offset: 100, notes: [] });
  assert.deepEqual(planned({ to: 'current' }), { offset: 40, notes: [] });
  assert.deepEqual(planned({ to: 'current' }, { committed: null }), { offset: 100, notes: [] });
  assert.deepEqual(
    planned({ to: 'current' }, { committed: 5 }),
    { offset: 5, notes: [] },
    'even where nothing is left',
  );
});

test('an offset that is not there becomes the nearer end', () => {
  assert.deepEqual(planned({ to: 'offset', offset: 50 }), { offset: 50, notes: [] });
  assert.deepEqual(planned({ to: 'offset', offset: 10 }), { offset: 10, notes: [] });
  assert.deepEqual(planned({ to: 'offset', offset: 100 }), { offset: 100, notes: [] });
  assert.deepEqual(planned({ to: 'offset', offset: 101 }), { offset: 100, notes: ['lowered 101 to 100'] });
  assert.deepEqual(planned({ to: 'offset', offset: 9 }), { offset: 10, notes: ['raised 9 to 10'] });
  assert.deepEqual(planned({ to: 'offset', offset: -3 }), { offset: 10, notes: ['raised -3 to 10'] });
});

test('a shift goes from what is committed, both ways, and no farther than the partition', () => {
  assert.deepEqual(planned({ to: 'shifted', by: 2 }), { offset: 42, notes: [] });
  assert.deepEqual(planned({ to: 'shifted', by: -2 }), { offset: 38, notes: [] });
  assert.deepEqual(planned({ to: 'shifted', by: -200 }), { offset: 10, notes: ['raised -160 to 10'] });
  assert.deepEqual(planned({ to: 'shifted', by: 200 }), { offset: 100, notes: ['lowered 240 to 100'] });
});

test('a shift by Long.MAX_VALUE overflows as in Java, unless nothing is added to it', () => {
  assert.equal(planned({ to: 'shifted', by: Number.POSITIVE_INFINITY }).offset, 10);
  assert.equal(planned({ to: 'shifted', by: Number.POSITIVE_INFINITY }, { committed: 0 }).offset, 100);
});

test('a partition without a committed offset cannot be shifted', () => {
  assert.throws(() => planned({ to: 'shifted', by: 1 }, { committed: null }), {
    name: 'NothingCommittedError',
    message: 'Cannot shift offset for partition t-0 since there is no current committed offset',
  });
});

test('a time is the first record that is no older, or the end where there is none', () => {
  assert.deepEqual(planned({ to: 'time', timeMs: 1 }), { offset: 55, notes: [] });
  assert.deepEqual(planned({ to: 'time', timeMs: 1 }, { atTime: -1 }), { offset: 100, notes: ['empty'] });
});

test('listed offsets are each for its own partition', () => {
  const offsets = new Map([
    ['t-0', 20],
    ['t-1', 999],
  ]);
  const plan = planReset({ to: 'listed', offsets }, [FACTS, { ...FACTS, partition: 1 }]);
  assert.deepEqual(plan.offsets, [
    { topic: 't', partition: 0, newOffset: 20 },
    { topic: 't', partition: 1, newOffset: 100 },
  ]);
});

test('no fact is asked for that is not needed', () => {
  const needed = (reset: Reset): string =>
    (['start', 'end', 'atTime', 'committed'] as Fact[]).filter((fact) => needsFact(reset, fact)).join(' ');
  assert.equal(needed({ to: 'earliest' }), 'start');
  assert.equal(needed({ to: 'latest' }), 'end');
  assert.equal(needed({ to: 'current' }), 'end committed');
  assert.equal(needed({ to: 'offset', offset: 1 }), 'start end');
  assert.equal(needed({ to: 'shifted', by: 1 }), 'start end committed');
  assert.equal(needed({ to: 'time', timeMs: 1 }), 'end atTime');
  assert.equal(needed({ to: 'listed', offsets: new Map() }), 'start end');
});
