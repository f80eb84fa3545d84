import { RE2JS } from 're2js';
import type { MetadataImage } from '../../metadata/image.js';

/** Topics whose whole name matches a pattern in RE2's syntax, as the broker takes it (KIP-848). */
export function topicsMatching(pattern: string, image: MetadataImage): string[] {
  const compiled = compile(pattern);
  if (compiled === null) return [];
  return [...image.topics.keys()].filter((name) => compiled.matches(name));
}

export function patternProblem(pattern: string): string | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Every heartbeat asks for the patterns of all members again, and compiling is slow. */
function compile(pattern: string): RE2JS | null {
  const known = compiledPatterns.get(pattern);
  if (known !== undefined) return known;
  const compiled = patternProblem(pattern) === null ? RE2JS.compile(pattern) : null;
  if (compiledPatterns.size >= MOST_PATTERNS) compiledPatterns.clear();
  compiledPatterns.set(pattern, compiled);
  return compiled;
}

const MOST_PATTERNS = 1000;
const compiledPatterns = new Map<string, RE2JS | null>();
