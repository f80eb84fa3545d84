import type { Clock } from '../../../base/host.js';
import { ClientClosedError } from '../../../client/client-errors.js';
import type { Cluster } from '../../../client/cluster.js';
import { withAdmin } from '../../connect-to.js';
import { withVariables } from '../../format/color.js';
import { type Report, reportText } from '../../format/report.js';
import { TerminalScreen } from '../../format/terminal-screen.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { describedGroups } from './describe.js';
import { LagMeter } from './lag-meter.js';
import { chosenGroups } from './list.js';
import { offsetRows } from './offset-rows.js';
import type { GroupsOptions } from './options.js';
import type { Shown } from './output.js';
import { type WatchedGroup, watchReport } from './watch-report.js';

const INTERVAL_SECONDS = 2;
const LEAST_SECONDS = 0.1;
/** Lines of a table that are no rows: title, headings, rules, and what is said below. */
const FRAME_LINES = 8;

/** --describe --watch: looks again and again until it is told to stop. @throws ToolError, KafkaError */
export async function watchGroups(
  properties: Map<string, string>,
  options: GroupsOptions,
  shown: Shown,
): Promise<number> {
  const intervalMs = intervalOf(options) * 1000;
  // What is drawn here is all that a person needs to see of the waiting.
  const quiet = withVariables(shown.io, { TERM: 'dumb' });
  const stop = new Stop(shown.io);
  return withAdmin(quiet, properties, async (admin) => {
    stop.onSet(() => admin.close());
    const watch = new Watch(admin, options, shown, intervalMs);
    try {
      await watch.run(stop);
      return 0;
    } catch (error) {
      if (stop.isSet && error instanceof ClientClosedError) return 0;
      throw error;
    } finally {
      watch.close();
    }
  });
}

function intervalOf(options: GroupsOptions): number {
  const text = options.value('watch');
  if (text === null) return INTERVAL_SECONDS;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds >= LEAST_SECONDS) return seconds;
  throw new ToolError(`--watch takes seconds, ${LEAST_SECONDS} or more, and not '${text}'`);
}

/** That the tool was told to stop. */
class Stop {
  isSet = false;
  private readonly clock: Clock;
  private readonly callbacks: (() => void)[] = [];
  private wake = (): void => undefined;

  constructor(io: Io) {
    this.clock = io.host.clock;
    io.onStop(() => {
      this.isSet = true;
      for (const callback of this.callbacks) callback();
      this.wake();
    });
  }

  onSet(callback: () => void): void {
    this.callbacks.push(callback);
  }

  /** Waits for some time, or until then. */
  wait(delayMs: number): Promise<void> {
    if (this.isSet) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(delayMs, resolve);
      this.wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

class Watch {
  private readonly admin: Cluster;
  private readonly options: GroupsOptions;
  private readonly shown: Shown;
  private readonly intervalMs: number;
  private readonly screen: TerminalScreen | null;
  private readonly meters = new Map<string, LagMeter>();
  private last: { groups: readonly WatchedGroup[]; timeMs: number } | null = null;
  private notice = '';
  private seen = '';
  private count = 0;
  private isClosed = false;

  constructor(admin: Cluster, options: GroupsOptions, shown: Shown, intervalMs: number) {
    this.admin = admin;
    this.options = options;
    this.shown = shown;
    this.intervalMs = intervalMs;
    const { stdout } = shown.io;
    this.screen = shown.format === 'table' && stdout.isTerminal ? new TerminalScreen(stdout) : null;
    stdout.onResize?.(() => void this.redraw());
  }

  async run(stop: Stop): Promise<void> {
    const { clock } = this.shown.io.host;
    // Whoever presses Ctrl-C twice must not be left with a screen that is not theirs.
    stop.onSet(() => this.close());
    while (!stop.isSet && !this.shown.io.stdout.isBroken) {
      const startMs = clock.monotonicMs();
      await this.round(stop);
      await stop.wait(Math.max(0, this.intervalMs - (clock.monotonicMs() - startMs)));
    }
  }

  /** The first round has to succeed; later the cluster may come and go. */
  private async round(stop: Stop): Promise<void> {
    try {
      const groups = await this.look();
      this.notice = '';
      this.last = { groups, timeMs: this.shown.io.host.clock.nowMs() };
      if (!stop.isSet) await this.show();
    } catch (error) {
      if (stop.isSet || this.last === null || !(error instanceof Error) || error instanceof TypeError) throw error;
      this.notice = error.message;
      if (this.screen === null) this.shown.io.printError(error.message);
      else await this.redraw();
    }
  }

  private async look(): Promise<WatchedGroup[]> {
    const watched: WatchedGroup[] = [];
    for (const group of await describedGroups(this.admin, await chosenGroups(this.admin, this.options))) {
      const positions = await offsetRows(this.admin, group);
      const meter = this.meters.get(group.groupId) ?? new LagMeter();
      this.meters.set(group.groupId, meter);
      watched.push({ group, round: meter.add(this.shown.io.host.clock.monotonicMs(), positions) });
    }
    return watched;
  }

  private async show(): Promise<void> {
    if (this.screen !== null) return this.redraw();
    const { io, format } = this.shown;
    const report = this.report(null);
    if (format === 'json') {
      for (const row of report.rows) io.stdout.write(`${this.count++ === 0 ? '[\n' : ',\n'}${JSON.stringify(row)}`);
    } else io.stdout.write(`${await reportText(report, format, io)}${format === 'table' ? '\n' : ''}`);
  }

  private report(mostLines: number | null): Report {
    const { groups, timeMs } = this.last ?? { groups: [], timeMs: 0 };
    return watchReport(groups, timeMs, mostLines);
  }

  private async redraw(): Promise<void> {
    const { screen, last } = this;
    if (screen === null || last === null) return;
    const room = Math.floor(screen.rows / Math.max(1, last.groups.length)) - FRAME_LINES;
    const text = await reportText(this.report(Math.max(1, room)), 'table', this.shown.io);
    const hint = `Every ${this.intervalMs / 1000} s. Ctrl-C ends.`;
    if (this.isClosed) return;
    this.seen = text;
    screen.draw(`${text}\n${this.notice === '' ? hint : `${this.notice}\n${hint}`}\n`);
  }

  /** Gives the terminal back; what was seen last stays there. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.screen !== null) {
      this.screen.close();
      this.shown.io.stdout.write(this.seen);
    }
    if (this.shown.format === 'json') this.shown.io.stdout.write(this.count === 0 ? '[]\n' : '\n]\n');
  }
}
