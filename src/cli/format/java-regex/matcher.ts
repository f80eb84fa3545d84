/**
 * Matches by trying one way after the other, as Java does. A node becomes a function that is given where to begin and
 * what has to match behind it: so groups, references, look-around and possessive repetition mean what they mean in
 * Java, of which JavaScript's expressions lack some and have others with another meaning.
 */

import { lengthsOf } from './lengths.js';
import { graphemeEnd } from './places.js';
import { type RegexNode, UNBOUNDED } from './syntax-tree.js';

/** A try to match one text. */
interface Attempt {
  readonly text: readonly number[];
  /** Begin and end of what each group captured, by number. */
  readonly groups: (readonly [start: number, end: number] | undefined)[];
}

type Continuation = (at: number) => boolean;
type Step = (attempt: Attempt, at: number, then: Continuation) => boolean;

/** A test of whole texts. */
export function matcherOf(node: RegexNode): (text: string) => boolean {
  const step = stepOf(node, !hasReference(node));
  return (text) => {
    const codes = Array.from(text, (character) => character.codePointAt(0) as number);
    return step({ text: codes, groups: [] }, 0, (at) => at === codes.length);
  };
}

/** `remembers`: places where a repetition failed are not tried again, as nothing depends on what groups captured. */
function stepOf(node: RegexNode, remembers: boolean): Step {
  switch (node.kind) {
    case 'sequence':
      return sequenceStep(node.nodes.map((one) => stepOf(one, remembers)));
    case 'branch': {
      const steps = node.alternatives.map((one) => stepOf(one, remembers));
      return (attempt, at, then) => steps.some((step) => step(attempt, at, then));
    }
    case 'character':
      return ({ text }, at, then) => at < text.length && node.test(text[at] as number) && then(at + 1);
    case 'place':
      return ({ text }, at, then) => node.test(text, at) && then(at);
    case 'lineBreak':
      return lineBreakStep;
    case 'grapheme':
      return ({ text }, at, then) => at < text.length && then(graphemeEnd(text, at));
    case 'reference':
      return referenceStep(node.group, node.fold);
    case 'group':
      return groupStep(node.group, stepOf(node.body, remembers));
    case 'atomic':
      return atomicStep(stepOf(node.body, remembers));
    case 'lookahead': {
      const step = stepOf(node.body, remembers);
      return (attempt, at, then) => step(attempt, at, () => true) !== node.isNegative && then(at);
    }
    case 'lookbehind':
      return lookbehindStep(node, stepOf(node.body, remembers));
    case 'optional':
      return optionalStep(node, stepOf(node.body, remembers));
    case 'repeat':
      return repeatStep(node, remembers);
    default:
      return node satisfies never;
  }
}

function sequenceStep(steps: readonly Step[]): Step {
  const from = (index: number, attempt: Attempt, at: number, then: Continuation): boolean => {
    const step = steps[index];
    return step === undefined ? then(at) : step(attempt, at, (end) => from(index + 1, attempt, end, then));
  };
  return (attempt, at, then) => from(0, attempt, at, then);
}

const lineBreakStep: Step = ({ text }, at, then) => {
  const code = text[at];
  if (code === undefined) return false;
  if (code === 0x0d) return (text[at + 1] === 0x0a && then(at + 2)) || then(at + 1);
  const isBreak = (code >= 0x0a && code <= 0x0c) || code === 0x85 || code === 0x2028 || code === 0x2029;
  return isBreak && then(at + 1);
};

/** What a group captured, once more; no match where it captured nothing yet. */
function referenceStep(group: number, fold: (code: number) => number): Step {
  return ({ text, groups }, at, then) => {
    const captured = groups[group];
    if (captured === undefined) return false;
    const [start, end] = captured;
    for (let index = start; index < end; index++) {
      const there = text[at + index - start];
      if (there === undefined || fold(there) !== fold(text[index] as number)) return false;
    }
    return then(at + end - start);
  };
}

function groupStep(group: number | null, body: Step): Step {
  if (group === null) return body;
  return (attempt, at, then) =>
    body(attempt, at, (end) => {
      const before = attempt.groups[group];
      attempt.groups[group] = [at, end];
      if (then(end)) return true;
      attempt.groups[group] = before;
      return false;
    });
}

/** The end of the first way that matches, -1 without one; other ways are not tried any more. */
function firstEnd(step: Step, attempt: Attempt, at: number): number {
  let end = -1;
  step(attempt, at, (there) => {
    end = there;
    return true;
  });
  return end;
}

function atomicStep(body: Step): Step {
  return (attempt, at, then) => {
    const end = firstEnd(body, attempt, at);
    return end >= 0 && then(end);
  };
}

function lookbehindStep(node: RegexNode & { kind: 'lookbehind' }, body: Step): Step {
  const { least, most, isNegative } = node;
  return (attempt, at, then) => {
    const farthest = Math.max(at - most, 0);
    let isFound = false;
    for (let start = at - least; !isFound && start >= farthest; start--) {
      isFound = body(attempt, start, (end) => end === at);
    }
    return isFound !== isNegative && then(at);
  };
}

function optionalStep({ greed }: RegexNode & { kind: 'optional' }, body: Step): Step {
  if (greed === 'greedy') return (attempt, at, then) => body(attempt, at, then) || then(at);
  if (greed === 'lazy') return (attempt, at, then) => then(at) || body(attempt, at, then);
  return (attempt, at, then) => {
    const end = firstEnd(body, attempt, at);
    return then(end >= 0 ? end : at);
  };
}

function repeatStep(node: RegexNode & { kind: 'repeat' }, remembers: boolean): Step {
  const { body, greed } = node;
  if (greed === 'possessive') return possessiveStep(node, stepOf(body, remembers));
  if (body.kind !== 'group') return fixedStep(node, null, stepOf(body, remembers));
  if (lengthsOf(body).isFixed) return fixedStep(node, body.group, stepOf(body.body, remembers));
  return loopStep(node, stepOf(body, remembers), remembers);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly greed: string;
}

/** Each time the first way that matches; none is given back. */
function possessiveStep({ least, most }: Bounds, body: Step): Step {
  return (attempt, at, then) => {
    let end = at;
    for (let count = 0; count < most; count++) {
      const next = firstEnd(body, attempt, end);
      if (next < 0 && count < least) return false;
      if (next < 0) break;
      const isStuck = next === end && count >= least;
      end = next;
      if (isStuck) break;
    }
    return then(end);
  };
}

/** A body that can match in one way only: nothing within it is tried again. A last match of nothing captures nothing. */
function fixedStep({ least, most, greed }: Bounds, group: number | null, body: Step): Step {
  const capture = (attempt: Attempt, captured: readonly [number, number] | undefined): void => {
    if (group !== null) attempt.groups[group] = captured;
  };
  const more = (attempt: Attempt, at: number, count: number, then: Continuation): boolean => {
    if (greed === 'lazy' && then(at)) return true;
    const end = count < most ? firstEnd(body, attempt, at) : -1;
    if (end > at) {
      const before = group === null ? undefined : attempt.groups[group];
      capture(attempt, [at, end]);
      if (more(attempt, end, count + 1, then)) return true;
      capture(attempt, before);
    }
    return greed === 'greedy' && then(at);
  };
  return (attempt, at, then) => {
    const before = group === null ? undefined : attempt.groups[group];
    let end = at;
    for (let count = 0; count < least; count++) {
      const next = firstEnd(body, attempt, end);
      if (next < 0) {
        capture(attempt, before);
        return false;
      }
      capture(attempt, [end, next]);
      end = next;
    }
    if (more(attempt, end, least, then)) return true;
    capture(attempt, before);
    return false;
  };
}

/** A match of nothing ends the repetition, whatever the count. */
function loopStep({ least, most, greed }: Bounds, body: Step, remembers: boolean): Step {
  const isLazy = greed === 'lazy';
  const iterate = (attempt: Attempt, at: number, count: number, then: Continuation, failed: Set<number>): boolean =>
    body(attempt, at, (end) => {
      if (end === at) return then(end);
      if (count < least) return iterate(attempt, end, count + 1, then, failed);
      if (isLazy && then(end)) return true;
      if (count < most && !failed.has(end)) {
        if (iterate(attempt, end, count + 1, then, failed)) return true;
        if (remembers && most === UNBOUNDED) failed.add(end);
      }
      return !isLazy && then(end);
    });
  return (attempt, at, then) => {
    if (least > 0) return iterate(attempt, at, 1, then, new Set());
    if (isLazy && then(at)) return true;
    return (most > 0 && iterate(attempt, at, 1, then, new Set())) || (!isLazy && then(at));
  };
}

function hasReference(node: RegexNode): boolean {
  switch (node.kind) {
    case 'reference':
      return true;
    case 'sequence':
      return node.nodes.some(hasReference);
    case 'branch':
      return node.alternatives.some(hasReference);
    default:
      return 'body' in node && hasReference(node.body);
  }
}
