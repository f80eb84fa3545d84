import { parseDurationMs } from '../../../config/iso-duration.js';
import type { Io } from '../../io.js';
import { uncaught } from '../../tool-error.js';
import { parseDatetime } from './datetime.js';
import { type GroupsOptions, groupsUsageError, RESETS } from './options.js';
import type { Reset } from './reset-plan.js';

/** Farther from now than Java's times reach. */
const MOST_MS = 31_556_889_864_403_200_000;

/** Where the options want partitions to be, but for --from-file. @throws ToolError, UsageError, OptionError */
export function chosenReset(options: GroupsOptions, io: Io): Reset {
  const offset = options.value('to-offset');
  if (offset !== null) return { to: 'offset', offset };
  if (options.has('to-earliest')) return { to: 'earliest' };
  if (options.has('to-latest')) return { to: 'latest' };
  if (options.has('to-current')) return { to: 'current' };
  const by = options.value('shift-by');
  if (by !== null) return { to: 'shifted', by };
  const datetime = options.value('to-datetime');
  if (datetime !== null) return { to: 'time', timeMs: parseDatetime(datetime) };
  const duration = options.value('by-duration');
  if (duration !== null) return { to: 'time', timeMs: timeBefore(duration, io.host.clock.nowMs()) };
  const names = RESETS.map((name) => `[${name}]`).join(', ');
  throw groupsUsageError(`Option '[reset-offsets]' requires one of the following scenarios: [${names}]`);
}

function timeBefore(duration: string, nowMs: number): number {
  const durationMs = parseDurationMs(duration);
  if (durationMs === null) {
    const told = `'${duration}' is no duration: it is written PnDTnHnMnS, as in P7D or PT1H30M`;
    throw uncaught('java.time.format.DateTimeParseException', told, 'Text cannot be parsed to a Duration');
  }
  const timeMs = nowMs - durationMs;
  if (Math.abs(timeMs) <= MOST_MS) return timeMs;
  throw uncaught('java.time.DateTimeException', 'Instant exceeds minimum or maximum instant');
}
