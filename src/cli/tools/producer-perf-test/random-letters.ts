import type { Random } from '../../../base/host.js';

const [FIRST_LETTER, LETTERS] = [65, 26];
const PAIRS = LETTERS * LETTERS;

/**
 * Capital letters by chance, so that they compress as text does. Four of them are taken from one number of a generator
 * that is good for nothing else (xorshift of 32 bits): asked for one by one they would be most of a run's work.
 */
export class RandomLetters {
  readonly bytes: Buffer;
  private readonly words: Uint32Array;
  private readonly pairs = new Uint16Array(PAIRS);
  private state: number;

  /** @param sizeBytes the most that is renewed at once */
  constructor(sizeBytes: number, random: Random) {
    this.words = new Uint32Array(Math.ceil(sizeBytes / 4));
    this.bytes = Buffer.from(this.words.buffer, 0, sizeBytes);
    for (let pair = 0; pair < PAIRS; pair++) {
      this.pairs[pair] = FIRST_LETTER + Math.floor(pair / LETTERS) + ((FIRST_LETTER + (pair % LETTERS)) << 8);
    }
    this.state = 1 + Math.floor(random.fraction() * 0xffff_fffe);
  }

  /** Fills the first `sizeBytes` anew, and up to three more. */
  renew(sizeBytes: number): void {
    const { words, pairs } = this;
    const count = Math.ceil(sizeBytes / 4);
    let { state } = this;
    for (let at = 0; at < count; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const low = pairs[((state & 0xffff) * PAIRS) >>> 16] as number;
      words[at] = low | ((pairs[((state >>> 16) * PAIRS) >>> 16] as number) << 16);
    }
    this.state = state;
  }
}
