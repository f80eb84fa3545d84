/**
 * How long what an expression matches can be, which a look-behind has to know beforehand. Java's own reckoning, with
 * its limits and 32-bit overflow, as it decides which look-behinds are refused.
 */
import { type RegexNode, UNBOUNDED } from './syntax-tree.js';

export interface Lengths {
  least: number;
  most: number;
  /** There is a longest match. */
  isBounded: boolean;
  /** There is one way to match at most: such a group is repeated without being entered again. */
  isFixed: boolean;
}

const ARBITRARY_LARGE = 0x0fff_ffff;

export function lengthsOf(node: RegexNode): Lengths {
  const lengths = none();
  add(node, lengths);
  return lengths;
}

function none(): Lengths {
  return { least: 0, most: 0, isBounded: true, isFixed: true };
}

function add(node: RegexNode, into: Lengths): void {
  switch (node.kind) {
    case 'sequence':
      for (const one of node.nodes) add(one, into);
      break;
    case 'branch':
      addBranch(node.alternatives, into);
      break;
    case 'character':
      grow(into, 1, 1);
      break;
    case 'lineBreak':
      grow(into, 1, 2);
      break;
    case 'grapheme':
      grow(into, 1, 0);
      into.isFixed = false;
      break;
    case 'reference':
      into.isBounded = false;
      break;
    case 'group':
    case 'atomic':
      add(node.body, into);
      break;
    case 'optional':
      addOptional(node, into);
      break;
    case 'repeat':
      addRepeat(node, into);
      break;
    case 'place':
    case 'lookahead':
    case 'lookbehind':
      break;
    default:
      node satisfies never;
  }
}

function grow(into: Lengths, least: number, most: number): void {
  into.least = (into.least + least) | 0;
  into.most = (into.most + most) | 0;
}

function addBranch(alternatives: readonly RegexNode[], into: Lengths): void {
  const all = alternatives.map(lengthsOf);
  grow(into, Math.min(...all.map(({ least }) => least)), Math.max(-1, ...all.map(({ most }) => most)));
  into.isBounded &&= all.every(({ isBounded }) => isBounded);
  into.isFixed = false;
}

function addOptional(node: RegexNode & { kind: 'optional' }, into: Lengths): void {
  if (node.body.kind === 'group' && node.greed !== 'possessive') {
    const { least, most, isBounded } = lengthsOf(node.body);
    grow(into, Math.min(0, least), Math.max(0, most));
    into.isBounded &&= isBounded;
  } else {
    const { least } = into;
    add(node.body, into);
    into.least = least;
  }
  into.isFixed = false;
}

function addRepeat(node: RegexNode & { kind: 'repeat' }, into: Lengths): void {
  const { body, least, most, greed } = node;
  const inner = lengthsOf(body);
  if (body.kind === 'group' && greed !== 'possessive' && !inner.isFixed) {
    into.isBounded = false;
    into.isFixed = false;
    return;
  }
  if (body.kind === 'character' && greed === 'greedy' && most === UNBOUNDED) {
    into.least = (into.least + least) | 0;
    if (into.isBounded) into.most = (into.most + UNBOUNDED) | 0;
    into.isFixed = false;
    return;
  }
  const leastSum = (Math.imul(inner.least, least) + into.least) | 0;
  into.least = leastSum < into.least ? ARBITRARY_LARGE : leastSum;
  into.isBounded &&= inner.isBounded;
  if (into.isBounded) {
    const mostSum = (Math.imul(inner.most, most) + into.most) | 0;
    if (mostSum < into.most) into.isBounded = false;
    into.most = mostSum;
  }
  into.isFixed &&= inner.isFixed && least === most;
}
