import type { Io } from '../io.js';

/** Numbers as Java writes a double, within JSON. */
export class JsonDouble {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type EventValue = string | number | boolean | null | JsonDouble | readonly number[] | readonly EventFields[];
export interface EventFields {
  readonly [name: string]: EventValue;
}

/** Prints what happens as lines of JSON with its time and name first, as Kafka's verifiable clients do. */
export function printEvent(io: Io, name: string, fields: EventFields = {}): void {
  io.print(jsonOf({ timestamp: io.host.clock.nowMs(), name, ...fields }));
}

function jsonOf(value: EventValue | EventFields): string {
  if (value instanceof JsonDouble) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(name)}:${jsonOf(field)}`)
    .join(',')}}`;
}
