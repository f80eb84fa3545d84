/** A command line that cannot be: the message, then how it should be, on standard error. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  /** Printed before or after the message, as the dialect has it; ends with a newline. */
  readonly text: string;

  /** `text`: all that is to be printed, the message included. */
  constructor(message: string, text: string) {
    super(message);
    this.text = text;
  }
}

/** A tool was asked for its help or version: printed on standard output, and a success. */
export class AnswerInstead extends Error {
  override readonly name = 'AnswerInstead';

  constructor(text: string) {
    super(text);
  }
}
