import { matcherOf } from './java-regex/matcher.js';
import { parseRegex } from './java-regex/parser.js';

export { PatternSyntaxError } from './java-regex/syntax-error.js';

/**
 * A test of whole texts by a regular expression of java.util.regex, as `Pattern.matches` makes it. Where Java's
 * expressions and JavaScript's differ (possessive quantifiers, `\Q..\E`, intersections of classes, inline flags, unset
 * groups ...) it means what it means in Java. Characters beyond ASCII are known by their categories and scripts, but not
 * by their blocks and names: no topic is named with them.
 *
 * @throws PatternSyntaxError with Java's description
 */
export function javaRegex(pattern: string): (text: string) => boolean {
  return matcherOf(parseRegex(pattern));
}
