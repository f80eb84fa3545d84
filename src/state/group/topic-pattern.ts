import { RE2JS } from 're2js';
import type { MetadataImage } from '../metadata/image.js';

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

function compile(pattern: string): RE2JS | null {
  return patternProblem(pattern) === null ? RE2JS.compile(pattern) : null;
}
