import type { Io } from '../io.js';

/** What a client counts, as Kafka's tools print metrics; theirs have a hundred more. */
export function printMetrics(io: Io, group: string, clientId: string, counts: Readonly<Record<string, number>>): void {
  const rows = Object.entries(counts).map(
    ([name, value]) => [`${group}:${name}:{client-id=${clientId}}`, value.toFixed(3)] as const,
  );
  const width = Math.max('Metric Name'.length, ...rows.map(([name]) => name.length));
  io.print(`\n${'Metric Name'.padEnd(width)}   Value`);
  for (const [name, value] of rows) io.print(`${name.padEnd(width)} : ${value}`);
}
