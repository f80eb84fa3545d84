import { ToolError } from '../../tool-error.js';

/** No topic is what was asked for. */
export class MissingTopicError extends ToolError {
  readonly topic: string;
  /** The names there are. */
  readonly known: readonly string[];

  constructor(topic: string, known: readonly string[]) {
    const javaClass = 'java.lang.IllegalArgumentException';
    super(`Topic '${topic}' does not exist as expected`, 1, { javaClass });
    this.topic = topic;
    this.known = known;
  }
}
