import type { Io } from '../../io.js';
import type { Findings } from './findings.js';
import type { DumpOptions } from './options.js';
import type { Printer } from './printer.js';

/** What every kind of file is shown with. */
export interface DumpContext {
  readonly io: Io;
  readonly options: DumpOptions;
  readonly printer: Printer;
  readonly findings: Findings;
}
