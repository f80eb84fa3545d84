import type { ConsumerGroup } from '../../../client/admin/describe-groups.js';
import type { Tone } from '../../format/color.js';
import type { Table } from '../../format/report.js';

/** What a group's state means to its reader: nobody reads, or nobody for the moment. */
export function stateTone(state: string): Tone | null {
  switch (state) {
    case 'Stable':
      return 'good';
    case 'Dead':
      return 'bad';
    case '':
      return null;
    default:
      return 'warning';
  }
}

/** The line above the table of a group. */
export function groupTitle({ groupId, state }: ConsumerGroup): Pick<Table, 'title' | 'titleTone'> {
  const tone = stateTone(state);
  return { title: `Group ${groupId}: ${state}`, titleTone: tone === 'good' ? 'heading' : tone };
}

/** A group that has read all is where it should be. */
export function lagTone(lag: number | null): Tone | null {
  if (lag === null) return 'muted';
  return lag > 0 ? 'warning' : 'good';
}
