import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LeaderEpochs } from '../../src/storage/leader-epochs.js';

const of = (...entries: [number, number][]): LeaderEpochs =>
  new LeaderEpochs(entries.map(([epoch, startOffset]) => ({ epoch, startOffset })));
const told = (epochs: LeaderEpochs): [number, number][] =>
  epochs.all.map(({ epoch, startOffset }) => [epoch, startOffset]);

describe('LeaderEpochs', () => {
  it('replaces an epoch in which nothing was written', () => {
    const epochs = of([0, 0], [2, 24]);
    assert.equal(epochs.assign(4, 24), true);
    assert.deepEqual(told(epochs), [
      [0, 0],
      [4, 24],
    ]);
    assert.equal(epochs.assign(4, 30), false, 'it has begun already');
  });

  it('drops what a new entry contradicts', () => {
    const epochs = of([0, 0], [2, 10], [3, 20]);
    epochs.assign(2, 5);
    assert.deepEqual(told(epochs), [
      [0, 0],
      [2, 5],
    ]);
    epochs.assign(9, 0);
    assert.deepEqual(told(epochs), [[9, 0]]);
  });

  it('tells where an epoch ended', () => {
    const epochs = of([2, 10], [4, 20], [7, 30]);
    const end = (epoch: number): [number, number] => {
      const { epoch: found, endOffset } = epochs.endOffsetFor(epoch, 40);
      return [found, endOffset];
    };
    assert.deepEqual(end(7), [7, 40]);
    assert.deepEqual(end(4), [4, 30]);
    assert.deepEqual(end(5), [4, 30]);
    assert.deepEqual(end(1), [1, 10], 'below all that are known');
    assert.deepEqual(end(8), [-1, -1], 'above all that are known');
    assert.deepEqual(end(-1), [-1, -1]);
    assert.deepEqual(of().endOffsetFor(0, 0), { epoch: -1, endOffset: -1 });
  });

  it('follows the log when it is cut', () => {
    const epochs = of([0, 0], [2, 10], [4, 20]);
    assert.equal(epochs.truncateFromEnd(21), false);
    assert.equal(epochs.truncateFromEnd(20), true);
    assert.deepEqual(told(epochs), [
      [0, 0],
      [2, 10],
    ]);
    assert.equal(epochs.truncateFromStart(0), false);
    assert.equal(epochs.truncateFromStart(5), true);
    assert.deepEqual(told(epochs), [
      [0, 5],
      [2, 10],
    ]);
    assert.equal(epochs.truncateFromStart(12), true);
    assert.deepEqual(told(epochs), [[2, 12]]);
    assert.equal(epochs.truncateFromStart(3), false, 'the first epoch begins above');
    assert.equal(epochs.clear(), true);
    assert.equal(epochs.latest, null);
  });
});
