/**
 * Cycles of operations each of which read what the next one wrote (G1c, by reads alone: writes of transactions may lie
 * between one another in a log, so that the order of writes says nothing).
 *
 * @param readOf for each operation the operations whose writes it read, by their indexes
 * @returns one cycle of each knot of operations, as indexes
 */
export function readCycles(readOf: readonly ReadonlySet<number>[]): number[][] {
  const cycles: number[][] = [];
  const state = new Array<'new' | 'open' | 'done'>(readOf.length).fill('new');
  for (let first = 0; first < readOf.length; first++) {
    if (state[first] !== 'new') continue;
    // Depth first, with a path of our own: histories are longer than the stack is deep.
    const path = [{ at: first, next: [...(readOf[first] ?? [])] }];
    state[first] = 'open';
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.next.pop();
      if (next === undefined) {
        state[step.at] = 'done';
        path.pop();
      } else if (state[next] === 'open') {
        cycles.push(path.slice(path.findIndex(({ at }) => at === next)).map(({ at }) => at));
      } else if (state[next] === 'new') {
        state[next] = 'open';
        path.push({ at: next, next: [...(readOf[next] ?? [])] });
      }
    }
  }
  return cycles;
}
