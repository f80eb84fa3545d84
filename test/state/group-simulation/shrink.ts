import { play } from './history.js';
import type { HistoryPlan } from './step.js';

/** The history without the steps that it does not need to be broken: first many at once, then one by one. */
export async function shrunk(plan: HistoryPlan): Promise<HistoryPlan> {
  let best = plan;
  for (let size = Math.ceil(plan.steps.length / 2); size >= 1; ) {
    let hasShrunk = false;
    for (let at = best.steps.length - size; at >= 0; at -= size) {
      const shorter = { ...best, steps: best.steps.filter((_, index) => index < at || index >= at + size) };
      if ((await play(shorter, null)) === null) continue;
      best = shorter;
      hasShrunk = true;
    }
    if (size > 1) size = Math.floor(size / 2);
    else if (!hasShrunk) break;
  }
  return best;
}
