/** What kafka-doctor looks at, in order. */
export type Check =
  | 'name'
  | 'port'
  | 'tls'
  | 'login'
  | 'versions'
  | 'cluster'
  | 'advertised'
  | 'controller'
  | 'partitions'
  | 'topic'
  | 'round trip'
  | 'kafkajs'
  | 'clock';

/** `skipped`: something before it failed, or there is nothing to look at. */
export type Status = 'ok' | 'warning' | 'failed' | 'skipped';

/** One thing that was looked at. */
export interface Finding {
  readonly check: Check;
  /** An address, a broker, a topic; null for the cluster as a whole. */
  readonly subject: string | null;
  readonly status: Status;
  /** What was found. */
  readonly detail: string;
  /** What to change; null where there is nothing. */
  readonly advice: string | null;
}

/** What `--output json` says of a finding. */
export const FINDING_SCHEMA = {
  title: 'kafka-doctor',
  type: 'object',
  required: ['check', 'subject', 'status', 'detail', 'advice'],
  additionalProperties: false,
  properties: {
    check: {
      enum: [
        ...['name', 'port', 'tls', 'login', 'versions', 'cluster', 'advertised', 'controller', 'partitions'],
        ...['topic', 'round trip', 'kafkajs', 'clock'],
      ],
    },
    subject: { type: ['string', 'null'], description: 'an address, a broker or a topic; null for the cluster' },
    status: { enum: ['ok', 'warning', 'failed', 'skipped'] },
    detail: { type: 'string', description: 'what was found' },
    advice: { type: ['string', 'null'], description: 'what to change' },
  },
} as const;

/** Collects what is found. */
export class Findings {
  readonly all: Finding[] = [];

  ok(check: Check, subject: string | null, detail: string): void {
    this.add(check, subject, 'ok', detail, null);
  }

  warning(check: Check, subject: string | null, detail: string, advice: string): void {
    this.add(check, subject, 'warning', detail, advice);
  }

  failed(check: Check, subject: string | null, detail: string, advice: string): void {
    this.add(check, subject, 'failed', detail, advice);
  }

  skipped(check: Check, subject: string | null, detail: string): void {
    this.add(check, subject, 'skipped', detail, null);
  }

  get failedCount(): number {
    return this.all.filter(({ status }) => status === 'failed').length;
  }

  private add(check: Check, subject: string | null, status: Status, detail: string, advice: string | null): void {
    this.all.push({ check, subject, status, detail, advice });
  }
}
