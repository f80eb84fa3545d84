import type { BufferPool } from '../base/buffer-pool.js';
import type { Clock, Logger } from '../base/host.js';
import type { Connection, NetworkError } from '../base/network.js';
import { FrameCutter } from '../protocol/frame-cutter.js';
import { type Dispatch, type Reply, UnreadableRequestError } from './dispatch.js';
import type { RequestContext } from './handler.js';

/** Requests that wait on one connection while another is being answered; beyond this the socket is not read. */
const MAX_QUEUED_REQUESTS = 16;
/** Answers that the client has not taken; beyond this no further request of its is begun. */
const MAX_PENDING_BYTES = 1024 * 1024;

export interface ConnectionOptions {
  readonly connection: Connection;
  readonly dispatch: Dispatch;
  readonly context: Omit<RequestContext, 'version' | 'clientId'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxRequestBytes: number;
  /** Memory of requests and answers. */
  readonly buffers: BufferPool;
  onClose(): void;
}

/**
 * One client. Requests are answered one at a time and in order, as Kafka does: while one waits (a long poll, a join)
 * those behind it wait too, and reading stops when too many do.
 */
export class ClientConnection {
  private readonly options: ConnectionOptions;
  private readonly cutter: FrameCutter;
  private readonly queue: Buffer[] = [];
  /** Answers that leave together: requests that came together cost one call of the system to answer, not one each. */
  private answers: Buffer[] = [];
  private answerBytes = 0;
  private busy = false;
  private paused = false;
  private closed = false;
  private inputEnded = false;
  lastActiveMs: number;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.cutter = new FrameCutter(
      (bytes) => requestLength(bytes, options.maxRequestBytes),
      (sizeBytes) => options.buffers.take(sizeBytes),
    );
    this.lastActiveMs = options.clock.monotonicMs();
    options.connection.handlers = {
      onData: (chunk) => this.receive(chunk),
      onDrain: () => this.work(),
      onEnd: () => this.endInput(),
      onClose: (error) => this.onClosed(error),
    };
    options.connection.resume();
  }

  get isIdle(): boolean {
    return !this.busy && this.queue.length === 0;
  }

  destroy(): void {
    this.options.connection.destroy();
  }

  private receive(chunk: Buffer): void {
    this.lastActiveMs = this.options.clock.monotonicMs();
    try {
      this.queue.push(...this.cutter.push(chunk));
    } catch (error) {
      if (!(error instanceof UnreadableRequestError)) throw error;
      this.refuse(error);
      return;
    }
    this.work();
  }

  /** Answers what is queued as long as nothing has to be waited for. */
  private work(): void {
    while (!this.busy && !this.closed && this.queue.length > 0) {
      if (this.options.connection.pendingBytes + this.answerBytes > MAX_PENDING_BYTES) break;
      this.answer(this.queue.shift() as Buffer);
    }
    this.sendAnswers();
    this.adjustReading();
    if (this.inputEnded && this.isIdle && !this.closed) this.options.connection.end();
  }

  private answer(frame: Buffer): void {
    try {
      const reply = this.options.dispatch.handle(frame, this.options.context);
      if (!(reply instanceof Promise)) {
        this.keep(reply);
        return;
      }
      this.busy = true;
      reply.then(
        (later) => {
          this.busy = false;
          this.keep(later);
          this.work();
        },
        (error: unknown) => {
          this.busy = false;
          this.refuse(error);
        },
      );
    } catch (error) {
      this.refuse(error);
    }
  }

  private keep(reply: Reply): void {
    this.lastActiveMs = this.options.clock.monotonicMs();
    if (reply === null) return;
    for (const chunk of reply) {
      this.answers.push(chunk);
      this.answerBytes += chunk.length;
    }
  }

  private sendAnswers(): void {
    const { answers, closed } = this;
    if (answers.length === 0) return;
    this.answers = [];
    this.answerBytes = 0;
    if (closed) return;
    const { connection, buffers } = this.options;
    connection.write(answers, () => {
      for (const chunk of answers) buffers.giveBack(chunk);
    });
  }

  private adjustReading(): void {
    const full = this.queue.length >= MAX_QUEUED_REQUESTS;
    if (full === this.paused || this.closed) return;
    this.paused = full;
    if (full) this.options.connection.pause();
    else this.options.connection.resume();
  }

  /** What was asked before the client closed its side is still answered. */
  private endInput(): void {
    this.inputEnded = true;
    this.work();
  }

  private refuse(error: unknown): void {
    const { logger, context, connection } = this.options;
    if (error instanceof UnreadableRequestError) {
      logger.info(`Closing connection ${context.connectionId}: ${error.message}`);
    } else {
      logger.error(`Unexpected error while answering ${context.connectionId}; closing it`, error);
    }
    this.queue.length = 0;
    this.sendAnswers();
    connection.destroy();
  }

  private onClosed(error: NetworkError | null): void {
    this.closed = true;
    this.queue.length = 0;
    if (error !== null) this.options.logger.debug(`Connection ${this.options.context.connectionId}: ${error.message}`);
    this.options.onClose();
  }
}

/** @throws UnreadableRequestError as soon as a length is seen that no request can have */
function requestLength(bytes: Buffer, limitBytes: number): number {
  const length = bytes.readInt32BE(0);
  if (length > 0 && length <= limitBytes) return length;
  const why = length > limitBytes ? `, more than socket.request.max.bytes (${limitBytes})` : '';
  throw new UnreadableRequestError(`a request of ${length} bytes${why}`);
}
