import type { ShareStateBatch } from './share-state.js';

const UNKNOWN_START = -1;

/**
 * Puts batches together so that none overlap: of two states of a record the one with more deliveries counts, then the
 * one with the higher number (available, acknowledged, archived). Neighbours in the same state become one, and what lies
 * before the start goes.
 *
 * Which of the neighbours are joined is part of what clients and the log see, so it follows Kafka's way of working: from
 * low offsets to high, two at a time, what two leave being looked at again.
 *
 * @param startOffset -1 keeps all
 * @returns in the order of their offsets; a new array
 */
export function combineBatches(
  soFar: readonly ShareStateBatch[],
  added: readonly ShareStateBatch[],
  startOffset: number,
): ShareStateBatch[] {
  const pending: ShareStateBatch[] = [];
  for (const batch of soFar) takeFrom(startOffset, batch, pending);
  for (const batch of added) takeFrom(startOffset, batch, pending);
  // The lowest is the last one, where taking out and putting back are cheap.
  pending.sort((a, b) => order(b, a));
  const combined: ShareStateBatch[] = [];
  let current = pending.pop();
  while (current !== undefined) {
    const next = pending.pop();
    if (next === undefined || !meet(current, next)) {
      combined.push(current);
      current = next;
    } else {
      for (const part of joined(current, next)) putBack(pending, part);
      current = pending.pop();
    }
  }
  return combined;
}

/** A batch that ends before it begins has no records. Kafka keeps such a one, and may never come to an end over it. */
function takeFrom(startOffset: number, batch: ShareStateBatch, into: ShareStateBatch[]): void {
  if (batch.lastOffset < batch.firstOffset) return;
  if (startOffset === UNKNOWN_START || batch.firstOffset >= startOffset) into.push(batch);
  else if (batch.lastOffset >= startOffset) into.push(between(startOffset, batch.lastOffset, batch));
}

/** What becomes of two that meet, `next` beginning no earlier. */
function joined(current: ShareStateBatch, next: ShareStateBatch): ShareStateBatch[] {
  const rank = compareStates(next, current);
  if (rank === 0) return [between(current.firstOffset, Math.max(current.lastOffset, next.lastOffset), current)];
  const parts: ShareStateBatch[] = [];
  if (rank < 0) {
    parts.push(current);
    if (next.lastOffset > current.lastOffset) parts.push(between(current.lastOffset + 1, next.lastOffset, next));
    return parts;
  }
  if (current.firstOffset < next.firstOffset) parts.push(between(current.firstOffset, next.firstOffset - 1, current));
  parts.push(next);
  if (next.lastOffset < current.lastOffset) parts.push(between(next.lastOffset + 1, current.lastOffset, current));
  return parts;
}

const meet = (current: ShareStateBatch, next: ShareStateBatch): boolean =>
  next.firstOffset <= current.lastOffset ||
  (next.firstOffset === current.lastOffset + 1 && compareStates(current, next) === 0);

const between = (firstOffset: number, lastOffset: number, { deliveryState, deliveryCount }: ShareStateBatch) => ({
  firstOffset,
  lastOffset,
  deliveryState,
  deliveryCount,
});

const compareStates = (a: ShareStateBatch, b: ShareStateBatch): number =>
  a.deliveryCount - b.deliveryCount || a.deliveryState - b.deliveryState;

const order = (a: ShareStateBatch, b: ShareStateBatch): number =>
  a.firstOffset - b.firstOffset || a.lastOffset - b.lastOffset || compareStates(a, b);

function putBack(pending: ShareStateBatch[], batch: ShareStateBatch): void {
  let at = pending.length;
  while (at > 0 && order(pending[at - 1] as ShareStateBatch, batch) < 0) at--;
  pending.splice(at, 0, batch);
}
