import { describe, it } from 'node:test';
import { SeededRandom } from '../support/seeded-random.js';
import { seedsOf, stepsOf, withSeed } from './fault-options.js';
import { LogScript, type Promises, type ScriptOptions } from './log-script.js';
import { PlatterDisk } from './platter-disk.js';

const QUICK_SEEDS = 6;
const QUICK_STEPS = 45;
/** Of the starts after a power cut, so many lose the power once more before they are done. */
const SECOND_CUT_EVERY = 8;
const SECOND_CUTS = 4;

interface Cut {
  readonly disk: PlatterDisk;
  readonly promises: Promises;
}

/** Collects what a power cut would leave, at each change of the disk. */
class PowerCuts {
  private cuts: Cut[] = [];

  constructor(script: LogScript, random: SeededRandom) {
    script.disk.onChange = () => this.cuts.push({ disk: script.disk.afterCut(random), promises: script.promises() });
  }

  take(): Cut[] {
    const { cuts } = this;
    this.cuts = [];
    return cuts;
  }
}

function optionsOf(seed: number): ScriptOptions {
  return {
    truncates: seed % 3 === 2,
    log: {
      segmentBytes: 1500,
      indexIntervalBytes: 200,
      indexBytes: 240,
      flushMessages: seed % 2 === 0 ? Number.POSITIVE_INFINITY : 8,
      preallocate: seed % 4 === 3,
    },
  };
}

class PowerCutRound {
  private readonly seed: number;
  private readonly random: SeededRandom;
  private readonly options: ScriptOptions;
  private count = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = new SeededRandom(seed + 1_000_000);
    this.options = optionsOf(seed);
  }

  async run(): Promise<void> {
    const disk = new PlatterDisk();
    disk.makeDirectory('/logs');
    disk.syncNow('/');
    const script = new LogScript(disk, this.seed, this.options);
    const cuts = new PowerCuts(script, this.random);
    await script.open();
    const steps = stepsOf(QUICK_STEPS);
    for (let step = 0; step < steps; step++) {
      await script.step();
      for (const cut of cuts.take()) await this.startAfter(cut, script, `step ${step}, cut ${this.count++}`);
    }
  }

  /** Starts on what the cut left and looks at everything; now and then the power goes once more meanwhile. */
  private async startAfter(cut: Cut, script: LogScript, where: string, again = true): Promise<void> {
    const seed = this.random.below(1 << 30);
    const restarted = new LogScript(cut.disk, seed, this.options, script);
    restarted.holdTo(cut.promises);
    const found = cut.disk.listing();
    const cuts = again && this.count % SECOND_CUT_EVERY === 0 ? new PowerCuts(restarted, this.random) : null;
    try {
      await restarted.open();
      await restarted.checkAll();
      await restarted.goOn();
    } catch (cause) {
      throw new Error(`after the power cut at ${where}: ${(cause as Error).message}\nthe disk then held\n${found}`, {
        cause,
      });
    }
    restarted.abandon();
    const seconds = cuts?.take() ?? [];
    for (let count = Math.min(SECOND_CUTS, seconds.length); count > 0; count--) {
      const [second] = seconds.splice(this.random.below(seconds.length), 1) as [Cut];
      await this.startAfter(second, restarted, `${where}, and again`, false);
    }
  }
}

describe('power cuts at every write of a run', () => {
  for (const seed of seedsOf(QUICK_SEEDS)) {
    it(`seed ${seed}`, () => withSeed(seed, 'power-cut.test.js', () => new PowerCutRound(seed).run()));
  }
});
