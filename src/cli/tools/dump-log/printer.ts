import type { Io } from '../../io.js';
import { OutputBuffer } from '../console-consumer/output-buffer.js';
import type { Shown } from './record-parser.js';

const FLUSH_BYTES = 64 * 1024;

/** Standard output, written to in large pieces and no faster than it is read. */
export class Printer {
  private readonly io: Io;
  private readonly output = new OutputBuffer(FLUSH_BYTES + 16 * 1024);

  constructor(io: Io) {
    this.io = io;
  }

  /** Nobody reads any longer. */
  get isBroken(): boolean {
    return this.io.stdout.isBroken;
  }

  /** Whether {@link flush} should be awaited before more is printed. */
  get isFull(): boolean {
    return this.output.length >= FLUSH_BYTES;
  }

  print(text: Shown): void {
    if (typeof text === 'string') this.output.text(text);
    else this.output.append(text);
  }

  line(text: string): void {
    this.output.text(`${text}\n`);
  }

  async flush(): Promise<void> {
    const { output, io } = this;
    if (output.length === 0) return;
    const goesOn = io.stdout.write(Buffer.from(output.view()));
    output.clear();
    if (!goesOn) await io.stdout.drained();
  }
}
