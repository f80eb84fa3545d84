import { toolLogger } from '../../connect-to.js';
import { javaClassOf } from '../../format/java-error.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { asLogged, isSetupFailure } from './log-error.js';

/** Makes a consumer; what goes wrong within Java's constructor is told as it is there. @param kind `kafka consumer` */
export function constructed<T>(kind: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error) || !isOfConstruction(error)) throw error;
    throw new ConstructionError(error, kind);
  }
}

/** Tells of what a run ended by, and gives the exit status. @throws what Java would not catch */
export function failedRun(cause: unknown, io: Io, kind: string, loggerName: string): number {
  const error = isSetupFailure(cause) ? new ConstructionError(cause, kind) : cause;
  if (!(error instanceof Error) || javaClassOf(error) === '') throw error;
  if (io.stderr.isTerminal) throw new ToolError((error instanceof ConstructionError ? error.told : error).message);
  toolLogger(io, loggerName).error('Unknown error when running consumer: ', asLogged(error));
  return 1;
}

/** What Java finds out only when it has read the configuration, and begins to make the parts of the consumer. */
function isOfConstruction(error: Error): boolean {
  return isSetupFailure(error) || CONSTRUCTION.test(error.message);
}

const CONSTRUCTION =
  / in bootstrap\.servers|configured group\.id|valid group\.id|for configuration partition\.assignment\.strategy: Class /;

/** As Java has it for what is found when the consumer is made. */
class ConstructionError extends Error {
  override readonly name = 'ConstructionError';
  readonly javaClass = 'org.apache.kafka.common.KafkaException';
  readonly told: Error;

  constructor(told: Error, kind: string) {
    super(`Failed to construct ${kind}`, { cause: asLogged(told) });
    this.told = told;
  }
}
