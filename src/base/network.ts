/** Byte streams between two addresses: TCP in `host/tcp-network.ts`, in-process in `host/loopback.ts`. */
export interface Network {
  /** @throws NetworkError with the system's code ('ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', ...). */
  connect(host: string, port: number, options: ConnectOptions): Promise<Connection>;
  /** Port 0 picks a free one. @throws NetworkError ('EADDRINUSE', 'EACCES', ...). */
  listen(host: string, port: number, accept: (connection: Connection) => void): Promise<ListeningSocket>;
}

export interface ConnectOptions {
  readonly timeoutMs: number;
}

export interface ListeningSocket {
  readonly port: number;
  /** Takes no more connections; those that are open stay. */
  close(): Promise<void>;
}

export interface Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  /** One writev. False when more than the high-water mark waits: write again after `onDrain`. */
  write(chunks: readonly Buffer[]): boolean;
  /** Bytes handed to `write` that the system has not taken yet. */
  readonly pendingBytes: number;
  pause(): void;
  resume(): void;
  /** Sends what is pending, then closes this side. */
  end(): void;
  /** Closes at once; `onClose` follows. */
  destroy(): void;
  /** Set once, before any event; a connection starts paused until `resume`. */
  handlers: ConnectionHandlers;
}

export interface ConnectionHandlers {
  onData(chunk: Buffer): void;
  onDrain(): void;
  /** The other side sends no more. */
  onEnd(): void;
  /** Comes exactly once; `error` when it was not an orderly close. */
  onClose(error: NetworkError | null): void;
}

export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
