/** An end of a tool that its user can do something about: the message on standard error, and an exit status. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly exitStatus: number;

  constructor(message: string, exitStatus = 1) {
    super(message);
    this.exitStatus = exitStatus;
  }
}
