import { type Int64, parseInt64 } from './int64.js';
import { numberFormat } from './java-failures.js';

/** A path as java.io.File keeps it, which messages show. */
export class JavaFile {
  readonly path: string;
  /** Without its directory. */
  readonly name: string;

  constructor(path: string) {
    const single = path.replace(/\/+/g, '/');
    this.path = single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single;
    this.name = this.path.slice(this.path.lastIndexOf('/') + 1);
  }

  get absolutePath(): string {
    if (this.path.startsWith('/')) return this.path;
    return this.path === '' ? process.cwd() : `${process.cwd()}/${this.path}`;
  }

  /** From the last dot on; empty where there is none. */
  get suffix(): string {
    const dot = this.name.lastIndexOf('.');
    return dot < 0 ? '' : this.name.slice(dot);
  }

  /** What stands before the first dot. */
  get stem(): string {
    return this.name.split('.')[0] as string;
  }

  /** The offset that the file is named after. @throws ToolError */
  get offset(): Int64 {
    const offset = parseInt64(this.stem);
    if (offset === null) throw numberFormat(this.stem);
    return offset;
  }

  /** The file of the same offset with another suffix. */
  beside(suffix: string): JavaFile {
    const { absolutePath } = this;
    return new JavaFile(`${absolutePath.slice(0, absolutePath.lastIndexOf('/'))}/${this.stem}${suffix}`);
  }
}
