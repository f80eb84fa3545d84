/** How the real tool's end by an uncaught exception reads, where it ends in that way. */
export interface JavaEnd {
  /** `java.lang.IllegalArgumentException` */
  readonly javaClass: string;
  /** Where it is not ours. */
  readonly javaMessage?: string;
}

/** An end of a tool that its user can do something about: the message on standard error, and an exit status. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly exitStatus: number;
  readonly javaEnd: JavaEnd | null;

  constructor(message: string, exitStatus = 1, javaEnd: JavaEnd | null = null) {
    super(message);
    this.exitStatus = exitStatus;
    this.javaEnd = javaEnd;
  }
}

/** An error that Apache Kafka's tool does not catch. Scripts read it as Java prints it, people without its class. */
export function uncaught(javaClass: string, message: string, javaMessage = message): ToolError {
  return new ToolError(message, 1, { javaClass, javaMessage });
}

export function illegalArgument(message: string): ToolError {
  return uncaught('java.lang.IllegalArgumentException', message);
}

export function runtimeException(message: string): ToolError {
  return uncaught('java.lang.RuntimeException', message);
}
