/**
 * How long content that is given out is good for: `kept` as long as it is held, `passing` until the next call of a
 * codec, as it lies in memory that is used again. A broker that validates one batch after the other would otherwise
 * spend a quarter of its time collecting what it looked at once.
 */
export type Lifetime = 'kept' | 'passing';
