import { type JoptOptions, type JoptTool, joptError } from './jopt.js';
import type { OptionRows } from './option-rows.js';

/** The checks that Kafka's tools make of their options, with Kafka's messages. Each throws a UsageError. */
export class JoptChecks<Rows extends OptionRows> {
  private readonly tool: JoptTool<Rows>;
  private readonly options: JoptOptions<Rows>;

  constructor(tool: JoptTool<Rows>, options: JoptOptions<Rows>) {
    this.tool = tool;
    this.options = options;
  }

  fail(message: string): never {
    throw joptError(this.tool, message);
  }

  require(...names: (keyof Rows & string)[]): void {
    for (const name of names) {
      if (!this.options.has(name)) this.fail(`Missing required argument "[${name}]"`);
    }
  }

  /** `used` must not be given together with any of the others. */
  forbidWith(used: keyof Rows & string, others: readonly (keyof Rows & string)[]): void {
    if (!this.options.has(used)) return;
    for (const other of others) {
      if (this.options.has(other)) this.fail(`Option "[${used}]" can't be used with option "[${other}]"`);
    }
  }

  /** All of `used` together must not be given with any of the others. */
  forbidSetWith(
    used: readonly (keyof Rows & string)[],
    others: readonly (keyof Rows & string)[],
    explanation = '',
  ): void {
    if (!used.every((name) => this.options.has(name))) return;
    const combination = used.map((name) => `[${name}]`).join(', ');
    for (const other of others) {
      if (!this.options.has(other)) continue;
      this.fail(`Option combination "[${combination}]" can't be used with option "[${other}]"${explanation}`);
    }
  }
}

/** Reads `key=value` texts; one without `=` or value has an empty value. */
export function parseKeyValues(texts: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 0) values.set(text, '');
    else values.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return values;
}
