import type { CharTest } from './properties.js';

/** How often a repetition tries: as much as it can, as little, or as much without giving any of it back. */
export type Greed = 'greedy' | 'lazy' | 'possessive';

/** A place in the text; both are code points, as the text is taken apart into them. */
export type PlaceTest = (text: readonly number[], at: number) => boolean;

/** A regular expression that was understood. */
export type RegexNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'branch'; readonly alternatives: readonly RegexNode[] }
  | { readonly kind: 'character'; readonly test: CharTest }
  | { readonly kind: 'place'; readonly test: PlaceTest }
  /** `\R`: a line break, which may be of two characters. */
  | { readonly kind: 'lineBreak' }
  /** `\X` */
  | { readonly kind: 'grapheme' }
  | { readonly kind: 'reference'; readonly group: number; readonly fold: (code: number) => number }
  /** `group` is its number, null where it captures nothing. */
  | { readonly kind: 'group'; readonly group: number | null; readonly body: RegexNode }
  /** `(?>...)` */
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  | { readonly kind: 'lookahead'; readonly isNegative: boolean; readonly body: RegexNode }
  | {
      readonly kind: 'lookbehind';
      readonly isNegative: boolean;
      readonly body: RegexNode;
      readonly least: number;
      readonly most: number;
    }
  | { readonly kind: 'optional'; readonly body: RegexNode; readonly greed: Greed }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly greed: Greed;
    };

export const UNBOUNDED = 0x7fff_ffff;
