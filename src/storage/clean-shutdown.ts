/** `.kafka_cleanshutdown`, the last thing that a clean stop writes: all logs of the directory are whole. */
export const CLEAN_SHUTDOWN_FILE = '.kafka_cleanshutdown';
const UNKNOWN_EPOCH = -1;

/** @param brokerEpoch the one of the last registration, -1 when there was none */
export function encodeCleanShutdown(brokerEpoch: number): string {
  return JSON.stringify({ version: 0, brokerEpoch });
}

/** The broker epoch in the marker; -1 when it cannot be read. That there is a marker alone makes the stop a clean one. */
export function decodeCleanShutdown(text: string): number {
  try {
    const { brokerEpoch } = JSON.parse(text) as { brokerEpoch?: unknown };
    return Number.isSafeInteger(brokerEpoch) ? (brokerEpoch as number) : UNKNOWN_EPOCH;
  } catch {
    return UNKNOWN_EPOCH;
  }
}
