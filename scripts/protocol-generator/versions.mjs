// Version ranges: "3", "1-4", "2+", "none".

/** @typedef {{ lowest: number, highest: number }} Versions */

export const NONE = { lowest: 0, highest: -1 };

/** @param {string | undefined} text @returns {Versions} */
export function parseVersions(text) {
  if (text === undefined || text === 'none') return NONE;
  if (text.endsWith('+')) return { lowest: Number(text.slice(0, -1)), highest: Number.POSITIVE_INFINITY };
  const [lowest, highest = lowest] = text.split('-').map(Number);
  return { lowest: /** @type {number} */ (lowest), highest: /** @type {number} */ (highest) };
}

/** @param {Versions} a @param {Versions} b @returns {Versions} */
export function intersect(a, b) {
  const both = { lowest: Math.max(a.lowest, b.lowest), highest: Math.min(a.highest, b.highest) };
  return isEmpty(both) ? NONE : both;
}

/** @param {Versions} versions */
export const isEmpty = (versions) => versions.highest < versions.lowest;

/** The condition under which `version`, known to be in `known`, is in `versions`: 'true', 'false' or an expression.
 * @param {Versions} versions @param {Versions} known */
export function condition(versions, known) {
  const both = intersect(versions, known);
  if (isEmpty(both)) return 'false';
  const parts = [];
  if (both.lowest > known.lowest) parts.push(`version >= ${both.lowest}`);
  if (both.highest < known.highest) parts.push(`version <= ${both.highest}`);
  return parts.length === 0 ? 'true' : parts.join(' && ');
}

/** @param {string} test */
export function negate(test) {
  if (test === 'true') return 'false';
  if (test === 'false') return 'true';
  return `!(${test})`;
}
